/** Reads YAML into a tree in which every value knows its file and line, and writes plain values as YAML. */
@NullMarked
package dev.rlhf.recipe.yaml;

import org.jspecify.annotations.NullMarked;
