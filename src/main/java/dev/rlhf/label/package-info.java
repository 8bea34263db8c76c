/**
 * Rankings made by people (or by labelers that are named as simulated): the H2 store with its task queue, the HTTP
 * server and page where completions are ranked, and the JSONL form in which rankings come and go. Knows no tensors and
 * no models.
 */
@NullMarked
package dev.rlhf.label;

import org.jspecify.annotations.NullMarked;
