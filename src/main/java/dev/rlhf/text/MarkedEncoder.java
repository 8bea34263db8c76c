package dev.rlhf.text;

import java.util.Arrays;

/**
 * Encodes marked text so that the tokens before each given border equal the tokens of the text up to that border. When
 * a model answers, it sees only the prompt, so a token that spans the end of a prompt in training would never occur in
 * generation.
 *
 * <p>Where possible, the ids are those of the whole text, as in transformers; otherwise the text is split at the
 * border, and the remainder is encoded as a continuation.
 */
final class MarkedEncoder {
    private final Tokenizer tokenizer;

    MarkedEncoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Token ids and the number of them before each border. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Parts(int[] ids, int[] before) {}

    /**
     * Encodes a text.
     *
     * @param borders offsets in {@code marked}, ascending, none inside a marker
     */
    Parts encode(String marked, int[] borders) {
        int[] ids = {};
        int[] before = new int[borders.length];
        int next = 0;
        for (int start = 0; start < marked.length() || start == 0; ) {
            int end = tokenizer.separable() ? nextMarker(marked, start) : marked.length();
            int from = start;
            int[] rest = piece(marked, start, from, end);
            for (; next < borders.length && (borders[next] < end || end == marked.length()); next++) {
                int[] alone = piece(marked, start, from, borders[next]);
                before[next] = ids.length + alone.length;
                if (!startsWith(rest, alone)) {
                    ids = concat(ids, alone);
                    from = borders[next];
                    rest = piece(marked, start, from, end);
                }
            }
            ids = concat(ids, rest);
            start = Math.max(end, 1);
        }
        return new Parts(ids, before);
    }

    private int[] piece(String marked, int start, int from, int end) {
        String text = marked.substring(from, end);
        if (text.isEmpty()) {
            return new int[0];
        }
        return from == start ? tokenizer.encodeMarked(text) : tokenizer.encodeMarkedContinuation(text);
    }

    private static int nextMarker(String marked, int start) {
        int next = marked.indexOf(TokenizerJson.MARK, start + 1);
        return next < 0 ? marked.length() : next;
    }

    private static boolean startsWith(int[] ids, int[] prefix) {
        return prefix.length <= ids.length && Arrays.equals(ids, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static int[] concat(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
