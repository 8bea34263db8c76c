package dev.rlhf.stages.supervised;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.data.Batch;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Example;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.data.Mixture;
import dev.rlhf.data.Packing;
import dev.rlhf.data.Sequences;
import dev.rlhf.data.Split;
import dev.rlhf.inference.LoadingProgress;
import dev.rlhf.stage.StageContext;
import dev.rlhf.train.EvalOverlap;
import dev.rlhf.train.WeightedDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The encoded rows of a run.
 * @param train training rows, packed if requested: those of the first data set, then those of the second, and so on
 * @param sizes number of training rows of each data set
 * @param weights weight of each data set
 * @param heldOut rows for evaluation only
 * @param metrics metrics of the data, for the result of the stage
 * @param padId token that pads batches
 */
record SftData(
        List<Example> train,
        List<Integer> sizes,
        List<Double> weights,
        List<Example> heldOut,
        Map<String, Double> metrics,
        int padId) {
    /**
     * An encoded row, its data set, and its origin with the key of its prompt, which determines its part of the split.
     */
    private record Row(int dataset, Example example, KeyedRow place) {}

    /**
     * Reads, encodes and splits all data sets, prints their counts and writes the held-out rows to the output folder.
     */
    static SftData read(SftOptions o, Sequences sequences, Set<Integer> endIds, int padId, StageContext context)
            throws IOException {
        List<WeightedDataset> sources = o.data().all();
        List<Row> rows = new ArrayList<>();
        Sequences.Counts counts = new Sequences.Counts(0, 0, 0, 0);
        for (int i = 0; i < sources.size(); i++) {
            counts = counts.plus(add(rows, i, sources.get(i).path(), sequences, KeyedRow.TRAIN, context));
        }
        List<Row> heldOut = new ArrayList<>();
        if (o.heldOut().eval_dataset() != null) {
            readEvaluation(o.heldOut().eval_dataset(), heldOut, sequences, context);
        } else if (o.heldOut().eval_fraction() > 0) {
            Split.Parts<Row> split = split(rows, o);
            rows = split.train();
            heldOut = split.validation();
        }
        context.console()
                .printf(
                        "%s: %d dropped (nothing to train on), %d truncated; %d held out for evaluation; %s%n",
                        Count.of(counts.rows(), "row"),
                        counts.dropped(),
                        counts.truncated(),
                        heldOut.size(),
                        Count.of(counts.tokens(), "token"));
        long seen = EvalOverlap.warn(keys(rows), keys(heldOut), "rows of the evaluation", context);
        long ended = rows.stream().filter(row -> row.example().trainsOn(endIds)).count();
        warnOfMissingEnds(ended, rows.size(), endIds, context);
        List<List<Example>> parts = parts(o, sources, rows, sequences.maxLength());
        return new SftData(
                parts.stream().flatMap(List::stream).toList(),
                parts.stream().map(List::size).toList(),
                sources.stream().map(WeightedDataset::weight).toList(),
                heldOut.stream().map(Row::example).toList(),
                metrics(counts, ended, seen),
                padId);
    }

    private static void readEvaluation(Path dataset, List<Row> heldOut, Sequences sequences, StageContext context)
            throws IOException {
        Sequences.Counts counts = add(heldOut, 0, dataset, sequences, KeyedRow.VALIDATION, context);
        context.console()
                .printf(
                        "eval_dataset: %s: %d dropped (nothing to evaluate), %d truncated; %s%n",
                        Count.of(counts.rows(), "row"),
                        counts.dropped(),
                        counts.truncated(),
                        Count.of(counts.tokens(), "token"));
    }

    /** Holds a fraction of the rows out, and writes which they are. */
    private static Split.Parts<Row> split(List<Row> rows, SftOptions o) throws IOException {
        Split.Parts<Row> split = Split.byFraction(
                rows,
                row -> row.place().key(),
                new Split.Fractions(o.heldOut().eval_fraction(), 0),
                o.loop().seed());
        KeyedRow.write(
                o.loop().output_dir(),
                KeyedRow.HELD_OUT,
                split.validation().stream()
                        .map(row -> row.place().in(KeyedRow.VALIDATION))
                        .toList());
        return split;
    }

    private static Map<String, Double> metrics(Sequences.Counts counts, long ended, long seen) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rows", (double) counts.rows());
        metrics.put("rows_dropped", (double) counts.dropped());
        metrics.put("rows_truncated", (double) counts.truncated());
        metrics.put("rows_teaching_end", (double) ended);
        metrics.put("eval_rows_in_training", (double) seen);
        return metrics;
    }

    private static Sequences.Counts add(
            List<Row> rows, int dataset, Path path, Sequences sequences, String part, StageContext context) {
        try (LoadingProgress progress = LoadingProgress.ofFile(context, path)) {
            return sequences.read(
                    path,
                    row -> KeyedRow.of(row.origin(), row.id(), ContentKey.of(row.row()), part),
                    (example, place) -> rows.add(new Row(dataset, example, place)),
                    progress::file);
        }
    }

    private static List<List<Example>> parts(
            SftOptions o, List<WeightedDataset> sources, List<Row> train, int maxLength) {
        List<List<Example>> parts = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            int dataset = i;
            List<Example> own = train.stream()
                    .filter(row -> row.dataset() == dataset)
                    .map(Row::example)
                    .toList();
            if (own.isEmpty()) {
                throw InputException.at(
                        sources.get(i).path(),
                        "every prompt is held out for evaluation; give eval_dataset, or eval_fraction 0");
            }
            parts.add(o.packing() ? Packing.firstFit(own, maxLength) : own);
        }
        return parts;
    }

    private static List<String> keys(List<Row> rows) {
        return rows.stream().map(row -> row.place().key()).toList();
    }

    private static void warnOfMissingEnds(long ended, int rows, Set<Integer> endIds, StageContext context) {
        if (endIds.isEmpty()) {
            return; // the end token is unknown
        }
        context.console().printf("%d of %s train the end token%n", ended, Count.of(rows, "row"));
        if (2 * ended < rows) {
            context.console()
                    .println("warning: most rows do not teach the model to end its answers, so it will run on to the "
                            + "length limit; end the answers with the end token, or check the chat template");
        }
    }

    /** Returns the number of tokens of the longest training row. */
    int longest() {
        return train.stream().mapToInt(Example::length).max().orElseThrow();
    }

    /** Returns the order of the training rows in every epoch. */
    EpochOrder order(SftOptions o) {
        if (!o.shuffle_dataset()) {
            return EpochOrder.sequential(train.size());
        }
        return new Mixture(
                IntStream.range(0, sizes.size())
                        .mapToObj(i -> new Mixture.Part(sizes.get(i), weights.get(i)))
                        .toList(),
                o.loop().seed());
    }

    /** Returns the training rows with these indices in batches of similar length. */
    List<Batch> microBatches(int[] rows, LengthBatches limits) {
        return batches(Arrays.stream(rows).mapToObj(train::get).toList(), limits);
    }

    /** Returns the held-out rows in batches of similar length. */
    List<Batch> evaluation(LengthBatches limits) {
        return batches(heldOut, limits);
    }

    private List<Batch> batches(List<Example> examples, LengthBatches limits) {
        int[] lengths = examples.stream().mapToInt(Example::length).toArray();
        return limits.of(lengths).stream()
                .map(batch -> Arrays.stream(batch).mapToObj(examples::get).toList())
                .map(rows -> Batch.of(limits.packed() ? List.of(Packing.join(rows)) : rows, padId))
                .toList();
    }
}
