/**
 * The only door to DJL and libtorch: device, dtype, scopes, kernels, counter-based randomness, gradients, memory
 * figures. Knows no models.
 */
package dev.rlhf.tensor;
