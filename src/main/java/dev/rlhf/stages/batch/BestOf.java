package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.GenerationRow.Content;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.PromptEncoder;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Best-of-N: a reward model scores the completions of each prompt, and the best are kept (Stiennon et al. 2020, section
 * 4.3).
 */
final class BestOf {
    private final Models models;
    private final Path folder;
    private final boolean raw;
    private final int batchSize;

    /**
     * Creates the selection; the reward model is opened when completions are scored.
     * @param raw whether prompts are scored without chat format
     */
    BestOf(Models models, Path folder, boolean raw, int batchSize) {
        this.models = models;
        this.folder = folder;
        this.raw = raw;
        this.batchSize = batchSize;
    }

    /**
     * Checks that these rows can be scored. Called before anything is generated.
     *
     * @param generator folder of the model that generates
     * @throws InputException if the folder holds no reward model, or the reward model cannot read what will be
     *     generated
     */
    void check(List<GenerationRow> rows, Path generator) {
        int ours = vocabSize(generator);
        Models.requireRewardModel(folder);
        int theirs = vocabSize(folder);
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

    /** Returns the size of the vocabulary; 0 without a tokenizer. */
    private static int vocabSize(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Optional<Tokenizer> tokenizer = checkpoint.findTokenizer();
            return tokenizer.map(Tokenizer::vocabSize).orElse(0);
        }
    }

    /**
     * Scores completions. A conversation is scored as text, in the reward model's own chat format; token ids are scored
     * unchanged.
     *
     * @return scores by row and completion
     * @throws InputException with the row's place if one is longer than the reward model's positions
     */
    List<float[]> scores(
            List<GenerationRow> rows,
            List<int[]> prompts,
            List<List<DecodedCompletion>> completions,
            InterruptibleProgress progress) {
        List<int[]> sequences = new ArrayList<>();
        try (RewardScorer scorer = RewardScorer.open(models, PromptEncoder.open(folder, raw), batchSize)) {
            int limit = scorer.model().config().maxPositions();
            for (int i = 0; i < rows.size(); i++) {
                for (DecodedCompletion completion : completions.get(i)) {
                    int[] sequence = sequence(rows.get(i), prompts.get(i), completion, scorer.encoder());
                    if (sequence.length > limit) {
                        throw rows.get(i)
                                .error("prompt and completion have %d tokens, but the reward model has %d positions"
                                        .formatted(sequence.length, limit));
                    }
                    sequences.add(sequence);
                }
            }
            float[] all = scorer.scores(sequences, progress::done);
            List<float[]> byRow = new ArrayList<>();
            int at = 0;
            for (List<DecodedCompletion> group : completions) {
                float[] own = Arrays.copyOfRange(all, at, at += group.size());
                NotFinite.refuse("score", own, rows.get(byRow.size())::error);
                byRow.add(own);
            }
            return byRow;
        }
    }

    private static int[] sequence(
            GenerationRow row, int[] prompt, DecodedCompletion completion, PromptEncoder encoder) {
        if (row.content() instanceof Content.Conversation conversation) {
            return encoder.answered(conversation.chat(), Objects.requireNonNull(completion.text()), completion.ended());
        }
        return IntStream.concat(IntStream.of(prompt), IntStream.of(completion.ids()))
                .toArray();
    }

    /** Returns the indices of the {@code keep} highest scores, the best first; of equal ones the earlier. */
    static List<Integer> best(float[] scores, int keep) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .limit(keep)
                .toList();
    }
}
