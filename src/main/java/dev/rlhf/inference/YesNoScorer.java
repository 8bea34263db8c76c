package dev.rlhf.inference;

import dev.rlhf.base.Floats;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Asks a model yes-no questions by comparing the probabilities of the two replies, without generating text. */
public final class YesNoScorer {
    private final LanguageModel model;
    private final LogProbScorer scorer;

    public YesNoScorer(LanguageModel model, LogProbScorer scorer) {
        this.model = model;
        this.scorer = scorer;
    }

    /**
     * Returns P(Yes) / (P(Yes) + P(No)) of each question, rounded to four decimals, so that rounding errors that depend
     * on the batch do not change the result.
     *
     * @param progress is called with the number of questions done
     */
    public List<Double> yes(List<String> questions, IntConsumer progress) {
        List<LogProbScorer.Sequence> sequences = new ArrayList<>();
        for (String question : questions) {
            Chat chat = Chat.of(List.of(Message.user(question)));
            int prompt = model.prompt(chat).length;
            for (String reply : List.of("Yes", "No")) {
                sequences.add(new LogProbScorer.Sequence(model.encoder().answered(chat, reply, false), prompt));
            }
        }
        List<float[]> logprobs = scorer.logprobs(model.lm(), sequences, 1, done -> progress.accept(done / 2));
        List<Double> yes = new ArrayList<>();
        for (int i = 0; i < logprobs.size(); i += 2) {
            double difference = Floats.sum(logprobs.get(i + 1)) - Floats.sum(logprobs.get(i));
            yes.add(Math.round(1e4 / (1 + Math.exp(difference))) / 1e4);
        }
        return yes;
    }
}
