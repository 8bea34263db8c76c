/**
 * Formats of label files: this program's rankings file, exports for other tools, and imports from other tools. Uses
 * {@code label}, {@code label.agreement} and {@code data}; knows nothing of store and server.
 */
@NullMarked
package dev.rlhf.label.files;

import org.jspecify.annotations.NullMarked;
