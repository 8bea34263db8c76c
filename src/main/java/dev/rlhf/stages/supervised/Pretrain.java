package dev.rlhf.stages.supervised;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Split;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.train.MemoryCheck;
import dev.rlhf.train.ModelSaver;
import dev.rlhf.train.TrainableModels;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trains a new or given model to predict the next token of text (Radford et al. 2019). Documents are joined with an
 * end-of-text token between them; a batch consists of windows at random positions of that stream, as in nanoGPT.
 */
public final class Pretrain implements Stage<PretrainOptions> {
    @Override
    public StageResult run(PretrainOptions o, StageContext context) throws IOException {
        try (Models session = Models.open(o.engine(), context.console())) {
            Split.Parts<String> texts = PretrainData.split(o);
            try (Checkpoint from = o.model_name_or_path() == null
                            ? NewModel.tokenizer(o, texts.train())
                            : Checkpoint.open(o.model_name_or_path());
                    CausalLm model = o.model_name_or_path() == null
                            ? NewModel.create(session, o, from.tokenizer())
                            : TrainableModels.languageModel(session, from)) {
                model.gradientCheckpointing(o.memory().gradient_checkpointing());
                int block = new TokenLimit("block_size", o.block_size(), PretrainOptions.BLOCK_SIZE)
                        .ofSequences(model.config(), context.console());
                PretrainData data = PretrainData.of(o, texts, from.tokenizer(), block, context);
                context.console()
                        .printf(
                                "%s parameters; %s training tokens of %s; vocabulary %d%n",
                                Numbers.compact((double) model.parameters().count()),
                                Numbers.compact(data.train().length()),
                                Count.of(texts.train().size(), "document"),
                                from.tokenizer().vocabSize());
                return train(session, o, context, from, model, data);
            }
        }
    }

    @Override
    public Optional<StageOutputs> outputs(PretrainOptions o) {
        return Optional.of(new StageOutputs(
                MetricNames.of()
                        .when(!o.split().equals("none"), "split: document, or contiguous", SupervisedTrainer.EVALUATED)
                        .with(TrainingLoop.FINAL)
                        .when(o.split().equals("document"), "split: document", "test_loss")
                        .and("loss_at_init", "ln_vocab"),
                TrainingLoop.filesAnd(KeyedRow.HELD_OUT, NewModel.TOKENIZER)));
    }

    private static StageResult train(
            Models session, PretrainOptions o, StageContext context, Checkpoint from, CausalLm model, PretrainData data)
            throws IOException {
        if (data.train().length() <= data.block()) {
            throw InputException.at(
                    o.dataset(),
                    "has " + data.train().length() + " training tokens, fewer than a block_size of " + data.block());
        }
        MemoryCheck plan = MemoryCheck.of(
                session.torch(),
                context.console(),
                (checkpointing, rows) -> SupervisedTrainer.plan(
                        session.torch(), model, o.optimizer(), checkpointing, rows, data.block() + 1, true),
                o.memory(),
                o.steps().batch().per_device_train_batch_size());
        LmLoss loss = new LmLoss(session.torch(), model);
        double atInit = loss.evaluate(List.of(data.batch(o, 0, 0))).meanLoss();
        double uniform = Math.log(model.config().vocabSize());
        context.console().printf("loss at init %.4f, ln(V) %.4f%n", atInit, uniform);
        Map<String, Double> metrics = new LinkedHashMap<>();
        try (SupervisedTrainer trainer = new SupervisedTrainer(
                session.torch(),
                model,
                o.optimizer(),
                o.max_steps(),
                step -> IntStream.range(0, o.steps().gradient_accumulation_steps())
                        .mapToObj(micro -> data.batch(o, step, micro))
                        .toList(),
                data.validation(),
                true,
                o.loop().seed())) {
            metrics.putAll(TrainingLoop.of(
                            "pretrain", o.loop(), o.max_steps(), 0, o.steps().eval_steps(), context)
                    .run(session.torch(), trainer, () -> save(session, o, from, model, data)));
        }
        plan.printPeak();
        if (!data.test().isEmpty()) {
            metrics.put(
                    "test_loss",
                    ModelSaver.afterwards(
                            o.loop().output_dir().resolve("model"),
                            () -> loss.evaluate(data.test()).meanLoss()));
        }
        metrics.put("loss_at_init", atInit);
        metrics.put("ln_vocab", uniform);
        return new StageResult(metrics);
    }

    private static Path save(Models session, PretrainOptions o, Checkpoint from, CausalLm model, PretrainData data)
            throws IOException {
        if (o.model_name_or_path() == null) {
            NewModel.resetUnseenTokens(session, model, data.train(), from.tokenizer());
        }
        return ModelFolder.save(
                o.loop().output_dir(), model, from.folder(), o.loop().max_shard_size());
    }
}
