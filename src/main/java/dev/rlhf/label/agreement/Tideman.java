package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Ranked pairs (Tideman 1987): combines several rankings into one. Majorities over pairs of completions are taken in
 * order of size, and each is kept unless it would close a cycle with those kept before. A completion that beats every
 * other one by a majority always comes first.
 *
 * <p>Equal majorities are taken in order of votes for the winner, then of the winner's and the loser's place in the
 * task, so the result is a function of the votes alone. Completions that no kept majority separates share a rank.
 */
public final class Tideman {
    private record Majority(int winner, int loser, int margin, int votes) {}

    private Tideman() {}

    /**
     * Returns the common order.
     *
     * @param rankings one or more, of the same K completions
     * @return competition ranks [K]; 1 is best
     */
    public static List<Integer> order(List<List<Integer>> rankings) {
        int k = rankings.getFirst().size();
        boolean[][] above = new boolean[k][k];
        for (Majority majority : majorities(rankings, k)) {
            if (!reaches(above, majority.loser(), majority.winner())) {
                above[majority.winner()][majority.loser()] = true;
            }
        }
        return levels(above);
    }

    private static List<Majority> majorities(List<List<Integer>> rankings, int k) {
        List<Majority> all = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                int votes = votes(rankings, i, j);
                int margin = votes - votes(rankings, j, i);
                if (margin > 0) {
                    all.add(new Majority(i, j, margin, votes));
                }
            }
        }
        all.sort(Comparator.comparingInt(Majority::margin)
                .thenComparingInt(Majority::votes)
                .reversed()
                .thenComparingInt(Majority::winner)
                .thenComparingInt(Majority::loser));
        return all;
    }

    private static int votes(List<List<Integer>> rankings, int better, int worse) {
        return (int) rankings.stream()
                .filter(ranks -> ranks.get(better) < ranks.get(worse))
                .count();
    }

    private static boolean reaches(boolean[][] above, int from, int to) {
        if (from == to) {
            return true;
        }
        for (int next = 0; next < above.length; next++) {
            if (above[from][next] && reaches(above, next, to)) {
                return true;
            }
        }
        return false;
    }

    /** Gives the next rank to all remaining completions that no remaining completion beats. */
    private static List<Integer> levels(boolean[][] above) {
        int k = above.length;
        Integer[] ranks = new Integer[k];
        Arrays.fill(ranks, 0);
        int placed = 0;
        while (placed < k) {
            List<Integer> top = new ArrayList<>();
            for (int i = 0; i < k; i++) {
                if (ranks[i] == 0 && nothingLeftAbove(above, ranks, i)) {
                    top.add(i);
                }
            }
            for (int i : top) {
                ranks[i] = placed + 1;
            }
            placed += top.size();
        }
        return List.of(ranks);
    }

    private static boolean nothingLeftAbove(boolean[][] above, Integer[] ranks, int i) {
        for (int j = 0; j < above.length; j++) {
            if (ranks[j] == 0 && above[j][i]) {
                return false;
            }
        }
        return true;
    }
}
