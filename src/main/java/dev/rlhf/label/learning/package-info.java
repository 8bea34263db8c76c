/** The order of a reward model as a second opinion on tasks that people rank. */
@NullMarked
package dev.rlhf.label.learning;

import org.jspecify.annotations.NullMarked;
