/**
 * Agreement between labelers, and common orders: pure functions of rankings. Uses {@code label} and {@code base}; knows
 * nothing of store, files and server.
 */
@NullMarked
package dev.rlhf.label.agreement;

import org.jspecify.annotations.NullMarked;
