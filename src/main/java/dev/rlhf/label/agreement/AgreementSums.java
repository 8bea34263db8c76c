package dev.rlhf.label.agreement;

import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Numbers per task whose sums over tasks determine every measure of {@link AgreementReport}, so that a bootstrap sample
 * only adds up rows and does not read the rankings again.
 */
final class AgreementSums {
    private static final int SAME = 0;
    private static final int BOTH_TIED = 1;
    private static final int MIXED = 2;
    private static final int OPPOSITE = 3;
    private static final int TAU = 4;
    private static final int TAUS = 5;
    private static final int W = 6;
    private static final int WS = 7;
    /** Start of the labels per class of {@link FleissKappa}. */
    private static final int CLASSES = 8;

    private static final int AGREED = CLASSES + FleissKappa.CLASSES;
    private static final int SUBJECTS = AGREED + 1;
    /** Start of the coincidences of {@link KrippendorffAlpha}, row by row. */
    private static final int COINCIDENCES = SUBJECTS + 1;

    private final TreeMap<Integer, Integer> places;
    private final double[][] rows;

    /** @param items tasks that two or more labelers ranked */
    AgreementSums(List<Item> items) {
        places = new TreeMap<>();
        items.forEach(item -> item.ranks().values().forEach(ranks -> ranks.forEach(rank -> places.put(rank, 0))));
        int next = 0;
        for (int rank : List.copyOf(places.keySet())) {
            places.put(rank, next++);
        }
        rows = items.stream().map(this::row).toArray(double[][]::new);
    }

    /** Returns one row per task. */
    double[][] rows() {
        return rows;
    }

    private double[] row(Item item) {
        int values = places.size();
        double[] row = new double[COINCIDENCES + values * values];
        List<List<Integer>> all = List.copyOf(item.ranks().values());
        for (int a = 0; a < all.size(); a++) {
            for (int b = a + 1; b < all.size(); b++) {
                PairwiseAgreement pair = PairwiseAgreement.between(all.get(a), all.get(b));
                row[SAME] += pair.same();
                row[BOTH_TIED] += pair.bothTied();
                row[MIXED] += pair.mixed();
                row[OPPOSITE] += pair.opposite();
                add(row, TAU, Kendall.tauB(all.get(a), all.get(b)));
            }
        }
        add(row, W, Kendall.w(item));
        FleissKappa.subjects(List.of(item)).forEach(counts -> {
            for (int c = 0; c < counts.length; c++) {
                row[CLASSES + c] += counts[c];
            }
            row[AGREED] += FleissKappa.agreement(counts);
            row[SUBJECTS]++;
        });
        double[][] coincidences = KrippendorffAlpha.coincidences(KrippendorffAlpha.units(List.of(item)), places);
        for (int c = 0; c < values; c++) {
            System.arraycopy(coincidences[c], 0, row, COINCIDENCES + c * values, values);
        }
        return row;
    }

    /** Adds a number at {@code at} and counts it at {@code at + 1}; does nothing if it is empty. */
    private static void add(double[] row, int at, OptionalDouble number) {
        number.ifPresent(value -> {
            row[at] += value;
            row[at + 1]++;
        });
    }

    static PairwiseAgreement pairwise(double[] sums) {
        return new PairwiseAgreement(
                (long) sums[SAME], (long) sums[BOTH_TIED], (long) sums[MIXED], (long) sums[OPPOSITE]);
    }

    static double tauB(double[] sums) {
        return sums[TAU] / sums[TAUS];
    }

    static double w(double[] sums) {
        return sums[W] / sums[WS];
    }

    static double kappa(double[] sums) {
        double[] shares = new double[FleissKappa.CLASSES];
        System.arraycopy(sums, CLASSES, shares, 0, shares.length);
        return FleissKappa.of(shares, sums[AGREED] / sums[SUBJECTS]);
    }

    double alpha(double[] sums) {
        int values = places.size();
        double[][] coincidences = new double[values][values];
        for (int c = 0; c < values; c++) {
            System.arraycopy(sums, COINCIDENCES + c * values, coincidences[c], 0, values);
        }
        return KrippendorffAlpha.of(coincidences);
    }
}
