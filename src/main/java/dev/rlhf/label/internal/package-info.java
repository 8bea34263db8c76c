/** The tables and their SQL, one class a concern. Only {@code dev.rlhf.label} calls these. */
@NullMarked
package dev.rlhf.label.internal;

import org.jspecify.annotations.NullMarked;
