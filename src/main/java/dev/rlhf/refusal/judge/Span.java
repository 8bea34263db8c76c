package dev.rlhf.refusal.judge;

/**
 * A range of words.
 *
 * @param start index of the first word
 * @param end index after the last word
 */
record Span(int start, int end) {
    boolean covers(Span other) {
        return start <= other.start && end >= other.end;
    }

    boolean overlaps(Span other) {
        return start < other.end && other.start < end;
    }
}
