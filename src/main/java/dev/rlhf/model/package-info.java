/**
 * {@code config.json} to a decoder: one file a family, HF tensor names beside the block that uses them; a language-model head
 * and a scalar head on top. Knows nothing of training.
 */
package dev.rlhf.model;
