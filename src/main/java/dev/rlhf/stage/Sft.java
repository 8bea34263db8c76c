package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Batch;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Example;
import dev.rlhf.data.Mixture;
import dev.rlhf.data.Packing;
import dev.rlhf.data.Sequences;
import dev.rlhf.data.SftRow;
import dev.rlhf.data.Split;
import dev.rlhf.model.CausalLm;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Supervised fine-tuning: cross-entropy on what the assistant says, nothing on what it is told (Ouyang 2022, section 3.5).
 * Several data sets are mixed by weight, which is how refusals come in.
 */
public final class Sft implements Stage<SftOptions> {
    @Override
    public StageResult run(SftOptions o, StageContext context) throws IOException {
        try (Session session = Session.open(o.device(), o.dtype(), context.console());
                Checkpoint from = Checkpoint.open(o.model_name_or_path());
                CausalLm model = session.trainable(from, LoraOptions.of(o), o.seed())) {
            if (o.max_length() > model.config().maxPositions()) {
                throw new InputException("max_length " + o.max_length() + " exceeds the model's "
                        + model.config().maxPositions() + " positions");
            }
            Optional<Tokenizer> tokenizer = from.findTokenizer();
            int pad = tokenizer.filter(Tokenizer::hasEos).map(Tokenizer::padId).orElse(0);
            Data data = Data.read(o, sequences(o, model, tokenizer), pad, context);
            return train(session, o, context, model, data);
        }
    }

    private static Sequences sequences(SftOptions o, CausalLm model, Optional<Tokenizer> tokenizer) {
        return new Sequences(
                tokenizer.map(Session::format).orElse(null),
                model.config().vocabSize(),
                o.max_length(),
                o.max_lost(),
                o.assistant_turns());
    }

    private static StageResult train(Session session, SftOptions o, StageContext context, CausalLm model, Data data)
            throws IOException {
        int perStep = o.per_device_train_batch_size() * o.gradient_accumulation_steps();
        BatchSampler sampler = new BatchSampler(data.order(o), perStep);
        long maxSteps = o.max_steps() > 0
                ? o.max_steps()
                : Math.max(1, Math.round(o.num_train_epochs() * sampler.batchesPerEpoch()));
        Map<String, Double> figures = new LinkedHashMap<>();
        try (SupervisedWork work = new SupervisedWork(
                session.torch(),
                model,
                OptimizerSettings.of(o, maxSteps),
                step -> data.microBatches(sampler.batch(step - 1), o.per_device_train_batch_size()),
                data.evaluation(o.per_device_train_batch_size()),
                o.dropout(),
                o.seed())) {
            figures.putAll(new TrainingLoop(
                            "sft", o.output_dir(), maxSteps, o.logging_steps(), o.eval_steps(), o.save_steps(), context)
                    .run(session.torch(), work));
        }
        figures.put("rows", (double) data.counts().rows());
        figures.put("rows_dropped", (double) data.counts().dropped());
        figures.put("rows_truncated", (double) data.counts().truncated());
        ModelFolder.save(o.output_dir(), model, o.model_name_or_path(), o.max_shard_size());
        return new StageResult(figures);
    }

    /** Encoded rows: those of each data set, and those that only evaluation sees. */
    private record Data(
            List<List<Example>> parts, List<Double> weights, List<Example> held, Sequences.Counts counts, int padId) {
        static Data read(SftOptions o, Sequences sequences, int padId, StageContext context) {
            List<List<Example>> parts = new ArrayList<>();
            List<Double> weights = new ArrayList<>();
            List<Example> held = new ArrayList<>();
            Sequences.Counts counts = new Sequences.Counts(0, 0, 0, 0);
            for (SftOptions.WeightedDataset source : o.allDatasets()) {
                Sequences.Result result = sequences.encode(source.path(), SftRow.read(source.path()));
                counts = counts.plus(result.counts());
                List<Example> train = result.examples();
                if (o.eval_dataset() == null && o.eval_fraction() > 0) {
                    Split.Parts<Example> split = Split.byFraction(
                            train,
                            example -> Arrays.toString(example.ids()),
                            new Split.Fractions(o.eval_fraction(), 0),
                            o.seed());
                    train = split.train();
                    held.addAll(split.validation());
                }
                parts.add(o.packing() ? Packing.firstFit(train, o.max_length()) : train);
                weights.add(source.weight());
            }
            if (o.eval_dataset() != null) {
                held.addAll(sequences
                        .encode(o.eval_dataset(), SftRow.read(o.eval_dataset()))
                        .examples());
            }
            context.console()
                    .printf(
                            "%d rows: %d dropped (nothing to learn), %d truncated; %d held out for evaluation; %d tokens%n",
                            counts.rows(), counts.dropped(), counts.truncated(), held.size(), counts.tokens());
            return new Data(parts, weights, held, counts, padId);
        }

        EpochOrder order(SftOptions o) {
            if (!o.shuffle_dataset()) {
                return EpochOrder.sequential(parts.stream().mapToInt(List::size).sum());
            }
            return new Mixture(
                    IntStream.range(0, parts.size())
                            .mapToObj(i -> new Mixture.Part(parts.get(i).size(), weights.get(i)))
                            .toList(),
                    o.seed());
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
