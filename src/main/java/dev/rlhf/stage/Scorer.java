package dev.rlhf.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Scores given sequences: log-probabilities of their tokens, or rewards. Batches are taken in order of length and padded on the
 * right, so a score does not depend on what else is in the batch (but for rounding) and little is padded. Logits are made for a
 * part of a batch at a time. One thread at a time.
 */
final class Scorer {
    /** Logits held at once: 64 MiB in fp32, whatever the vocabulary. */
    private static final int LOGITS = 1 << 24;

    private final Torch torch;
    private final int batchSize;

    Scorer(Torch torch, int batchSize) {
        this.torch = torch;
        this.batchSize = batchSize;
    }

    /**
     * Tokens, and from where on they are scored.
     *
     * @param from at least 1: a token needs one before it to be predicted from
     */
    record Sequence(int[] ids, int from) {
        Sequence {
            if (from < 1 || from > ids.length) {
                throw new IllegalArgumentException("from " + from + " of " + ids.length + " tokens");
            }
        }

        /** A prompt, of at least one token, and what was written after it. */
        static Sequence of(int[] prompt, int[] completion) {
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
     * log p of every scored token under softmax(logits / temperature), nats, by sequence.
     *
     * @param progress is told how many sequences are done
     */
    List<float[]> logprobs(CausalLm model, List<Sequence> sequences, double temperature, IntConsumer progress) {
        float[][] result = new float[sequences.size()][];
        forBatches(model.config(), sequences.stream().map(Sequence::ids).toList(), progress, (rows, input) -> {
            int width = (int) input.ids().getShape().get(1);
            List<Sequence> batch = rows.stream().map(sequences::get).toList();
            float[] flat = logprobs(model, model.hidden(input, false), batch, width, temperature);
            int at = 0;
            for (int row : rows) {
                int scored = sequences.get(row).scored();
                result[row] = Arrays.copyOfRange(flat, at, at + scored);
                at += scored;
            }
        });
        return Arrays.asList(result);
    }

    /** The reward at each sequence's last token. */
    double[] rewards(ScalarModel model, List<int[]> sequences, IntConsumer progress) {
        double[] result = new double[sequences.size()];
        forBatches(model.config(), sequences, progress, (rows, input) -> {
            long width = input.ids().getShape().get(1);
            long[] last = new long[rows.size()];
            Arrays.setAll(last, r -> r * width + sequences.get(rows.get(r)).length - 1);
            float[] scores = model.scores(input, last).toFloatArray();
            for (int r = 0; r < scores.length; r++) {
                result[rows.get(r)] = scores[r];
            }
        });
        return result;
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
        int most = Math.max(1, LOGITS / model.config().vocabSize());
        float[] all = new float[places.size()];
        for (int from = 0; from < all.length; from += most) {
            int to = Math.min(all.length, from + most);
            try (Scope _ = new Scope()) {
                NDArray picked = torch.kernels().call("pick", hidden, longs(places.subList(from, to)));
                NDList scored = torch.kernels()
                        .callAll("token_logprobs", picked, model.head(), longs(labels.subList(from, to)), temperature);
                System.arraycopy(scored.get(0).toFloatArray(), 0, all, from, to - from);
            }
        }
        return all;
    }

    private NDArray longs(List<Long> values) {
        return torch.longs(values.stream().mapToLong(Long::longValue).toArray(), values.size());
    }

    @FunctionalInterface
    private interface Batch {
        /** @param rows which of the sequences stand in the rows of {@code input} */
        void run(List<Integer> rows, Input input);
    }

    private void forBatches(ModelConfig config, List<int[]> sequences, IntConsumer progress, Batch batch) {
        check(config, sequences);
        List<Integer> order = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> sequences.get(i).length))
                .toList();
        for (int from = 0; from < order.size(); from += batchSize) {
            List<Integer> rows = order.subList(from, Math.min(order.size(), from + batchSize));
            try (Scope _ = new Scope()) {
                batch.run(rows, padded(rows.stream().map(sequences::get).toList()));
            }
            progress.accept(from + rows.size());
        }
    }

    private Input padded(List<int[]> rows) {
        int width = rows.stream().mapToInt(ids -> ids.length).max().orElseThrow();
        long[] flat = new long[rows.size() * width]; // 0 behind a row's end, which no real token sees
        for (int r = 0; r < rows.size(); r++) {
            for (int t = 0; t < rows.get(r).length; t++) {
                flat[r * width + t] = rows.get(r)[t];
            }
        }
        return Input.rightPadded(torch, flat, rows.size());
    }

    private static void check(ModelConfig config, List<int[]> sequences) {
        for (int[] ids : sequences) {
            if (ids.length == 0 || ids.length > config.maxPositions()) {
                throw new InputException("a sequence of " + ids.length + " tokens; the model takes 1 to "
                        + config.maxPositions() + " positions");
            }
        }
    }
}
