package dev.rlhf.jinja;

/** Python's {@code None}; represented by {@code null} outside this package. */
enum None {
    NONE
}
