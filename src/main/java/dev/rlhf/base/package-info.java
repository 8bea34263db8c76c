/**
 * Used by all packages: exceptions with one-line messages, JSON, reading of input files, atomic writes, confidence
 * intervals.
 */
package dev.rlhf.base;
