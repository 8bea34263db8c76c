/**
 * Text to token ids and back: tokenizers, their training, chat encoding and label masks. Knows no tensors.
 */
package dev.rlhf.text;
