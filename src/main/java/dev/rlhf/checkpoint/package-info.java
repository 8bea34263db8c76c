/**
 * Weights on disk: safetensors, Hugging Face folders, training state. Everything is written whole or not at all. Knows no
 * model's maths.
 */
package dev.rlhf.checkpoint;
