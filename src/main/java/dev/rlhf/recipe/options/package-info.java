/**
 * Records of options as data: reads their {@link dev.rlhf.stage.Option} annotations, binds them to a YAML tree or to
 * what was typed, and reports every mistake at its place.
 */
@NullMarked
package dev.rlhf.recipe.options;

import org.jspecify.annotations.NullMarked;
