/**
 * The tensors of a model by name: ownership, sizes, and what is derived from them. Knows nothing of model families,
 * training or adapters.
 */
package dev.rlhf.model.weights;
