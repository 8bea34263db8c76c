package dev.rlhf.label.api;

import org.jspecify.annotations.Nullable;

/**
 * Who did what the audit table tells.
 *
 * @param name an admin's, or {@code command line}
 * @param address where the request came from; null for the command line
 */
public record Actor(String name, @Nullable String address) {
    /** Whoever can run a program on the store's file. */
    public static Actor commandLine() {
        return new Actor("command line", null);
    }
}
