/**
 * Recipes: reading them into stages with options, running pipelines, checking expectations, reports and the JSON
 * Schema.
 *
 * <p>{@code recipe.yaml} is the YAML tree with the place of each value; {@code recipe.options} binds it to records of
 * options.
 */
@NullMarked
package dev.rlhf.recipe;

import org.jspecify.annotations.NullMarked;
