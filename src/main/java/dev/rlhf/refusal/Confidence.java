package dev.rlhf.refusal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Metrics of how well a model's confidence in its answers ({@link JudgedAnswer#confidence}) tells right answers from
 * wrong ones. Pure functions.
 */
public final class Confidence {
    private Confidence() {}

    /**
     * Returns the average precision of the confidence: the answers are sorted by confidence, and the precision at each
     * right answer (the share of right ones among it and those before it) is averaged. 1 if every right answer comes
     * before every wrong one; NaN without right answers. Answers of equal confidence count as one place, with the
     * precision after all of them, so their order in the file makes no difference and a constant confidence gives the
     * share of right answers (as scikit-learn's {@code average_precision_score}). Answers of unknown confidence come
     * last, and refusals after them, whatever their confidence.
     */
    public static double averagePrecision(Collection<JudgedAnswer> answers) {
        double sum = 0;
        long right = 0;
        int place = 0;
        for (List<JudgedAnswer> equal : byConfidence(answers)) {
            long correct = correct(equal);
            right += correct;
            place += equal.size();
            sum += correct * ((double) right / place);
        }
        return sum / right;
    }

    /**
     * Returns the risk at a coverage: the share of wrong ones among the most confident answers, as many as this share
     * of all questions (rounded up). Of answers of equal confidence that do not all fit, the expected number of right
     * ones counts. NaN if the model answered fewer, or there are no questions.
     *
     * @param coverage above 0, at most 1
     */
    public static double riskAt(double coverage, Collection<JudgedAnswer> answers) {
        long count = answersAt(coverage, answers.size());
        long answered = answers.stream().filter(answer -> !answer.refused()).count();
        if (count > answered) {
            return Double.NaN;
        }
        double right = 0;
        long left = count;
        for (List<JudgedAnswer> equal : byConfidence(answers)) {
            long taken = Math.min(left, equal.size());
            right += (double) correct(equal) * taken / equal.size();
            left -= taken;
        }
        return 1 - right / count;
    }

    /** Returns the number of answers at a coverage: this share of the questions, rounded up. */
    public static long answersAt(double coverage, int questions) {
        return (long) Math.ceil(coverage * questions - 1e-9);
    }

    /**
     * A bin of confidence.
     *
     * @param from lower end
     * @param to upper end
     * @param answers the number of answers in the bin
     * @param confidence their mean confidence
     * @param right share of correct answers
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

    /**
     * Returns the expected calibration error (Naeini et al. 2015): the mean distance between confidence and share of
     * right answers over the {@link #calibration} in ten ranges, weighted by their answers; 0 if they agree everywhere.
     * NaN without answers.
     */
    public static double calibrationError(Collection<JudgedAnswer> answers) {
        double sum = 0;
        int count = 0;
        for (Bin bin : calibration(answers, 10)) {
            sum += bin.answers() * Math.abs(bin.confidence() - bin.right());
            count += bin.answers();
        }
        return sum / count;
    }

    /**
     * Two errors that trade off.
     *
     * @param overRefusal share of the known questions that are refused
     * @param refusalRecall share of the unanswerable questions that are refused
     */
    public record TradeOff(double overRefusal, double refusalRecall) {}

    /**
     * Returns what happens if answers are withheld in addition to the model's own refusals, the least confident first:
     * from the model as it is to a model that refuses everything (1, 1). Answers of equal confidence are withheld
     * together, and those of unknown confidence first. Empty if one of the lists is.
     */
    public static List<TradeOff> tradeOff(Collection<JudgedAnswer> known, Collection<JudgedAnswer> unanswerable) {
        List<TradeOff> points = new ArrayList<>();
        if (known.isEmpty() || unanswerable.isEmpty()) {
            return points;
        }
        TreeSet<Double> thresholds = new TreeSet<>();
        Stream.concat(known.stream(), unanswerable.stream())
                .filter(answer -> !answer.refused())
                .forEach(answer -> thresholds.add(order(answer)));
        thresholds.add(Double.NEGATIVE_INFINITY); // the model as it is
        for (double threshold : thresholds) {
            points.add(new TradeOff(withheld(known, threshold), withheld(unanswerable, threshold)));
        }
        return points;
    }

    /** Returns the share of answers that are refusals or at most as confident as {@code threshold}. */
    private static double withheld(Collection<JudgedAnswer> answers, double threshold) {
        return (double) answers.stream()
                        .filter(answer -> answer.refused() || order(answer) <= threshold)
                        .count()
                / answers.size();
    }

    /** Returns the answers in groups of equal confidence, the most confident first and refusals last. */
    private static Collection<List<JudgedAnswer>> byConfidence(Collection<JudgedAnswer> answers) {
        TreeMap<Double, List<JudgedAnswer>> groups = new TreeMap<>(Comparator.reverseOrder());
        answers.forEach(answer ->
                groups.computeIfAbsent(order(answer), key -> new ArrayList<>()).add(answer));
        return groups.values();
    }

    private static long correct(List<JudgedAnswer> answers) {
        return answers.stream().filter(JudgedAnswer::correct).count();
    }

    /** Returns the confidence; −1 if it is unknown and −2 for a refusal, so that these count as the least confident. */
    private static double order(JudgedAnswer answer) {
        if (answer.refused()) {
            return -2;
        }
        double confidence = answer.confidence();
        return Double.isNaN(confidence) ? -1 : confidence;
    }
}
