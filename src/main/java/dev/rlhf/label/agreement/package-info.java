/**
 * Agreement of labelers and common orders: pure functions of rankings. Uses {@code label} and {@code base}; knows no
 * store, no files and no server.
 */
@NullMarked
package dev.rlhf.label.agreement;

import org.jspecify.annotations.NullMarked;
