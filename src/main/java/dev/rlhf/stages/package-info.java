/**
 * The stages, one package each, with their options in a record beside them. Stages share code through {@code inference}
 * and {@code train}, not with each other.
 */
package dev.rlhf.stages;
