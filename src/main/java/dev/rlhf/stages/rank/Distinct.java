package dev.rlhf.stages.rank;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Diversity of texts (Li et al. 2016, <i>A Diversity-Promoting Objective Function for Neural Conversation Models</i>):
 * different n-grams / n-grams, over all texts together. 1: none comes twice; near 0: the same over and over. It falls
 * as texts grow in number and length, so compare only equally many.
 */
public final class Distinct {
    private Distinct() {}

    /**
     * Distinct-n of token sequences; the token that ends a completion counts. Example: [a b c] and [a b d] have 4
     * bigrams, 3 of them different: 0.75.
     *
     * @return NaN if no text is n long
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
