/**
 * Models, from {@code config.json} to a decoder with a language-model head or a scalar head. Each family has a config
 * class, which names the tensors of its blocks. Knows nothing of training.
 */
package dev.rlhf.model;
