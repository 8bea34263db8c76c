package dev.rlhf.text.jinja;

/** Python's {@code None}; Java's {@code null} outside this package. */
enum None {
    NONE
}
