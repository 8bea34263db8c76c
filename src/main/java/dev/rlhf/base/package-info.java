/**
 * What every room may use and nothing else: the one exception for wrong input, JSON, files that are whole or absent,
 * interrupts.
 */
package dev.rlhf.base;
