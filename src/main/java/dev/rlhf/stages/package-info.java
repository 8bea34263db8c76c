/**
 * The stages, one package each. Each stage has a record of its options. Stages share code through {@code inference} and
 * {@code train}, not with each other.
 */
package dev.rlhf.stages;
