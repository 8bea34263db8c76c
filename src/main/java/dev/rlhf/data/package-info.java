/**
 * Reads data files and makes batches: JSONL readers whose errors name file and line, splits, packing, and seeded
 * orders. Uses plain Java arrays; knows nothing of stages. The formats are described in docs/reference/data-formats.md.
 */
package dev.rlhf.data;
