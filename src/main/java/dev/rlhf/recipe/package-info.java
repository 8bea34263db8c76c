/**
 * From YAML and command-line options to the records that stages run on: binding, validation with file and line, expectations,
 * pipelines, and the JSON Schema and reference page that are read off the same records.
 */
@NullMarked
package dev.rlhf.recipe;

import org.jspecify.annotations.NullMarked;
