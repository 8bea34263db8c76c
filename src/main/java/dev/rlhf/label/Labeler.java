package dev.rlhf.label;

/**
 * One who ranks, known by name within a store.
 *
 * @param id of the store's making; means nothing outside it
 */
public record Labeler(long id, String name, LabelerKind kind) {
    /** Longest name in UTF-16 units; the same in the schema. */
    public static final int NAME_LIMIT = 100;

    /**
     * The name as it is stored: outer blanks gone.
     *
     * @throws IllegalArgumentException if it is empty, too long, or holds control characters
     */
    public static String checkedName(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.length() > NAME_LIMIT) {
            throw new IllegalArgumentException("a labeler's name has 1 to " + NAME_LIMIT + " characters");
        }
        if (stripped.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a labeler's name holds no control characters");
        }
        return stripped;
    }
}
