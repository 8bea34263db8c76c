package dev.rlhf.jinja;

/** Python's {@code None}; Java's {@code null} outside this package. */
enum None {
    NONE
}
