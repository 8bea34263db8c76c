/**
 * Used by all packages: exceptions with one-line messages, JSON, reading of input files, atomic writes, confidence
 * intervals, counter-based random numbers.
 */
package dev.rlhf.base;
