package dev.rlhf.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the intended word for a mistyped one. */
public final class DidYouMean {
    private DidYouMean() {}

    /** Returns {@code "; did you mean learning_rate?"}, or an empty text if no candidate is similar. */
    public static String hint(String word, Collection<String> candidates) {
        return nearest(word, candidates)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    /** Returns the {@link #hint} or, without one, a full stop: for messages that continue with another sentence. */
    public static String hintOrStop(String word, Collection<String> candidates) {
        String hint = hint(word, candidates);
        return hint.isEmpty() ? "." : hint;
    }

    /**
     * Returns the candidate at the smallest edit distance, if that is at most a third of the word's length; otherwise
     * one that begins with the word.
     */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        String plain = word.replace('-', '_');
        int allowed = Math.max(1, plain.length() / 3);
        Optional<String> near = candidates.stream()
                .filter(candidate -> distance(plain, candidate) <= allowed)
                .min(Comparator.comparingInt(candidate -> distance(plain, candidate)));
        return near.or(() -> candidates.stream()
                .filter(candidate -> plain.length() >= 3 && candidate.startsWith(plain))
                .findFirst());
    }

    /** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + substitution);
                boolean swap =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swap) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
