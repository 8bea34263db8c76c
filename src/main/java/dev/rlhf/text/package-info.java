/**
 * Text to token ids and back: tokenizers, their training, conversation formats and masks of the assistant's tokens.
 * Knows no tensors.
 */
package dev.rlhf.text;
