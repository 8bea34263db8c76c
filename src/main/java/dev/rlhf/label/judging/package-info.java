/** Tasks that ask whether one answer to a question is right, with their files and statistics. */
@NullMarked
package dev.rlhf.label.judging;

import org.jspecify.annotations.NullMarked;
