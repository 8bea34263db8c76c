package dev.rlhf.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts and merges pairs of symbols for byte-pair encoding. It holds words as symbol sequences with their frequencies
 * and updates the counts of adjacent pairs as pairs are merged; only words that contain a merged pair are updated.
 */
final class PairMerger {
    /** Two adjacent symbols and their count. Sorted by descending count, then by (left, right). */
    record Pair(int left, int right, long count) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byCount = Long.compare(other.count, count);
            return byCount != 0 ? byCount : Long.compare(key(left, right), key(other.left, other.right));
        }
    }

    private final int[][] words;
    private final long[] frequencies;
    private final Map<Long, Long> counts = new HashMap<>();
    /** The words in which a pair occurs, or occurred before a merge. */
    private final Map<Long, Set<Integer>> places = new HashMap<>();
    /**
     * Candidates. Each pair has an entry with at least its count; outdated entries are corrected when they reach the
     * top.
     */
    private final PriorityQueue<Pair> queue = new PriorityQueue<>();

    /** Takes ownership of {@code words}; {@code frequencies[i]} is the number of times {@code words[i]} occurs. */
    PairMerger(int[][] words, long[] frequencies) {
        this.words = words;
        this.frequencies = frequencies;
        for (int i = 0; i < words.length; i++) {
            count(i, frequencies[i]);
            for (int j = 1; j < words[i].length; j++) {
                place(key(words[i][j - 1], words[i][j]), i);
            }
        }
        counts.keySet().forEach(this::enqueue);
    }

    /** Returns the most frequent pair; null if no word has two symbols left. */
    @Nullable
    Pair best() {
        while (true) {
            Pair top = queue.peek();
            if (top == null) {
                return null;
            }
            long key = key(top.left, top.right);
            long now = counts.getOrDefault(key, 0L);
            if (now == top.count) {
                return top;
            }
            queue.remove();
            if (now > 0) {
                enqueue(key);
            }
        }
    }

    /** Replaces the pair with {@code merged} everywhere, from left to right. */
    void merge(Pair pair, int merged) {
        Set<Integer> where = places.remove(key(pair.left, pair.right));
        if (where == null) {
            throw new IllegalArgumentException(pair + " does not occur");
        }
        Set<Long> risen = new HashSet<>();
        for (int i : where) {
            int[] after = replace(words[i], pair, merged);
            if (after.length == words[i].length) {
                continue;
            }
            count(i, -frequencies[i]);
            words[i] = after;
            count(i, frequencies[i]);
            for (int j = 1; j < after.length; j++) {
                if (after[j - 1] == merged || after[j] == merged) {
                    long key = key(after[j - 1], after[j]);
                    place(key, i);
                    risen.add(key);
                }
            }
        }
        risen.forEach(this::enqueue);
    }

    private void count(int word, long change) {
        int[] symbols = words[word];
        for (int j = 1; j < symbols.length; j++) {
            counts.merge(key(symbols[j - 1], symbols[j]), change, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b));
        }
    }

    private void place(long key, int word) {
        places.computeIfAbsent(key, k -> new HashSet<>()).add(word);
    }

    private void enqueue(long key) {
        queue.add(new Pair((int) (key >>> 32), (int) key, counts.getOrDefault(key, 0L)));
    }

    private static int[] replace(int[] symbols, Pair pair, int merged) {
        int[] after = new int[symbols.length];
        int length = 0;
        for (int i = 0; i < symbols.length; i++) {
            if (i + 1 < symbols.length && symbols[i] == pair.left && symbols[i + 1] == pair.right) {
                after[length++] = merged;
                i++;
            } else {
                after[length++] = symbols[i];
            }
        }
        return Arrays.copyOf(after, length);
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }
}
