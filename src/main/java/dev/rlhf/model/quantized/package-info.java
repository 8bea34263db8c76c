/** Frozen weights in 8 and 4 bits, and what they are computed in. */
package dev.rlhf.model.quantized;
