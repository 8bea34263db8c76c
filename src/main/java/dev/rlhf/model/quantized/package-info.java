/** Frozen weights in 8 and 4 bits, and the number formats of a model. */
package dev.rlhf.model.quantized;
