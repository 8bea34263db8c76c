/**
 * Weights on disk: safetensors, Hugging Face folders, training state. All files are written atomically. Knows nothing
 * of models.
 */
package dev.rlhf.checkpoint;
