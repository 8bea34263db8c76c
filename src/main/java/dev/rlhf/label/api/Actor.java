package dev.rlhf.label.api;

import org.jspecify.annotations.Nullable;

/**
 * The author of an action in the audit table.
 *
 * @param name an admin's name, or {@code command line}
 * @param address where the request came from; null for the command line
 */
public record Actor(String name, @Nullable String address) {
    /** Returns the actor of the command line: anyone who can run a program on the store's file. */
    public static Actor commandLine() {
        return new Actor("command line", null);
    }
}
