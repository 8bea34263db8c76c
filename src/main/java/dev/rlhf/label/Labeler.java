package dev.rlhf.label;

/**
 * A person or program that ranks, identified by name within a store.
 *
 * @param id assigned by the store; has no meaning outside it
 */
public record Labeler(long id, String name, LabelerKind kind) {
    /** Maximum length of a name, in UTF-16 units; the schema has the same limit. */
    public static final int NAME_LIMIT = 100;

    /**
     * Returns the name in the form in which it is stored: without leading and trailing white space.
     * @throws IllegalArgumentException if it is empty, too long, or contains control characters
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
