package dev.rlhf.stages.probe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.YesNoScorer;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.stage.StageContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges answers with a model: whether they are correct by a reference text, and whether they are informative
 * ({@link YesNoScorer}).
 */
final class ModelJudge {
    @SuppressWarnings("InlineFormatString") // a prompt
    private static final String CORRECT = """
            Text:
            %s

            Question: %s
            Answer: %s

            Is this answer correct according to the text? Reply with Yes or No.""";

    @SuppressWarnings("InlineFormatString") // a prompt
    private static final String INFORMATIVE = """
            Question: %s
            Answer: %s

            Does this answer state something specific, instead of declining to answer or evading the question? \
            Reply with Yes or No.""";

    private final YesNoScorer scorer;

    ModelJudge(YesNoScorer scorer) {
        this.scorer = scorer;
    }

    /** An answer to be judged by a reference. */
    record Case(JudgedAnswer answer, String reference) {}

    /**
     * The probabilities on which a verdict is based.
     *
     * @param correct P(Yes) / (P(Yes) + P(No)) that the answer is correct
     * @param informative the same for that it is informative
     */
    record Evidence(
            @JsonProperty("p_correct") double correct,
            @JsonProperty("p_informative") double informative) {
        /**
         * Returns the verdict: a refusal if the rules found one or the answer is not informative; otherwise correct or
         * wrong.
         */
        Verdict verdict(Verdict byRules) {
            if (byRules == Verdict.REFUSED || informative < 0.5) {
                return Verdict.REFUSED;
            }
            return correct >= 0.5 ? Verdict.CORRECT : Verdict.WRONG;
        }
    }

    /** Returns the evidence on each answer, in order. */
    List<Evidence> judge(List<Case> cases, StageContext context) {
        List<String> asked = new ArrayList<>();
        for (Case one : cases) {
            String question = one.answer().question().question();
            String answer = one.answer().text().strip();
            asked.add(CORRECT.formatted(one.reference(), question, answer));
            asked.add(INFORMATIVE.formatted(question, answer));
        }
        List<Double> yes;
        try (InterruptibleProgress watch = InterruptibleProgress.start(context, "verdicts", asked.size(), "question")) {
            yes = scorer.yes(asked, watch::done);
        }
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < yes.size(); i += 2) {
            evidence.add(new Evidence(yes.get(i), yes.get(i + 1)));
        }
        return evidence;
    }
}
