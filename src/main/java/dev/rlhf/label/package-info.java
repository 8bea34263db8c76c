/**
 * The basic types of labelling: tasks, completions, labels and their checks. A {@link dev.rlhf.label.Label} is a
 * labeler's {@link dev.rlhf.label.Judgement} of a task. Types here are values without I/O. They use {@code text} for
 * messages and {@code base}, and no sub-package.
 */
@NullMarked
package dev.rlhf.label;

import org.jspecify.annotations.NullMarked;
