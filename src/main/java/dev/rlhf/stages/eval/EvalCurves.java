package dev.rlhf.stages.eval;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.Confidence;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.report.html.AnswerCurves;
import java.util.List;
import java.util.function.Predicate;

/** The curves of each model's answers to questions in usual wordings. Pure functions. */
final class EvalCurves {
    private static final int BINS = 10;

    private EvalCurves() {}

    /**
     * Returns each model's trade-off between the two kinds of wrong refusals, and the calibration of its confidence.
     * Answerable questions that the reference gets wrong count only in the calibration, which is left out if no
     * question has an answer.
     */
    static List<AnswerCurves> of(List<EvalRun> runs, EvalKnowledge knowledge, Predicate<QuestionRow> newWording) {
        return runs.stream().map(run -> of(run, knowledge, newWording)).toList();
    }

    private static AnswerCurves of(EvalRun run, EvalKnowledge knowledge, Predicate<QuestionRow> newWording) {
        List<JudgedAnswer> answers = run.answers.stream()
                .filter(answer -> !newWording.test(answer.question()))
                .toList();
        List<JudgedAnswer> known = answers.stream()
                .filter(answer -> knowledge.known(answer.question()))
                .toList();
        List<JudgedAnswer> unanswerable = answers.stream()
                .filter(answer -> answer.question().answers().isEmpty())
                .toList();
        return new AnswerCurves(
                run.name(),
                Confidence.tradeOff(known, unanswerable).stream()
                        .map(point -> new AnswerCurves.TradeOff(point.overRefusal(), point.refusalRecall()))
                        .toList(),
                Confidence.calibration(unanswerable.size() == answers.size() ? List.of() : answers, BINS).stream()
                        .map(bin -> new AnswerCurves.Calibration(bin.confidence(), bin.right(), bin.answers()))
                        .toList());
    }
}
