/** Samples completions and has them ranked, by people in a browser or by simulated labelers. */
package dev.rlhf.stages.rank;
