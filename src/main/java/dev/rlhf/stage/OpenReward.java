package dev.rlhf.stage;

import dev.rlhf.model.ScalarModel;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A frozen reward model that scores texts. Closed by whoever opened it; one thread at a time. */
final class OpenReward implements AutoCloseable {
    private final Scorer scorer;
    private final Tokenizer tokenizer;
    private final ConversationFormat format;
    private final ScalarModel model;

    private OpenReward(Scorer scorer, Tokenizer tokenizer, ConversationFormat format, ScalarModel model) {
        this.scorer = scorer;
        this.tokenizer = tokenizer;
        this.format = format;
        this.model = model;
    }

    static OpenReward open(Session session, Path folder, int batchSize) {
        Tokenizer tokenizer = Tokenizer.load(folder);
        try {
            ConversationFormat format = Session.format(tokenizer);
            return new OpenReward(
                    new Scorer(session.torch(), batchSize), tokenizer, format, session.rewardModel(folder));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * What is scored: the prompt, a completion behind it, and the token that ends it.
     *
     * @param ended false: the completion was cut, so the end token is left out as it was in the rollout
     */
    record Scored(List<Message> prompt, String completion, boolean ended) {}

    /** Scores in the order of {@code all}, in units of the reward model; SFT samples average about 0. */
    double[] scores(List<Scored> all, Watch watch) {
        return scorer.rewards(model, all.stream().map(this::ids).toList(), watch::done);
    }

    private int[] ids(Scored scored) {
        IntStream prompt = IntStream.of(format.prompt(scored.prompt()));
        IntStream completion = IntStream.of(tokenizer.encode(scored.completion()));
        IntStream end = scored.ended() ? IntStream.of(format.endId()) : IntStream.empty();
        return IntStream.concat(prompt, IntStream.concat(completion, end)).toArray();
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
