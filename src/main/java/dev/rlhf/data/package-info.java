/**
 * Data files to batches: JSONL readers whose errors name file and line, splits, packing, seeded orders. Plain Java arrays; knows
 * no stages. The formats are in docs/reference/data-formats.md.
 */
package dev.rlhf.data;
