package dev.rlhf.refusal;

import dev.rlhf.data.Verdict;
import java.util.Collection;

/**
 * Metrics of how well a model answers what it knows and refuses what it does not know, computed from counts.
 *
 * <pre>
 *              correct         refused          wrong
 * known     knownCorrect    knownRefused     knownWrong
 * unknown  unknownCorrect  unknownRefused   unknownWrong
 * </pre>
 *
 * <p>A question is "known" if the reference model was found to know it before refusals were trained
 * ({@link KnowledgeProbe}), not if it has an answer. All metrics are in 0…1, or NaN if the denominator is 0. Example:
 * known 9/0/1, unknown 0/8/2 gives answered accuracy 9/12 = 0.75, refusal precision 1, recall 0.8, over-refusal 0,
 * hallucination rate 0.2, coverage 0.6. Sources: R-Tuning (Zhang 2024, §4: accuracy on what is answered, refusal rate
 * on the unanswerable); Llama 3 (Grattafiori 2024, §4.3.6).
 */
public record RefusalMetrics(
        int knownCorrect, int knownRefused, int knownWrong, int unknownCorrect, int unknownRefused, int unknownWrong) {

    /** A judged completion, and whether its question is known. */
    public record Judged(boolean known, Verdict verdict) {}

    public static RefusalMetrics of(Collection<Judged> all) {
        return new RefusalMetrics(
                count(all, true, Verdict.CORRECT),
                count(all, true, Verdict.REFUSED),
                count(all, true, Verdict.WRONG),
                count(all, false, Verdict.CORRECT),
                count(all, false, Verdict.REFUSED),
                count(all, false, Verdict.WRONG));
    }

    /** Returns the sum of both counts. */
    public RefusalMetrics plus(RefusalMetrics other) {
        return new RefusalMetrics(
                knownCorrect + other.knownCorrect,
                knownRefused + other.knownRefused,
                knownWrong + other.knownWrong,
                unknownCorrect + other.unknownCorrect,
                unknownRefused + other.unknownRefused,
                unknownWrong + other.unknownWrong);
    }

    private static int count(Collection<Judged> all, boolean known, Verdict verdict) {
        return Math.toIntExact(all.stream()
                .filter(j -> j.known() == known && j.verdict() == verdict)
                .count());
    }

    public int known() {
        return knownCorrect + knownRefused + knownWrong;
    }

    public int unknown() {
        return unknownCorrect + unknownRefused + unknownWrong;
    }

    public int refused() {
        return knownRefused + unknownRefused;
    }

    public int answered() {
        return known() + unknown() - refused();
    }

    /** Correct answers to known questions / known questions. */
    public double knownAccuracy() {
        return (double) knownCorrect / known();
    }

    /** Correct answers / questions not refused, over known and unknown questions. */
    public double answeredAccuracy() {
        int correct = knownCorrect + unknownCorrect;
        return (double) correct / (correct + knownWrong + unknownWrong);
    }

    /** Refusals of unknown questions / refusals. */
    public double refusalPrecision() {
        return (double) unknownRefused / (knownRefused + unknownRefused);
    }

    /** Refusals of unknown questions / unknown questions. */
    public double refusalRecall() {
        return (double) unknownRefused / unknown();
    }

    /**
     * Harmonic mean of refusal precision and recall: 2·TP / (2·TP + FP + FN); NaN if there are no unknown questions, as
     * the recall is.
     */
    public double refusalF1() {
        return unknown() == 0 ? Double.NaN : 2.0 * unknownRefused / (unknownRefused + knownRefused + unknown());
    }

    /** Refusals of known questions / known questions. */
    public double overRefusal() {
        return (double) knownRefused / known();
    }

    /** Wrong answers given to unknown questions / unknown questions. */
    public double hallucinationRate() {
        return (double) unknownWrong / unknown();
    }

    /**
     * Questions answered correctly, and unknown questions refused / questions. Unlike recall or accuracy alone, it
     * falls both with made-up answers and with refusals of what is known.
     */
    public double truthfulness() {
        return (double) (knownCorrect + unknownCorrect + unknownRefused) / (known() + unknown());
    }

    /** Questions not refused / questions. */
    public double coverage() {
        int all = known() + unknown();
        return (double) (all - knownRefused - unknownRefused) / all;
    }
}
