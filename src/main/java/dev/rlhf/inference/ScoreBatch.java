package dev.rlhf.inference;

import ai.djl.ndarray.NDArray;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.model.Input;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Scores sequences with a reward model: one number per sequence, at its last token. */
public final class ScoreBatch {
    private ScoreBatch() {}

    /**
     * Returns scores [N] of one batch; differentiable if the model is trainable and gradients are recorded.
     *
     * @param packed whether the sequences are concatenated instead of padded on the right
     */
    public static NDArray forward(Torch torch, ScalarModel model, List<int[]> sequences, boolean packed) {
        int[] lengths = sequences.stream().mapToInt(s -> s.length).toArray();
        int width = Arrays.stream(lengths).max().orElseThrow();
        long[] ids = new long[packed ? Arrays.stream(lengths).sum() : sequences.size() * width];
        long[] last = new long[sequences.size()];
        int from = 0;
        for (int row = 0; row < sequences.size(); row++) {
            int[] sequence = sequences.get(row);
            for (int t = 0; t < sequence.length; t++) {
                ids[from + t] = sequence[t];
            }
            last[row] = from + sequence.length - 1L;
            from += packed ? sequence.length : width;
        }
        Input input = packed ? Input.packed(torch, ids, lengths) : Input.rightPadded(torch, ids, sequences.size());
        return model.scores(input, last);
    }

    /** Scores any number of sequences, in batches of similar length; returns the scores in order. */
    public static float[] of(Torch torch, ScalarModel model, List<int[]> sequences, int batchSize) {
        return of(torch, model, sequences, batchSize, done -> {});
    }

    /** Scores sequences and calls {@code progress} with the number done. */
    public static float[] of(
            Torch torch, ScalarModel model, List<int[]> sequences, int batchSize, IntConsumer progress) {
        float[] scores = new float[sequences.size()];
        int[] lengths = sequences.stream().mapToInt(s -> s.length).toArray();
        int done = 0;
        for (int[] rows : LengthBatches.ofFrozen(torch.onGpu(), batchSize).of(lengths)) {
            List<int[]> batch = Arrays.stream(rows).mapToObj(sequences::get).toList();
            try (Scope _ = new Scope()) {
                float[] own = forward(torch, model, batch, false).toFloatArray();
                for (int i = 0; i < rows.length; i++) {
                    scores[rows[i]] = own[i];
                }
            }
            done += rows.length;
            progress.accept(done);
        }
        return scores;
    }
}
