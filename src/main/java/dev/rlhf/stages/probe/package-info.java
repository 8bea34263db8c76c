/** Asks a model questions, measures what it knows and writes refusals for what it does not know. */
package dev.rlhf.stages.probe;
