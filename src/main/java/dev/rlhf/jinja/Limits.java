package dev.rlhf.jinja;

/** What a template may use at most. A template comes with a checkpoint, so it may be hostile; these end it instead of the program. */
final class Limits {
    /** Items of one {@code range}, as in jinja2's sandbox. */
    static final int RANGE = 100_000;
    /** Loop rounds and macro calls of one rendering. */
    static final int STEPS = 10_000_000;
    /** Characters of one string, the output included. */
    static final int TEXT = 1 << 26;
    /** Items of one list made by the template. */
    static final int ITEMS = 1 << 22;
    /** Brackets, blocks and operators inside each other; values inside each other. */
    static final int DEPTH = 200;

    private Limits() {}

    /** @throws Fault if a string of this many characters is too long */
    static void text(long characters) {
        if (characters > TEXT) {
            throw new Fault("a text of more than %,d characters".formatted(TEXT));
        }
    }

    /** @throws Fault if a list of this many items is too long */
    static void items(long items) {
        if (items > ITEMS) {
            throw new Fault("a list of more than %,d items".formatted(ITEMS));
        }
    }
}
