package dev.rlhf.stages.supervised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Next-token cross-entropy of batches, in nats a label. Losses are divided by the labels of all micro-batches together, so
 * that how rows are cut into micro-batches changes neither loss nor gradients.
 */
public final class LmLoss {
    private final Torch torch;
    private final CausalLm model;

    public LmLoss(Torch torch, CausalLm model) {
        this.torch = torch;
        this.model = model;
    }

    /**
     * Sums over labels.
     *
     * @param loss of -log p
     * @param right labels that were the most likely token; 0 if not asked for
     * @param entropy of the predicted distributions; 0 if not asked for
     */
    public record Sums(long labels, double loss, double right, double entropy) {
        static final Sums NONE = new Sums(0, 0, 0, 0);

        Sums plus(Sums other) {
            return new Sums(labels + other.labels, loss + other.loss, right + other.right, entropy + other.entropy);
        }

        public double meanLoss() {
            return loss / labels;
        }

        double accuracy() {
            return right / labels;
        }

        double meanEntropy() {
            return entropy / labels;
        }
    }

    /**
     * Adds the gradients of one optimizer step's micro-batches to the parameters'.
     *
     * @param figures also count right labels and measure entropy
     */
    Sums backward(List<Batch> microBatches, boolean dropout, boolean figures) {
        long labels = microBatches.stream().mapToLong(LmLoss::labels).sum();
        Sums sums = Sums.NONE;
        for (Batch batch : microBatches) {
            try (Scope _ = new Scope()) {
                Sums[] own = new Sums[1];
                Autograd.step(() -> {
                    NDList out = forward(batch, dropout, figures);
                    own[0] = sums(batch, out);
                    return torch.kernels().call("over", out.get(0), (double) labels);
                });
                sums = sums.plus(own[0]);
            }
        }
        return sums;
    }

    /** The loss alone, without dropout. */
    public Sums evaluate(List<Batch> batches) {
        Sums sums = Sums.NONE;
        for (Batch batch : batches) {
            try (Scope _ = new Scope()) {
                sums = sums.plus(sums(batch, forward(batch, false, true)));
            }
        }
        return sums;
    }

    private static Sums sums(Batch batch, NDList out) {
        float[] rest = out.get(1).toFloatArray();
        return new Sums(labels(batch), out.get(0).getFloat(), rest[0], rest[1]);
    }

    /** Runs all columns but the last, which predicts nothing: a block of n + 1 tokens fits a model of n positions. */
    private NDList forward(Batch batch, boolean dropout, boolean figures) {
        int width = batch.width() - 1;
        long[] labels = withoutColumn(batch.labels(), batch.width(), 0);
        long[] places = IntStream.range(0, labels.length)
                .filter(at -> labels[at] != Example.IGNORED)
                .asLongStream()
                .toArray();
        long[] targets = Arrays.stream(places).map(place -> labels[(int) place]).toArray();
        long[] ids = withoutColumn(batch.inputIds(), batch.width(), width);
        Input input = batch.packed()
                ? Input.segmented(torch, ids, segments(batch), batch.rows())
                : Input.rightPadded(torch, ids, batch.rows());
        NDArray hidden = model.hidden(input, dropout);
        NDArray picked = places.length == ids.length
                ? hidden.reshape(ids.length, model.config().hiddenSize())
                : torch.kernels().call("pick", hidden, torch.longs(places, places.length));
        return model.crossEntropySum(picked, torch.longs(targets, targets.length), figures);
    }

    private static int[] segments(Batch batch) {
        return Arrays.stream(withoutColumn(batch.segments(), batch.width(), batch.width() - 1))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static long[] withoutColumn(long[] values, int width, int column) {
        return IntStream.range(0, values.length)
                .filter(at -> at % width != column)
                .mapToLong(at -> values[at])
                .toArray();
    }

    /** Labels that have a token before them. */
    static long labels(Batch batch) {
        return IntStream.range(0, batch.labels().length)
                .filter(at -> at % batch.width() != 0 && batch.labels()[at] != Example.IGNORED)
                .count();
    }
}
