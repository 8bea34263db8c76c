/**
 * The engine: devices, dtypes, scopes, kernels, gradients and memory use. Only this
 * package uses DJL's PyTorch engine and libtorch. Knows nothing of models.
 */
package dev.rlhf.tensor;
