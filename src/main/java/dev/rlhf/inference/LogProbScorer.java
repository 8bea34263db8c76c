package dev.rlhf.inference;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Computes log-probabilities of given sequences. Batches are right-padded and contain sequences of similar length, so
 * there is little padding; up to rounding, a result does not depend on its batch. One thread at a time.
 */
public final class LogProbScorer {
    private final Torch torch;
    private final int batchSize;

    public LogProbScorer(Torch torch, int batchSize) {
        this.torch = torch;
        this.batchSize = batchSize;
    }

    /**
     * A token sequence and the index of the first token to score.
     *
     * @param from at least 1: the first token of a sequence is not predicted
     */
    public record Sequence(int[] ids, int from) {
        public Sequence {
            if (from < 1 || from > ids.length) {
                throw new IllegalArgumentException("from " + from + " of " + ids.length + " tokens");
            }
        }

        /** Creates the sequence of a prompt, of at least one token, and its completion, which is scored. */
        public static Sequence of(int[] prompt, int[] completion) {
            return new Sequence(
                    IntStream.concat(IntStream.of(prompt), IntStream.of(completion))
                            .toArray(),
                    prompt.length);
        }

        int scored() {
            return ids.length - from;
        }
    }

    /**
     * Returns, for each sequence, log p of every scored token under softmax(logits / temperature), in nats.
     *
     * @param progress is called with the number of sequences done
     */
    public List<float[]> logprobs(CausalLm model, List<Sequence> sequences, double temperature, IntConsumer progress) {
        check(model.config(), sequences);
        float[][] result = new float[sequences.size()][];
        int done = 0;
        int[] lengths = sequences.stream().mapToInt(s -> s.ids().length).toArray();
        for (int[] rows : LengthBatches.ofFrozen(torch.onGpu(), batchSize).of(lengths)) {
            List<Sequence> batch = Arrays.stream(rows).mapToObj(sequences::get).toList();
            int width = batch.getLast().ids().length;
            try (Scope _ = new Scope()) {
                float[] flat = logprobs(model, model.hidden(padded(batch, width), false), batch, width, temperature);
                int at = 0;
                for (int row : rows) {
                    int scored = sequences.get(row).scored();
                    result[row] = Arrays.copyOfRange(flat, at, at + scored);
                    at += scored;
                }
            }
            done += rows.length;
            progress.accept(done);
        }
        return Arrays.asList(result);
    }

    private float[] logprobs(CausalLm model, NDArray hidden, List<Sequence> batch, int width, double temperature) {
        List<Long> places = new ArrayList<>();
        List<Long> labels = new ArrayList<>();
        for (int row = 0; row < batch.size(); row++) {
            Sequence sequence = batch.get(row);
            for (int t = sequence.from(); t < sequence.ids().length; t++) {
                places.add((long) row * width + t - 1);
                labels.add((long) sequence.ids()[t]);
            }
        }
        NDArray picked = torch.kernels().call("pick", hidden, longs(places));
        return model.tokenLogprobs(picked, longs(labels), temperature).get(0).toFloatArray();
    }

    private NDArray longs(List<Long> values) {
        return torch.longs(values.stream().mapToLong(Long::longValue).toArray(), values.size());
    }

    private Input padded(List<Sequence> rows, int width) {
        long[] flat = new long[rows.size() * width]; // 0 after a row's end, which no real token attends to
        for (int r = 0; r < rows.size(); r++) {
            int[] ids = rows.get(r).ids();
            for (int t = 0; t < ids.length; t++) {
                flat[r * width + t] = ids[t];
            }
        }
        return Input.rightPadded(torch, flat, rows.size());
    }

    private static void check(ModelConfig config, List<Sequence> sequences) {
        int longest = sequences.stream().mapToInt(s -> s.ids().length).max().orElse(0);
        if (longest > config.maxPositions()) {
            throw new InputException(
                    "a sequence of " + longest + " tokens, but the model has " + config.maxPositions() + " positions");
        }
    }
}
