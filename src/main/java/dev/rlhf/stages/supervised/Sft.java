package dev.rlhf.stages.supervised;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Batch;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Example;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Located;
import dev.rlhf.data.Mixture;
import dev.rlhf.data.Packing;
import dev.rlhf.data.Sequences;
import dev.rlhf.data.SftRow;
import dev.rlhf.data.Split;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.EvalOverlap;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Supervised fine-tuning: cross-entropy on what the assistant says, nothing on what it is told (Ouyang 2022, section 3.5).
 * Several data sets are mixed by weight, which is how refusals come in.
 */
public final class Sft implements Stage<SftOptions> {
    @Override
    public StageResult run(SftOptions o, StageContext context) throws IOException {
        try (Models session = Models.open(o.engine().device(), o.engine().dtype(), context.console());
                Checkpoint from = Checkpoint.open(o.model_name_or_path());
                CausalLm model = session.trainable(from, o.lora(), o.loop().seed())) {
            int maxLength = new TokenLimit("max_length", o.max_length(), SftOptions.MAX_LENGTH)
                    .ofSequences(model.config(), context.console());
            Optional<Tokenizer> tokenizer = from.findTokenizer();
            int pad = tokenizer.filter(Tokenizer::hasEos).map(Tokenizer::padId).orElse(0);
            Set<Integer> endIds = tokenizer.isPresent()
                    ? from.format().stopIds()
                    : Set.copyOf(model.config().eosIds());
            Data data = Data.read(o, sequences(o, maxLength, model, tokenizer), endIds, pad, context);
            return train(session, o, context, model, data);
        }
    }

    private static Sequences sequences(SftOptions o, int maxLength, CausalLm model, Optional<Tokenizer> tokenizer) {
        return new Sequences(
                tokenizer.map(Models::format).orElse(null),
                model.config().vocabSize(),
                maxLength,
                o.max_lost(),
                o.assistant_turns());
    }

    private static StageResult train(Models session, SftOptions o, StageContext context, CausalLm model, Data data)
            throws IOException {
        int perStep = o.per_device_train_batch_size() * o.gradient_accumulation_steps();
        BatchSampler sampler = new BatchSampler(data.order(o), perStep);
        long maxSteps = o.max_steps() > 0
                ? o.max_steps()
                : Math.max(1, Math.round(o.num_train_epochs() * sampler.batchesPerEpoch()));
        Map<String, Double> figures = new LinkedHashMap<>();
        try (SupervisedTrainer trainer = new SupervisedTrainer(
                session.torch(),
                model,
                o.optimizer(),
                maxSteps,
                step -> data.microBatches(sampler.batch(step - 1), o.per_device_train_batch_size()),
                data.evaluation(o.per_device_train_batch_size()),
                o.dropout(),
                o.loop().seed())) {
            figures.putAll(TrainingLoop.of("sft", o.loop(), maxSteps, o.eval_steps(), context)
                    .run(
                            session.torch(),
                            trainer,
                            () -> ModelFolder.save(
                                    o.loop().output_dir(),
                                    model,
                                    o.model_name_or_path(),
                                    o.loop().max_shard_size())));
        }
        figures.put("rows", (double) data.counts().rows());
        figures.put("rows_dropped", (double) data.counts().dropped());
        figures.put("rows_truncated", (double) data.counts().truncated());
        figures.putAll(data.more());
        return new StageResult(figures);
    }

