package dev.rlhf.inference;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A frozen reward model that scores texts. Closed by whoever opened it; one thread at a time. */
public final class RewardScorer implements AutoCloseable {
    private final Path folder;
    private final Torch torch;
    private final int batchSize;
    private final Tokenizer tokenizer;
    private final ConversationFormat format;
    private final ScalarModel model;

    private RewardScorer(
            Path folder,
            Torch torch,
            int batchSize,
            Tokenizer tokenizer,
            ConversationFormat format,
            ScalarModel model) {
        this.folder = folder;
        this.torch = torch;
        this.batchSize = batchSize;
        this.tokenizer = tokenizer;
        this.format = format;
        this.model = model;
    }

    public static RewardScorer open(Models session, Path folder, int batchSize) {
        Checkpoint from = Checkpoint.open(folder);
        try {
            ConversationFormat format = from.format();
            return new RewardScorer(
                    folder, session.torch(), batchSize, from.tokenizer(), format, session.rewardModel(from));
        } catch (RuntimeException e) {
            from.close();
            throw e;
        }
    }

    /**
     * What is scored: the prompt, a completion behind it, and the token that ends it.
     *
     * @param ended false: the completion was cut, so the end token is left out as it was in the rollout
     */
    public record Scored(Chat prompt, String completion, boolean ended) {
        public Scored(List<Message> prompt, String completion, boolean ended) {
            this(Chat.of(prompt), completion, ended);
        }
    }

    /**
     * Scores in the order of {@code all}, in units of the reward model; what the SFT model writes averages about 0.
     *
     * @throws InputException if one is longer than the model's positions
     * @throws FailedRunException if a score is not finite
     */
    public double[] scores(List<Scored> all) {
        List<int[]> sequences = all.stream().map(this::ids).toList();
        int limit = model.config().maxPositions();
        int longest = sequences.stream().mapToInt(ids -> ids.length).max().orElse(0);
        if (longest > limit) {
            throw new InputException("a prompt and its completion have " + longest
                    + " tokens, but the reward model has " + limit + " positions");
        }
        float[] scores = ScoreBatch.of(torch, model, sequences, batchSize);
        NotFinite.refuse("score", scores, what -> InputException.at(folder, what));
        return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
    }

    private int[] ids(Scored scored) {
        return format.answered(scored.prompt(), scored.completion(), scored.ended());
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
