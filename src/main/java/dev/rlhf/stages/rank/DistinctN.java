package dev.rlhf.stages.rank;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Diversity of texts (Li et al. 2016, <i>A Diversity-Promoting Objective Function for Neural Conversation Models</i>):
 * number of different n-grams / number of n-grams, over all texts together. 1: no n-gram is repeated; near 0: constant
 * repetition. It falls with the number and length of texts, so compare only equal numbers.
 */
public final class DistinctN {
    private DistinctN() {}

    /**
     * Returns distinct-n of token sequences; the token that ends a completion counts. Example: [a b c] and [a b d] have
     * 4 bigrams, 3 of them different: 0.75.
     *
     * @return NaN if no text has n tokens
     */
    public static double of(int n, List<int[]> texts) {
        Set<List<Integer>> different = new HashSet<>();
        long all = 0;
        for (int[] text : texts) {
            List<Integer> ids = Arrays.stream(text).boxed().toList();
            for (int at = 0; at + n <= text.length; at++) {
                different.add(ids.subList(at, at + n));
                all++;
            }
        }
        return (double) different.size() / all;
    }
}
