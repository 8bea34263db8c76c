package dev.rlhf.refusal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Metrics of how well a model's confidence in its answers ({@link JudgedAnswer#confidence}) tells right answers from
 * wrong ones. Pure functions.
 */
public final class Confidence {
    private Confidence() {}

    /**
     * Returns the average precision of the confidence: the answers are sorted by confidence, and the precision at each
     * right answer (the share of right ones among it and those before it) is averaged. 1 if every right answer comes
     * before every wrong one; NaN without right answers. Refusals come last, whatever their confidence.
     */
    public static double averagePrecision(Collection<JudgedAnswer> answers) {
        double sum = 0;
        int right = 0;
        int place = 0;
        for (JudgedAnswer answer : sorted(answers)) {
            place++;
            if (answer.correct()) {
                sum += (double) ++right / place;
            }
        }
        return sum / right;
    }

    /**
     * Returns the risk at a coverage: the share of wrong ones among the most confident answers, as many as this share
     * of all questions (rounded up). NaN if the model answered fewer, or there are no questions.
     *
     * @param coverage above 0, at most 1
     */
    public static double riskAt(double coverage, Collection<JudgedAnswer> answers) {
        long count = (long) Math.ceil(coverage * answers.size() - 1e-9);
        long answered = answers.stream().filter(answer -> !answer.refused()).count();
        if (count > answered) {
            return Double.NaN;
        }
        long right = sorted(answers).stream()
                .limit(count)
                .filter(JudgedAnswer::correct)
                .count();
        return 1 - (double) right / count;
    }

    /**
     * A range of confidence.
     *
     * @param from lower end
     * @param to upper end
     * @param answers number of answers with a confidence in it
     * @param confidence their mean confidence
     * @param right share of right ones
     */
    public record Bin(double from, double to, int answers, double confidence, double right) {}

    /** Returns the calibration of answers that are no refusals, in ranges of equal width; empty ranges are left out. */
    public static List<Bin> calibration(Collection<JudgedAnswer> answers, int bins) {
        List<Bin> all = new ArrayList<>();
        for (int i = 0; i < bins; i++) {
            int bin = i;
            List<JudgedAnswer> inside = answers.stream()
                    .filter(answer -> !answer.refused() && Double.isFinite(answer.confidence()))
                    .filter(answer -> Math.min(bins - 1, (int) (answer.confidence() * bins)) == bin)
                    .toList();
            if (!inside.isEmpty()) {
                all.add(new Bin(
                        (double) i / bins,
                        (i + 1.0) / bins,
                        inside.size(),
                        inside.stream()
                                .mapToDouble(JudgedAnswer::confidence)
                                .average()
                                .orElse(Double.NaN),
                        (double) inside.stream().filter(JudgedAnswer::correct).count() / inside.size()));
            }
        }
        return all;
    }

    private static List<JudgedAnswer> sorted(Collection<JudgedAnswer> answers) {
        return answers.stream()
                .sorted(Comparator.comparing(JudgedAnswer::refused)
                        .thenComparing(Comparator.comparingDouble(JudgedAnswer::confidence)
                                .reversed()))
                .toList();
    }
}
