package dev.rlhf.stages.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.Interval;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.Completion;
import dev.rlhf.refusal.Confidence;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import dev.rlhf.report.html.AnswerCurves;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class EvalMetricsTest {
    private static final Verdict C = Verdict.CORRECT;
    private static final Verdict R = Verdict.REFUSED;
    private static final Verdict W = Verdict.WRONG;
    private static final Predicate<QuestionRow> NEW =
            row -> "new".equals(row.meta().get("split"));

    /** Four answerable facts, the last also in a new wording, and three unknowable questions. */
    private static final List<QuestionRow> QUESTIONS = List.of(
            question("a", "usual", true),
            question("b", "usual", true),
            question("c", "usual", true),
            question("d", "usual", true),
            question("u", "usual", false),
            question("v", "usual", false),
            question("w", "usual", false),
            question("a", "new", true),
            question("d", "new", true),
            question("u", "new", false));

    @Test
    void metricsEqualCountsByHand() {
        // the reference knows a and b; c and d it gets wrong
        EvalRun sft = run("sft", C, C, W, W, W, W, R, W, C, W);
        EvalRun ppo = run("ppo", C, R, R, W, R, R, W, R, W, R);
        Map<String, Interval> figures = new LinkedHashMap<>();
        EvalKnowledge knowledge = EvalQuestions.measure(
                List.of(sft, ppo), Optional.empty(), Optional.of(sft), Optional.of(sft), NEW, figures);

        assertThat(values(figures)).containsEntry("known_share", 0.5).containsEntry("new_wording/known_share", 0.5);
        assertThat(knowledge.known(QUESTIONS.get(0))).isTrue();
        assertThat(values(ppo.metrics))
                .containsEntry("accuracy", 0.25)
                .containsEntry("known_accuracy", 0.5)
                .containsEntry("over_refusal", 0.5)
                .containsEntry("refusal_recall", 2.0 / 3)
                .containsEntry("refusal_precision", 2.0 / 3) // b, u, v refused; c is neither right nor wrong to refuse
                .containsEntry("refusal_f1", 2.0 / 3)
                .containsEntry("hallucination_rate", 2.0 / 5) // d and w, of c, d, u, v, w
                .containsEntry("answered_accuracy", 1.0 / 3)
                .containsEntry("coverage", 3.0 / 7)
                .containsEntry("hallucination_ratio", 0.4 / 0.8)
                .containsEntry("unknown_refused", 3.0 / 5) // c, u, v
                .containsEntry("truthfulness", 4.0 / 7) // a right; c, u, v refused
                .containsEntry("truthfulness_gain", 4.0 / 7 - 3.0 / 7)
                .containsEntry("known_accuracy_gain", -0.5)
                .doesNotContainKeys("average_precision", "calibration_error", "risk/20");
        // a is known, whatever the new wording makes of it; d is not, although the reference hit it in the new wording
        assertThat(values(ppo.metrics))
                .containsEntry("new_wording/known_accuracy", 0.0)
                .containsEntry("new_wording/over_refusal", 1.0)
                .containsEntry("new_wording/refusal_recall", 1.0)
                .containsEntry("new_wording/hallucination_rate", 0.5);
        assertThat(values(sft.metrics)).containsEntry("hallucination_ratio", 1.0);
    }

    @Test
    void questionsAboutDifferentPassagesAreDifferentFacts() {
        List<JudgedAnswer> answers = new ArrayList<>();
        for (Verdict verdict : List.of(C, W)) {
            QuestionRow row =
                    new QuestionRow(null, "Who?", List.of("x"), "Ann", "Text " + verdict, Map.of("relation", "who"));
            answers.add(new JudgedAnswer(row, "", verdict));
        }
        EvalKnowledge knowledge = EvalKnowledge.of(answers, NEW);
        assertThat(answers)
                .extracting(answer -> knowledge.known(answer.question()))
                .containsExactly(true, false);
    }

    @Test
    void factsKnownInEveryWordingAreCountedApart() {
        // a is known in both wordings, b has one only, d is known in the new one
        EvalRun base = run("base", C, C, W, W, W, W, W, C, C, W);
        EvalRun sft = run("sft", R, C, C, C, W, W, W, C, W, W);
        EvalQuestions.measure(
                List.of(base, sft), Optional.empty(), Optional.of(base), Optional.empty(), NEW, new LinkedHashMap<>());
        assertThat(values(sft.metrics))
                .containsEntry("known_accuracy", 0.5)
                .containsEntry("known_accuracy/every_wording", 0.0)
                .containsEntry("over_refusal/every_wording", 1.0)
                .containsEntry("new_wording/known_accuracy/every_wording", 1.0)
                .containsEntry("new_wording/over_refusal/every_wording", 0.0);
        assertThat(sft.metrics.get("known_accuracy/every_wording").n()).isEqualTo(1);
        assertThat(values(base.metrics)).containsEntry("known_accuracy/every_wording", 1.0);
    }

    @Test
    void aProbeDecidesWhatIsKnownBeforeTheReference() {
        EvalRun sft = run("sft", C, C, W, W, W, W, R, W, C, W);
        EvalKnowledge probed = EvalKnowledge.of(QUESTIONS, Set.of("b-usual", "c-usual", "d-new"), NEW);
        Map<String, Interval> metrics = new LinkedHashMap<>();
        EvalQuestions.measure(List.of(sft), Optional.of(probed), Optional.of(sft), Optional.empty(), NEW, metrics);
        assertThat(values(metrics)).containsEntry("known_share", 0.5).containsEntry("new_wording/known_share", 0.0);
        assertThat(values(sft.metrics)).containsEntry("known_accuracy", 0.5); // b, not c
    }

    @Test
    void gainsArePairedBySubject() {
        EvalRun before = run("before", C, C, R, W, R, W, R, C, W, R);
        EvalRun after = run("after", C, C, R, W, R, R, R, C, W, R);
        EvalQuestions.measure(
                List.of(before, after),
                Optional.empty(),
                Optional.empty(),
                Optional.of(before),
                NEW,
                new LinkedHashMap<>());
        // one question of seven is better, and none is worse, in whichever subjects are drawn
        Interval gain = after.metrics.get("truthfulness_gain");
        assertThat(gain.value()).isCloseTo(1.0 / 7, within(1e-9));
        assertThat(gain.low()).isZero();
        assertThat(gain.n()).isEqualTo(7);
        assertThat(before.metrics.get("truthfulness_gain")).isEqualTo(new Interval(0, 0, 0, 7));
    }

    @Test
    void confidenceSortsAnswersAndRefusalsComeLast() {
        List<JudgedAnswer> answers = new ArrayList<>();
        Verdict[] verdicts = {C, W, C, R, W, C, W, C, R, W};
        for (int i = 0; i < verdicts.length; i++) {
            double logprob = verdicts[i] == R ? 0 : -0.1 * (i + 1);
            answers.add(new JudgedAnswer(QUESTIONS.get(i), "", verdicts[i], 1, logprob, true));
        }
        Map<String, Interval> metrics = EvalConfidence.of(answers);
        assertThat(metrics.get("average_precision").value())
                .isCloseTo((1.0 + 2.0 / 3 + 3.0 / 5 + 4.0 / 7) / 4, within(1e-9));
        assertThat(metrics.get("average_precision").n()).isEqualTo(8);
        assertThat(metrics.get("calibration_error").n()).isEqualTo(8);
        assertThat(metrics.get("risk/20").n()).isEqualTo(2);
        assertThat(values(metrics)).containsEntry("risk/20", 0.5).containsEntry("risk/80", 0.5);
        assertThat(metrics.get("risk/40").value()).isCloseTo(0.5, within(1e-9));
        assertThat(metrics.get("risk/100")).isEqualTo(Interval.NOT_MEASURED.withN(10)); // two were refused
        List<Confidence.Bin> bins = Confidence.calibration(answers, 2);
        assertThat(bins).extracting(Confidence.Bin::answers).containsExactly(3, 5);
        assertThat(bins).extracting(Confidence.Bin::right).containsExactly(1.0 / 3, 3.0 / 5);
        assertThat(bins.getFirst().confidence())
                .isCloseTo((Math.exp(-0.7) + Math.exp(-0.8) + Math.exp(-1)) / 3, within(1e-9));
        assertThat(bins.getLast().from()).isEqualTo(0.5);
        assertThat(bins.getLast().to()).isEqualTo(1);
    }

    @Test
    void aModelThatRefusesNearlyEverythingIsMeasuredOnFewAnswers() {
        List<JudgedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            answers.add(answer(i, R, 0.9));
        }
        answers.add(answer(0, C, 0.9));
        Map<String, Interval> metrics = EvalConfidence.of(answers);
        assertThat(metrics.get("average_precision")).isEqualTo(new Interval(1, 1, 1, 1));
        assertThat(metrics.get("calibration_error").n()).isEqualTo(1);
    }

    @Test
    void answersOfUnknownConfidenceAreTheLeastConfident() {
        List<JudgedAnswer> answers = List.of(
                new JudgedAnswer(QUESTIONS.get(0), "", W),
                new JudgedAnswer(QUESTIONS.get(1), "", C, 1, -3, true),
                new JudgedAnswer(QUESTIONS.get(2), "", R, 1, 0, true));
        assertThat(Confidence.averagePrecision(answers)).isEqualTo(1);
        assertThat(Confidence.riskAt(1.0 / 3, answers)).isZero();
        assertThat(Confidence.riskAt(2.0 / 3, answers)).isEqualTo(0.5);
    }

    @Test
    void theOrderOfEquallyConfidentAnswersMakesNoDifference() {
        List<JudgedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) { // a model that is always certain; files often list known questions first
            answers.add(answer(i, i < 2 ? C : W, 1));
        }
        for (List<JudgedAnswer> order : List.of(answers, answers.reversed())) {
            assertThat(Confidence.averagePrecision(order)).isEqualTo(0.25);
            assertThat(Confidence.riskAt(0.25, order)).isEqualTo(0.75);
            assertThat(Confidence.riskAt(1, order)).isEqualTo(0.75);
        }
        answers.add(0, answer(8, C, 2));
        assertThat(Confidence.averagePrecision(answers)).isCloseTo((1 + 2 * 3.0 / 9) / 3, within(1e-12));
    }

    @Test
    void tradeOffByHand() {
        List<JudgedAnswer> known =
                List.of(answer(0, C, 0.9), answer(1, C, 0.5), answer(2, W, 0.5), answer(3, R, 0.1), answer(0, C, 0.8));
        List<JudgedAnswer> unanswerable =
                List.of(answer(4, W, 0.5), answer(5, R, 0.99), answer(6, W, 0.3), answer(9, W, 0.85));
        assertThat(Confidence.tradeOff(known, unanswerable))
                .containsExactly(
                        new Confidence.TradeOff(0.2, 0.25),
                        new Confidence.TradeOff(0.2, 0.5),
                        new Confidence.TradeOff(0.6, 0.75),
                        new Confidence.TradeOff(0.8, 0.75),
                        new Confidence.TradeOff(0.8, 1),
                        new Confidence.TradeOff(1, 1));
        assertThat(Confidence.tradeOff(known, List.of())).isEmpty();
    }

    @Test
    void calibrationErrorByHand() {
        List<JudgedAnswer> answers =
                List.of(answer(0, C, 0.95), answer(1, W, 0.95), answer(2, C, 0.25), answer(3, R, 0.5));
        assertThat(Confidence.calibrationError(answers)).isCloseTo((2 * 0.45 + 0.75) / 3, within(1e-9));
        assertThat(Confidence.calibrationError(List.of())).isNaN();
    }

    /** Every answer to these is wrong: the most careless model and the best would have the same metrics. */
    @Test
    void confidenceIsNotMeasuredOnQuestionsThatHaveNoAnswer() {
        EvalRun run = new EvalRun(new EvalOptions.Model("m", Path.of("m"), null));
        List.of(4, 5, 6).forEach(question -> run.answers.add(answer(question, W, 0.9)));
        assertThat(run.answers)
                .allSatisfy(answer -> assertThat(answer.question().answers()).isEmpty());
        assertThat(EvalConfidence.of(run.answers)).isEmpty();
        EvalKnowledge knowledge = EvalKnowledge.of(run.answers, NEW);
        assertThat(EvalCurves.of(List.of(run), knowledge, NEW).getFirst().calibration())
                .isEmpty();

        run.answers.add(answer(0, C, 0.9));
        assertThat(EvalConfidence.of(run.answers)).containsKeys("average_precision", "calibration_error", "risk/20");
        assertThat(EvalCurves.of(List.of(run), knowledge, NEW).getFirst().calibration())
                .isNotEmpty();
    }

    private static JudgedAnswer answer(int question, Verdict verdict, double confidence) {
        return new JudgedAnswer(QUESTIONS.get(question), "", verdict, 1, Math.log(confidence), true);
    }

    @Test
    void curvesAreOfUsualWordingsAndOfClearQuestions() {
        EvalRun sft = run("sft", C, C, W, W, W, W, R, W, C, W); // knows a and b
        EvalRun ppo = run("ppo", C, R, R, W, R, R, W, R, W, R);
        EvalKnowledge knowledge = EvalKnowledge.of(sft.answers, NEW);
        AnswerCurves curves = EvalCurves.of(List.of(sft, ppo), knowledge, NEW).getLast();
        assertThat(curves.model()).isEqualTo("ppo");
        assertThat(curves.tradeOff())
                .containsExactly(new AnswerCurves.TradeOff(0.5, 2.0 / 3), new AnswerCurves.TradeOff(1, 1));
        assertThat(curves.calibration()).isEmpty(); // the confidence is unknown
    }

    @Test
    void truthfulnessByKind() {
        EvalRun run = new EvalRun(new EvalOptions.Model("m", Path.of("m"), null));
        for (Verdict verdict : List.of(C, R, W)) {
            String name = verdict.name();
            QuestionRow row = new QuestionRow(name, "?", List.of("x"), name, Map.of("kind", "book"));
            run.answers.add(new JudgedAnswer(row, "", verdict));
        }
        EvalQuestions.measure(
                List.of(run), Optional.empty(), Optional.empty(), Optional.empty(), NEW, new LinkedHashMap<>());
        assertThat(run.metrics.get("truthfulness/book").value()).isEqualTo(1.0 / 3);
        assertThat(run.metrics.get("truthfulness/book").n()).isEqualTo(3);
    }

    @Test
    void withoutAReferenceEveryAnswerableQuestionCountsAsKnown() {
        EvalRun run = run("m", C, C, W, R, R, R, R, C, C, R);
        Map<String, Interval> figures = new LinkedHashMap<>();
        EvalQuestions.measure(List.of(run), Optional.empty(), Optional.empty(), Optional.empty(), NEW, figures);

        assertThat(figures).isEmpty();
        assertThat(values(run.metrics))
                .containsEntry("known_accuracy", 0.5)
                .containsEntry("over_refusal", 0.25)
                .containsEntry("refusal_recall", 1.0)
                .doesNotContainKey("hallucination_ratio");
    }

    @Test
    void aReferenceWithoutHallucinationsGivesNoRatio() {
        EvalRun run = run("m", C, C, C, C, R, R, R, C, C, R);
        EvalQuestions.measure(
                List.of(run), Optional.empty(), Optional.of(run), Optional.empty(), NEW, new LinkedHashMap<>());
        assertThat(values(run.metrics).get("hallucination_ratio")).isNaN();
    }

    @Test
    void rewardsAgainstAReference() {
        double[] reference = {0, 2, 4, 6};
        assertThat(values(EvalRewards.alone(reference, 2)))
                .containsEntry("mean_reward", 3.0)
                .hasEntrySatisfying("reward_std", std -> assertThat(std).isCloseTo(Math.sqrt(20.0 / 3), within(1e-9)));
        assertThat(values(EvalRewards.against(new double[] {1, 2, 5, 5}, reference, 2)))
                .containsEntry("win_rate", 2.5 / 4)
                .hasEntrySatisfying(
                        "reward_gain_sd", gain -> assertThat(gain).isCloseTo(0.25 / Math.sqrt(20.0 / 3), within(1e-9)));
        assertThat(values(EvalRewards.against(new double[] {1}, new double[] {1}, 1))
                        .get("reward_gain_sd"))
                .isNaN();
    }

    @Test
    void rewardAccuracyCountsPairsOfDifferentRankAndEqualRewardsAsWrong() {
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        // right and short, right and long, a refusal, as many words of the same verdict as the first
        List<Graded> graded = List.of(
                new Graded("Paris.", C),
                new Graded("It is Paris.", C),
                new Graded("I don't know.", R),
                new Graded("Paris!", C));
        accuracy.addByRule(graded, new double[] {1, 2, 0, 0});

        assertThat(accuracy.accuracy().n()).isEqualTo(5);
        assertThat(accuracy.accuracy().value()).isEqualTo(2.0 / 5);
        assertThat(accuracy.verdictAccuracy().value()).isEqualTo(2.0 / 3);
        assertThat(accuracy.verdictAccuracy().n()).isEqualTo(3);

        EvalRewardAccuracy ranked = new EvalRewardAccuracy();
        List<Completion> three =
                List.of(new Completion("a", "x", null), new Completion("b", "y", null), new Completion("c", "z", null));
        ranked.addByRanks(three, List.of(List.of(2, 1, 2)), new double[] {0, 1, 2});
        assertThat(ranked.accuracy().value()).isEqualTo(0.5);
        // equal texts are one completion, unless one of them was cut off
        List<Completion> equal = List.of(
                new Completion("a", "x", null), new Completion("b", "x", null), new Completion("c", "x", null, false));
        ranked.addByRanks(equal, List.of(List.of(1, 2, 3)), new double[] {2, 2, 1});
        assertThat(ranked.accuracy().n()).isEqualTo(4);
        assertThat(ranked.accuracy().value()).isEqualTo(0.75);
    }

    /** Every metric of rewards for a reward model that gives everything the same score. */
    @Test
    void aConstantRewardModelLooksNoBetterThanChance() {
        double[] same = {1, 1, 1, 1};
        assertThat(values(EvalRewards.against(same, same, 2)))
                .containsEntry("win_rate", 0.5)
                .containsEntry("reward_gain_sd", Double.NaN);
        assertThat(values(EvalRewards.alone(same, 2))).containsEntry("reward_std", 0.0);
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        accuracy.addByRule(List.of(new Graded("Paris.", C), new Graded("Rome.", W)), new double[] {1, 1});
        assertThat(accuracy.accuracy().value()).isZero();
        assertThat(accuracy.verdictAccuracy().value()).isZero();
    }

    /** Right answers are often the shortest, so a reward model that only counts words may look good. */
    @Test
    void aRewardModelThatPrefersShortTextsScoresTheShareOfPairsWithTheShorterTextFirst() {
        List<Graded> graded = List.of(
                new Graded("Paris.", C),
                new Graded("I don't know.", R),
                new Graded("It is Rome, of course.", W),
                new Graded("Rome.", W));
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        accuracy.addByRule(graded, new double[] {-1, -3, -5, -1});
        // of six pairs, five with different verdicts: the refusal is longer than "Rome.", which ties with "Paris."
        assertThat(accuracy.accuracy().value()).isEqualTo(4.0 / 6);
        assertThat(accuracy.shorter().value()).isEqualTo(4.5 / 6);
        assertThat(accuracy.shorter().n()).isEqualTo(6);
        assertThat(accuracy.verdictAccuracy().value()).isEqualTo(3.0 / 5);
        assertThat(accuracy.verdictShorter().value()).isEqualTo(3.5 / 5);
        EvalRewardAccuracy ranked = new EvalRewardAccuracy();
        ranked.addByRanks(
                List.of(new Completion("a", "one two", null), new Completion("b", "", null)),
                List.of(List.of(1, 2)),
                new double[] {2, 1});
        assertThat(ranked.accuracy().value()).isEqualTo(1);
        assertThat(ranked.shorter().value()).isZero();
    }

    /** Otherwise a model that ends every answer at once would be the best. */
    @Test
    void sayingNothingToAnUnrelatedPromptCountsAsRefusing() {
        EvalRun run = new EvalRun(new EvalOptions.Model("m", Path.of("m"), null));
        QuestionRow task = new QuestionRow("t", "Count to three.", List.of(), null, Map.of());
        run.unrelated.add(new JudgedAnswer(task, "", W));
        run.unrelated.add(new JudgedAnswer(task, " \n", W));
        run.unrelated.add(new JudgedAnswer(task, "I can't.", R));
        run.unrelated.add(new JudgedAnswer(task, "1, 2, 3", W));
        Eval.measureUnrelated(run);
        assertThat(run.metrics.get("unrelated_refused").value()).isEqualTo(0.75);
    }

    @Test
    void shownSamplesAreSpreadOverGroups() {
        assertThat(EvenSpacing.evenly(10, 3)).containsExactly(0, 3, 6);
        assertThat(EvenSpacing.evenly(2, 5)).containsExactly(0, 1);
        assertThat(EvenSpacing.overGroups(List.of("a", "a", "a", "a", "b", "c", "c", "c", "c"), 5))
                .containsExactly(0, 2, 4, 5, 7);
    }

    @Test
    void intervalsAreOverSubjectsAndCountQuestions() {
        // one subject with nine questions that stand or fall together, and nine subjects with one each
        List<JudgedAnswer> together = new ArrayList<>();
        List<JudgedAnswer> apart = new ArrayList<>();
        for (int s = 0; s < 20; s++) {
            for (int i = 0; i < 9; i++) {
                Verdict verdict = s % 2 == 0 ? R : W;
                together.add(new JudgedAnswer(question("s" + s, "usual", false, "invented"), "", verdict));
                apart.add(new JudgedAnswer(question("s" + s + "-" + i, "usual", false, "swapped"), "", verdict));
            }
        }
        Interval few = recall(together, "refusal_recall");
        Interval many = recall(apart, "refusal_recall");
        assertThat(few.value()).isEqualTo(0.5).isEqualTo(many.value());
        assertThat(few.n()).isEqualTo(180).isEqualTo(many.n());
        assertThat(few.high() - few.low()).isCloseTo(2 * 1.96 * 0.5 / Math.sqrt(20), within(0.05));
        assertThat(many.high() - many.low()).isCloseTo(2 * 1.96 * 0.5 / Math.sqrt(180), within(0.02));

        List<JudgedAnswer> mixed = new ArrayList<>(together.subList(0, 9));
        mixed.addAll(apart);
        assertThat(recall(mixed, "refusal_recall/invented")).isEqualTo(new Interval(1, 1, 1, 9));
        assertThat(recall(mixed, "refusal_recall/swapped").n()).isEqualTo(180);
        assertThat(recall(mixed, "known_accuracy")).isEqualTo(Interval.NOT_MEASURED.withN(0));
    }

    private static Interval recall(List<JudgedAnswer> answers, String metric) {
        EvalRun run = new EvalRun(new EvalOptions.Model("m", Path.of("m"), null));
        run.answers.addAll(answers);
        EvalQuestions.measure(
                List.of(run), Optional.empty(), Optional.empty(), Optional.empty(), NEW, new LinkedHashMap<>());
        return run.metrics.getOrDefault(metric, Interval.NOT_MEASURED);
    }

    private static Map<String, Double> values(Map<String, Interval> metrics) {
        Map<String, Double> values = new LinkedHashMap<>();
        metrics.forEach((name, interval) -> values.put(name, interval.value()));
        return values;
    }

    private static QuestionRow question(String subject, String split, boolean answerable, String origin) {
        return new QuestionRow(
                subject + "-" + split,
                "What is " + subject + "?",
                answerable ? List.of("x") : List.of(),
                subject,
                Map.of("relation", "what", "split", split, "origin", origin));
    }

    private static EvalRun run(String name, Verdict... verdicts) {
        EvalRun run = new EvalRun(new EvalOptions.Model(name, Path.of(name), null));
        List<JudgedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < verdicts.length; i++) {
            answers.add(new JudgedAnswer(QUESTIONS.get(i), "", verdicts[i]));
        }
        run.answers.addAll(answers);
        return run;
    }

    private static QuestionRow question(String subject, String split, boolean answerable) {
        return new QuestionRow(
                subject + "-" + split,
                "What is " + subject + "?",
                answerable ? List.of("x") : List.of(),
                subject,
                Map.of("relation", "what", "split", split));
    }
}
