/**
 * How far labelers agree, and what they say together: pure functions of rankings. Knows no store, no files and no web.
 */
@NullMarked
package dev.rlhf.label.agreement;

import org.jspecify.annotations.NullMarked;
