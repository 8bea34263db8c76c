package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.GenerationRow.Content;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.RowTokens;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Best-of-N: a reward model scores the completions of each prompt, and the best are kept (Stiennon et al. 2020, section 4.3). */
final class BestOf {
    private final Models session;
    private final Path folder;
    private final boolean raw;
    private final int batchSize;

    /**
     * Of one reward model, which is opened when completions are scored.
     *
     * @param raw prompts are scored as they are, without chat format
     */
    BestOf(Models session, Path folder, boolean raw, int batchSize) {
        this.session = session;
        this.folder = folder;
        this.raw = raw;
        this.batchSize = batchSize;
    }

    /**
     * Finds out before anything is generated whether these rows can be scored.
     *
     * @param generator the tokens of the model that will write
     * @throws InputException if it is no reward model, or cannot read what will be written
     */
    void check(List<GenerationRow> rows, RowTokens generator) {
        Models.checkReward(folder);
        try (RowTokens tokens = RowTokens.open(folder, raw)) {
            int ours = generator.tokenizer().map(Tokenizer::vocabSize).orElse(0);
            int theirs = tokens.tokenizer().map(Tokenizer::vocabSize).orElse(0);
            for (GenerationRow row : rows) {
                if (row.content() instanceof Content.TokenIds) {
                    if (ours != 0 && theirs != 0 && ours != theirs) {
                        throw row.error("token ids cannot be scored by %s: its tokenizer has %d tokens, the model's %d"
                                .formatted(folder, theirs, ours));
                    }
                } else if (theirs == 0) {
                    throw row.error("a text cannot be scored by %s, which has no tokenizer.json; give \"input_ids\""
                            .formatted(folder));
                }
            }
        }
    }

    /**
     * Scores by row and completion. A conversation is scored as text, in the reward model's own chat format; token ids are scored as
     * they are.
     *
     * @throws InputException with the row's place if one is longer than the reward model's positions
     */
    List<float[]> scores(
            List<GenerationRow> rows,
            List<int[]> prompts,
            List<List<DecodedCompletion>> written,
            InterruptibleProgress watch) {
        List<int[]> sequences = new ArrayList<>();
        try (RowTokens tokens = RowTokens.open(folder, raw);
                ScalarModel model = session.rewardModel(tokens.checkpoint())) {
            for (int i = 0; i < rows.size(); i++) {
                for (DecodedCompletion one : written.get(i)) {
                    int[] sequence = sequence(rows.get(i), prompts.get(i), one, tokens);
                    if (sequence.length > model.config().maxPositions()) {
                        throw rows.get(i)
                                .error("prompt and completion have %d tokens, but the reward model has %d positions"
                                        .formatted(
                                                sequence.length, model.config().maxPositions()));
                    }
                    sequences.add(sequence);
                }
            }
            float[] all = ScoreBatch.of(session.torch(), model, sequences, batchSize, watch::done);
            List<float[]> byRow = new ArrayList<>();
            int at = 0;
            for (List<DecodedCompletion> group : written) {
                float[] own = Arrays.copyOfRange(all, at, at += group.size());
                NotFinite.refuse("score", own, rows.get(byRow.size())::error);
                byRow.add(own);
            }
            return byRow;
        }
    }

    private static int[] sequence(GenerationRow row, int[] prompt, DecodedCompletion written, RowTokens tokens) {
        if (row.content() instanceof Content.Conversation conversation) {
            return tokens.answered(conversation.chat(), Objects.requireNonNull(written.text()), written.ended());
        }
        return IntStream.concat(IntStream.of(prompt), IntStream.of(written.ids()))
                .toArray();
    }

    /** Places of the {@code keep} highest scores, the best first; of equal ones the earlier. */
    static List<Integer> best(float[] scores, int keep) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .limit(keep)
                .toList();
    }
}
