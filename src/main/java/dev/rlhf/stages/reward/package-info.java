/** Trains a reward model on rankings and pairs with the K-way ranking loss. */
package dev.rlhf.stages.reward;
