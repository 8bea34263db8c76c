/**
 * The HTTP server of a label store: the pages of {@code labeling-ui}, the JSON interface, sessions and monitoring. Each
 * {@code *Routes} class holds the endpoints of one group of users. Uses {@code label.store} through its operations.
 * docs/reference/labelling.md describes the interface.
 */
@NullMarked
package dev.rlhf.label.server;

import org.jspecify.annotations.NullMarked;
