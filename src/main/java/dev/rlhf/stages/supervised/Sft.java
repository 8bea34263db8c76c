package dev.rlhf.stages.supervised;

import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.data.Sequences;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.HeldOutOptions;
import dev.rlhf.train.MaxLengthOptions;
import dev.rlhf.train.MemoryCheck;
import dev.rlhf.train.TrainableModels;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Supervised fine-tuning: cross-entropy on the assistant's tokens only (Ouyang 2022, section 3.5). Several data sets
 * are mixed by weight, for example answers and refusals.
 */
public final class Sft implements Stage<SftOptions> {
    @Override
    public StageResult run(SftOptions o, StageContext context) throws IOException {
        try (Models session = Models.open(o.engine(), context.console());
                Checkpoint from = Checkpoint.open(o.model().model_name_or_path());
                CausalLm model = TrainableModels.languageModel(
                        session, from, o.lora(), o.loop().seed())) {
            model.gradientCheckpointing(o.memory().gradient_checkpointing());
            int maxLength = new TokenLimit("max_length", o.length().max_length(), MaxLengthOptions.MAX_LENGTH)
                    .ofSequences(model.config(), context.console());
            Optional<Tokenizer> tokenizer = from.findTokenizer();
            int pad = tokenizer.filter(Tokenizer::hasEos).map(Tokenizer::padId).orElse(0);
            Set<Integer> endIds = tokenizer.isPresent()
                    ? from.format().stopIds()
                    : Set.copyOf(model.config().eosIds());
            SftData data = SftData.read(o, sequences(o, maxLength, model, tokenizer), endIds, pad, context);
            return train(session, o, context, model, data);
        }
    }

    @Override
    public Optional<StageOutputs> outputs(SftOptions o) {
        return Optional.of(new StageOutputs(
                MetricNames.of()
                        .when(o.heldOut().given(), HeldOutOptions.NEEDED, SupervisedTrainer.EVALUATED)
                        .with(TrainingLoop.FINAL)
                        .and("rows", "rows_dropped", "rows_truncated", "rows_teaching_end", "eval_rows_in_training"),
                TrainingLoop.filesAnd(KeyedRow.HELD_OUT)));
    }

    private static Sequences sequences(SftOptions o, int maxLength, CausalLm model, Optional<Tokenizer> tokenizer) {
        return new Sequences(
                tokenizer
                        .map(ConversationFormat::of)
                        .map(format -> format.withSystem(o.conversation().system()))
                        .orElse(null),
                model.config().vocabSize(),
                maxLength,
                o.length().max_lost(),
                o.turns().assistant_turns());
    }

    private static StageResult train(Models session, SftOptions o, StageContext context, CausalLm model, SftData data)
            throws IOException {
        int perStep = o.steps().rows();
        BatchSampler sampler = new BatchSampler(data.order(o), perStep);
        long maxSteps = o.epochs().steps(sampler.batchesPerEpoch());
        LengthBatches limits = o.microBatches().of(o.steps().batch().per_device_train_batch_size());
        MemoryCheck plan = plan(session, o, context, model, data.longest());
        Map<String, Double> metrics = new LinkedHashMap<>();
        try (SupervisedTrainer trainer = new SupervisedTrainer(
                session.torch(),
                model,
                o.optimizer(),
                maxSteps,
                step -> data.microBatches(sampler.batch(step - 1), limits),
                data.evaluation(limits),
                o.dropout(),
                o.loop().seed())) {
            metrics.putAll(TrainingLoop.of(
                            "sft",
                            o.loop(),
                            maxSteps,
                            sampler.batchesPerEpoch(),
                            o.steps().eval_steps(),
                            context)
                    .run(
                            session.torch(),
                            trainer,
                            () -> ModelFolder.saveChat(
                                    o.loop().output_dir(),
                                    model,
                                    o.model().model_name_or_path(),
                                    o.loop().max_shard_size())));
        }
        plan.printPeak();
        metrics.putAll(data.metrics());
        return new StageResult(metrics);
    }

    private static MemoryCheck plan(Models session, SftOptions o, StageContext context, CausalLm model, int width) {
        return MemoryCheck.of(
                session.torch(),
                context.console(),
                (checkpointing, rows) -> {
                    LengthBatches limits = o.microBatches().of(rows);
                    return SupervisedTrainer.plan(
                            session.torch(),
                            model,
                            o.optimizer(),
                            checkpointing,
                            limits.rows(width),
                            width,
                            o.dropout());
                },
                o.memory(),
                o.steps().batch().per_device_train_batch_size());
    }
}
