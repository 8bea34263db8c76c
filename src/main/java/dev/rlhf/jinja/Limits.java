package dev.rlhf.jinja;

/**
 * Resource limits of a template, which comes with a checkpoint and may be hostile: exceeding one is an error of the
 * template and cannot exhaust the program.
 */
final class Limits {
    /** Largest {@code range}, as in jinja2's sandbox. */
    static final int RANGE = 100_000;
    /** Loop iterations and macro calls per rendering. */
    static final int STEPS = 10_000_000;
    /** Characters per string, including the output. */
    static final int TEXT = 1 << 26;
    /** Items per list created by the template. */
    static final int ITEMS = 1 << 22;
    /** Nesting depth of brackets, blocks and operators, and of values. */
    static final int DEPTH = 200;

    private Limits() {}

    /** @throws TemplateException if a string of this many characters is too long */
    static void text(long characters) {
        if (characters > TEXT) {
            throw new TemplateException("a text of more than %,d characters".formatted(TEXT));
        }
    }

    /** @throws TemplateException if a list of this many items is too long */
    static void items(long items) {
        if (items > ITEMS) {
            throw new TemplateException("a list of more than %,d items".formatted(ITEMS));
        }
    }
}
