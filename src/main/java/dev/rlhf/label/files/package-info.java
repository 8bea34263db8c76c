/**
 * Formats of label files: our own rankings file, exports for other tools, and imports from other tools. Uses
 * {@code label}, {@code label.agreement} and {@code data}; knows no store and no server.
 */
@NullMarked
package dev.rlhf.label.files;

import org.jspecify.annotations.NullMarked;
