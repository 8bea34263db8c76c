/**
 * From data files to batches: JSONL readers whose errors name file and line, splits, packing, seeded orders. Plain Java
 * arrays; knows nothing of stages. The formats are described in docs/reference/data-formats.md.
 */
package dev.rlhf.data;