    /** Encoded rows: those of each data set, and those that only evaluation sees. */
    private record Data(
            List<List<Example>> parts,
            List<Double> weights,
            List<Example> held,
            Sequences.Counts counts,
            Map<String, Double> more,
            int padId) {
        /** An encoded row, the data set it is from, and the prompt that decides its side of the split. */
        private record Row(int dataset, Example example, KeyedRow place) {}

        static Data read(SftOptions o, Sequences sequences, Set<Integer> endIds, int padId, StageContext context)
                throws IOException {
            List<SftOptions.WeightedDataset> sources = o.allDatasets();
            List<Row> rows = new ArrayList<>();
            Sequences.Counts counts = new Sequences.Counts(0, 0, 0, 0);
            for (int i = 0; i < sources.size(); i++) {
                counts = counts.plus(add(rows, i, sources.get(i).path(), sequences, KeyedRow.TRAIN));
            }
            List<Row> held = new ArrayList<>();
            if (o.eval_dataset() != null) {
                add(held, 0, o.eval_dataset(), sequences, KeyedRow.VALIDATION);
            } else if (o.eval_fraction() > 0) {
                Split.Parts<Row> split = Split.byFraction(
                        rows,
                        row -> row.place().key(),
                        new Split.Fractions(o.eval_fraction(), 0),
                        o.loop().seed());
                rows = split.train();
                held = split.validation();
                KeyedRow.write(
                        o.loop().output_dir(),
                        KeyedRow.HELD_OUT,
                        held.stream()
                                .map(row -> row.place().in(KeyedRow.VALIDATION))
                                .toList());
            }
            context.console()
                    .printf(
                            "%d rows: %d dropped (nothing to learn), %d truncated; %d held out for evaluation; %d tokens%n",
                            counts.rows(), counts.dropped(), counts.truncated(), held.size(), counts.tokens());
            long seen = EvalOverlap.say(keys(rows), keys(held), "rows of the evaluation", context);
            long ended =
                    rows.stream().filter(row -> row.example().trainsOn(endIds)).count();
            sayEnded(ended, rows.size(), endIds, context);
            return new Data(
                    parts(o, sources, rows, sequences.maxLength()),
                    sources.stream().map(SftOptions.WeightedDataset::weight).toList(),
                    held.stream().map(Row::example).toList(),
                    counts,
                    Map.of("rows_teaching_end", (double) ended, "eval_rows_in_training", (double) seen),
                    padId);
        }

        private static Sequences.Counts add(List<Row> rows, int dataset, Path path, Sequences sequences, String part) {
            List<Located<SftRow>> read = SftRow.readLocated(path);
            Sequences.Result result =
                    sequences.encode(path, read.stream().map(Located::row).toList());
            for (int i = 0; i < result.examples().size(); i++) {
                Located<SftRow> from = read.get(result.rows().get(i));
                rows.add(new Row(
                        dataset,
                        result.examples().get(i),
                        KeyedRow.of(from.origin(), from.id(), ContentKey.of(from.row()), part)));
            }
            return result.counts();
        }

        private static List<List<Example>> parts(
                SftOptions o, List<SftOptions.WeightedDataset> sources, List<Row> train, int maxLength) {
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
                            "every prompt of it is held out for evaluation; give eval_dataset, or eval_fraction 0");
                }
                parts.add(o.packing() ? Packing.firstFit(own, maxLength) : own);
            }
            return parts;
        }

        private static List<String> keys(List<Row> rows) {
            return rows.stream().map(row -> row.place().key()).toList();
        }

        private static void sayEnded(long ended, int rows, Set<Integer> endIds, StageContext context) {
            if (endIds.isEmpty()) {
                return; // nobody knows which token would end an answer
            }
            context.console().printf("end token learned in %d of %d rows%n", ended, rows);
            if (2 * ended < rows) {
                context.console()
                        .println(
                                "warning: most rows do not teach the model to end its answers, so it will run on to the "
                                        + "length limit; end the answers with the end token, or check the chat template");
            }
        }

        EpochOrder order(SftOptions o) {
            if (!o.shuffle_dataset()) {
                return EpochOrder.sequential(parts.stream().mapToInt(List::size).sum());
            }
            return new Mixture(
                    IntStream.range(0, parts.size())
                            .mapToObj(i -> new Mixture.Part(parts.get(i).size(), weights.get(i)))
                            .toList(),
                    o.loop().seed());
        }

        List<Batch> microBatches(int[] rows, int size) {
            List<Example> all = parts.stream().flatMap(List::stream).toList();
            List<Batch> batches = new ArrayList<>();
            for (int from = 0; from < rows.length; from += size) {
                batches.add(Batch.of(
                        Arrays.stream(rows, from, Math.min(rows.length, from + size))
                                .mapToObj(all::get)
                                .toList(),
                        padId));
            }
            return batches;
        }

        List<Batch> evaluation(int size) {
            List<Batch> batches = new ArrayList<>();
            for (int from = 0; from < held.size(); from += size) {
                batches.add(Batch.of(held.subList(from, Math.min(held.size(), from + size)), padId));
            }
            return batches;
        }
    }
}
