/**
 * HTTP clients of a running label server: a simulated labeler, and an admin, used by commands. Uses
 * {@code label.api} and {@code label.files}; never touches the store's file.
 */
@NullMarked
package dev.rlhf.label.client;

import org.jspecify.annotations.NullMarked;
