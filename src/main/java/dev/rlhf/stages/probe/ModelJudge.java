package dev.rlhf.stages.probe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.base.Floats;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.judge.Verdict;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges answers with a model: whether they are correct by a reference text, and whether they are informative. Instead
 * of generating, it compares the probabilities of the replies "Yes" and "No".
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

    private final LanguageModel model;
    private final LogProbScorer scorer;

    ModelJudge(LanguageModel model, LogProbScorer scorer) {
        this.model = model;
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
        List<LogProbScorer.Sequence> sequences = new ArrayList<>();
        for (Case one : cases) {
            String question = one.answer().question().question();
            String answer = one.answer().text().strip();
            add(sequences, CORRECT.formatted(one.reference(), question, answer));
            add(sequences, INFORMATIVE.formatted(question, answer));
        }
        List<float[]> logprobs;
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "verdicts", sequences.size(), "sequence")) {
            logprobs = scorer.logprobs(model.lm(), sequences, 1, watch::done);
        }
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < logprobs.size(); i += 4) {
            evidence.add(new Evidence(yes(logprobs, i), yes(logprobs, i + 2)));
        }
        return evidence;
    }

    /** Adds the sequences with the two replies. */
    private void add(List<LogProbScorer.Sequence> sequences, String asked) {
        Chat chat = Chat.of(List.of(Message.user(asked)));
        int prompt = model.prompt(chat).length;
        for (String reply : List.of("Yes", "No")) {
            sequences.add(new LogProbScorer.Sequence(model.encoder().answered(chat, reply, false), prompt));
        }
    }

    /** Rounds to four decimals, so that rounding errors that depend on the batch do not change the file. */
    private static double yes(List<float[]> logprobs, int at) {
        double difference = Floats.sum(logprobs.get(at + 1)) - Floats.sum(logprobs.get(at));
        return Math.round(1e4 / (1 + Math.exp(difference))) / 1e4;
    }
}
