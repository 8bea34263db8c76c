/** The contract between stages and the program that runs them: options, context, result. */
@NullMarked
package dev.rlhf.stage;

import org.jspecify.annotations.NullMarked;
