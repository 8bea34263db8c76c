/** How recipes are read and written; for {@link dev.rlhf.recipe} alone. */
@NullMarked
package dev.rlhf.recipe.internal;

import org.jspecify.annotations.NullMarked;
