package dev.rlhf.text;

import dev.rlhf.text.internal.TokenizerJson;
import java.util.Arrays;

/**
 * Encodes marked text so that the tokens before certain borders are those that the text up to there has alone. A model that is to answer
 * sees its prompt and nothing behind it; a token that reached across would be one that it never sees in use.
 *
 * <p>The ids are those of the text in one piece, as transformers has them, wherever that fulfils it; elsewhere the text is cut at the
 * border and what follows is encoded as its continuation.
 */
final class MarkedEncoder {
    private final Tokenizer tokenizer;

    MarkedEncoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Token ids, and how many of them stand before each border.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Parts(int[] ids, int[] before) {}

    /** @param borders offsets in {@code marked}, ascending, none inside a marker */
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
        return from == start ? tokenizer.encodeMarked(text) : tokenizer.continued(text);
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
