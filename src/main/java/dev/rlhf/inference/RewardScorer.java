package dev.rlhf.inference;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A frozen reward model with its tokenizer. Owns weights and tokenizer; one thread at a time. */
public final class RewardScorer implements AutoCloseable {
    private final Torch torch;
    private final PromptEncoder encoder;
    private final ScalarModel model;
    private final int batchSize;

    private RewardScorer(Torch torch, PromptEncoder encoder, ScalarModel model, int batchSize) {
        this.torch = torch;
        this.encoder = encoder;
        this.model = model;
        this.batchSize = batchSize;
    }

    /**
     * Opens a checkpoint or adapter folder to score texts in its chat format.
     * @param system system message added to conversations without one, as in training; null: none
     * @throws InputException if it is not a reward model, or has no tokenizer or no token that ends an answer
     */
    public static RewardScorer open(Models models, Path folder, @Nullable String system, int batchSize) {
        PromptEncoder encoder = PromptEncoder.openConversations(folder, system);
        try {
            encoder.checkpoint().format();
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
        return open(models, encoder, batchSize);
    }

    /** Opens the weights of the checkpoint of {@code encoder}, and takes ownership of {@code encoder}. */
    public static RewardScorer open(Models models, PromptEncoder encoder, int batchSize) {
        try {
            return new RewardScorer(models.torch(), encoder, models.rewardModel(encoder.checkpoint()), batchSize);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * A prompt with its completion.
     * @param ended whether the end token follows; false if the completion was truncated, as in PPO's rollouts
     */
    public record Scored(Chat prompt, String completion, boolean ended) {
        public Scored(List<Message> prompt, String completion, boolean ended) {
            this(Chat.of(prompt), completion, ended);
        }
    }

    public PromptEncoder encoder() {
        return encoder;
    }

    public ScalarModel model() {
        return model;
    }

    /**
     * Scores token sequences. Scores may be NaN or infinite.
     *
     * @param progress is called with the number of sequences done
     * @return scores in the order of {@code sequences}
     */
    public float[] scores(List<int[]> sequences, IntConsumer progress) {
        return ScoreBatch.of(torch, model, sequences, batchSize, progress);
    }

    /**
     * Scores texts.
     *
     * @param progress is called with the number of texts done
     * @return scores in the order of {@code all}, in the reward model's units, minus the mean of the SFT model's scores
     * @throws InputException if one is longer than the model's positions
     * @throws FailedRunException if a score is not finite
     */
    public double[] scoresOfTexts(List<Scored> all, IntConsumer progress) {
        List<int[]> sequences = all.stream()
                .map(one -> encoder.answered(one.prompt(), one.completion(), one.ended()))
                .toList();
        int limit = model.config().maxPositions();
        int longest = sequences.stream().mapToInt(ids -> ids.length).max().orElse(0);
        if (longest > limit) {
            throw new InputException("a prompt and its completion have " + longest
                    + " tokens, but the reward model has " + limit + " positions");
        }
        float[] scores = scores(sequences, progress);
        NotFinite.refuse(
                "score", scores, what -> InputException.at(encoder.checkpoint().folder(), what));
        return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
    }

    @Override
    public void close() {
        model.close();
        encoder.close();
    }
}
