package dev.rlhf.label.api;

/** What an admin does with labels. */
public enum Correction {
    /** The labeler is given the task again, and the label counts nowhere until then. */
    SEND_BACK,
    /** The label counts nowhere, and its place is free for another labeler. */
    REMOVE,
    /** A label that was sent back or removed counts again. */
    RESTORE;

    /** @throws IllegalArgumentException if there is no such correction */
    public static Correction of(String word) {
        return switch (word) {
            case "send_back" -> SEND_BACK;
            case "remove" -> REMOVE;
            case "restore" -> RESTORE;
            default ->
                throw new IllegalArgumentException("action is '" + word + "'; it is send_back, remove or restore");
        };
    }
}
