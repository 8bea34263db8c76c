/** The native tokenizer library and the JSON around it; only {@code dev.rlhf.text} uses this. */
package dev.rlhf.text.internal;
