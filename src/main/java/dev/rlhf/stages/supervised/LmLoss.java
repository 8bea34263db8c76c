package dev.rlhf.stages.supervised;

import ai.djl.ndarray.NDArray;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.CrossEntropy;
import dev.rlhf.model.Input;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Next-token cross-entropy of batches, in nats per label. Losses are divided by the number of labels in all
 * micro-batches of a step, so that splitting a batch into micro-batches changes neither the loss nor the gradients.
 */
public final class LmLoss {
    private final Torch torch;
    private final CausalLm model;

    public LmLoss(Torch torch, CausalLm model) {
        this.torch = torch;
        this.model = model;
    }

    /** The number of labels, and sums over them. */
    public record Sums(long labels, CrossEntropy sums) {
        static final Sums NONE = new Sums(0, CrossEntropy.NONE);

        Sums plus(Sums other) {
            return new Sums(labels + other.labels, sums.plus(other.sums));
        }

        public double meanLoss() {
            return sums.loss() / labels;
        }

        double accuracy() {
            return sums.correct() / labels;
        }

        double meanEntropy() {
            return sums.entropy() / labels;
        }
    }

    /**
     * Runs forward and backward passes for the micro-batches of one optimizer step, and adds to the parameters'
     * gradients.
     *
     * @param metrics whether to count correct labels and measure entropy
     */
    Sums backward(List<Batch> microBatches, boolean dropout, boolean metrics) {
        long labels = microBatches.stream().mapToLong(LmLoss::labels).sum();
        Sums sums = Sums.NONE;
        for (Batch batch : microBatches) {
            try (Scope _ = new Scope()) {
                sums = sums.plus(Autograd.record(() -> {
                    Labelled all = forward(batch, dropout);
                    return new Sums(
                            all.count(), model.crossEntropyStep(all.hidden(), all.targets(), metrics, (double) labels));
                }));
            }
        }
        return sums;
    }

    /** Computes the loss without gradients or dropout. */
    public Sums evaluate(List<Batch> batches) {
        Sums sums = Sums.NONE;
        for (Batch batch : batches) {
            try (Scope _ = new Scope()) {
                Labelled all = forward(batch, false);
                sums = sums.plus(new Sums(all.count(), model.crossEntropy(all.hidden(), all.targets(), true)));
            }
        }
        return sums;
    }

    /** Hidden states [N, D] of the positions that have labels, and these labels [N]. */
    private record Labelled(NDArray hidden, NDArray targets) {
        long count() {
            return targets.size();
        }
    }

    private Labelled forward(Batch batch, boolean dropout) {
        return batch.packed() ? packed(batch, dropout) : padded(batch, dropout);
    }

    /**
     * Runs the model on all columns except the last, which predicts nothing: a block of n + 1 tokens uses n positions.
     */
    private Labelled padded(Batch batch, boolean dropout) {
        int width = batch.width() - 1;
        long[] labels = withoutColumn(batch.labels(), batch.width(), 0);
        long[] ids = withoutColumn(batch.inputIds(), batch.width(), width);
        return labelled(model.hidden(Input.rightPadded(torch, ids, batch.rows()), dropout), labels);
    }

    /** Runs the model on all sequences in one row, each without its last token. */
    private Labelled packed(Batch batch, boolean dropout) {
        long[] segments = batch.segments();
        IntStream.Builder places = IntStream.builder(); // tokens that predict the next one of their sequence
        IntStream.Builder lengths = IntStream.builder();
        int length = 0;
        for (int at = 0; at < segments.length; at++) {
            boolean last = (at + 1) % batch.width() == 0 || segments[at + 1] != segments[at];
            if (segments[at] != 0 && !last) {
                places.add(at);
                length++;
            } else if (length > 0) {
                lengths.add(length);
                length = 0;
            }
        }
        int[] picked = places.build().toArray();
        long[] ids = Arrays.stream(picked).mapToLong(at -> batch.inputIds()[at]).toArray();
        long[] labels =
                Arrays.stream(picked).mapToLong(at -> batch.labels()[at + 1]).toArray();
        Input input = Input.packed(torch, ids, lengths.build().toArray());
        return labelled(model.hidden(input, dropout), labels);
    }

    /** @param labels the label of every position of {@code hidden} */
    private Labelled labelled(NDArray hidden, long[] labels) {
        long[] places = IntStream.range(0, labels.length)
                .filter(at -> labels[at] != Example.IGNORED)
                .asLongStream()
                .toArray();
        long[] targets = Arrays.stream(places).map(place -> labels[(int) place]).toArray();
        NDArray picked = places.length == labels.length
                ? hidden.reshape(labels.length, model.config().hiddenSize())
                : torch.kernels().call("pick", hidden, torch.longs(places, places.length));
        return new Labelled(picked, torch.longs(targets, targets.length));
    }

    private static long[] withoutColumn(long[] values, int width, int column) {
        return IntStream.range(0, values.length)
                .filter(at -> at % width != column)
                .mapToLong(at -> values[at])
                .toArray();
    }

    /** Counts the labels that have a token before them. */
    static long labels(Batch batch) {
        return IntStream.range(0, batch.labels().length)
                .filter(at -> at % batch.width() != 0 && batch.labels()[at] != Example.IGNORED)
                .count();
    }
}
