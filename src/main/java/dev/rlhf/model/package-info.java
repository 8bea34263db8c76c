/**
 * Models, from {@code config.json} to a decoder: a config class per family, which names its tensors beside the block
 * that uses them, with a language-model head or a scalar head on top. Knows nothing of training.
 */
package dev.rlhf.model;
