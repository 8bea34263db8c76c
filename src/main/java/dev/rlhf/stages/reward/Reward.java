package dev.rlhf.stages.reward;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.label.Completion;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.refusal.Answers;
import dev.rlhf.rl.Moments;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.train.HeldOutOptions;
import dev.rlhf.train.MaxLengthOptions;
import dev.rlhf.train.MemoryCheck;
import dev.rlhf.train.ModelSaver;
import dev.rlhf.train.TrainableModels;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Trains a reward model on rankings: a copy of the SFT model with a scalar head, with the K-way loss of InstructGPT
 * (Ouyang 2022, equation 1). After training, scores are shifted so that the mean over the SFT model's own ranked
 * samples is 0 ({@link #samples}).
 */
public final class Reward implements Stage<RewardOptions> {
    private static final int SCORING_BATCH = 32;
    private static final String MEAN = "reward_mean";

    @Override
    public StageResult run(RewardOptions o, StageContext context) throws IOException {
        List<Preference> preferences = RewardData.preferences(o, context);
        List<Preference> heldOut = RewardData.heldOut(o, context);
        Optional<Answers> answers = o.judge().answers(context.console());
        try (Models session = Models.open(o.engine(), context.console());
                Checkpoint from = Checkpoint.open(o.model().model_name_or_path())) {
            ConversationFormat format =
                    from.format().withSystem(o.conversation().system());
            TokenLimit limit = new TokenLimit("max_length", o.length().max_length(), MaxLengthOptions.MAX_LENGTH);
            int maxLength = limit.ofSequences(from.config(), context.console());
            RewardData data = RewardData.of(o, preferences, heldOut, format, maxLength, context);
            try (ScalarModel model = TrainableModels.scalarModel(
                    session,
                    from,
                    ScalarModel.HeadInit.NORMAL,
                    o.lora(),
                    o.loop().seed())) {
                model.gradientCheckpointing(o.memory().gradient_checkpointing());
                Map<String, Double> metrics = train(session, o, context, model, data);
                if (answers.isPresent()) {
                    double shift = Objects.requireNonNull(metrics.get(MEAN)) - model.mean();
                    metrics.putAll(ModelSaver.afterwards(
                            o.loop().output_dir().resolve("model"),
                            () -> VerdictScores.of(
                                            data.validation(heldOut.isEmpty() ? preferences : heldOut),
                                            answers.get(),
                                            preference -> scores(session, model, shift, preference, format, maxLength))
                                    .report(context.console())));
                }
                return new StageResult(metrics);
            }
        }
    }

    @Override
    public Optional<StageOutputs> outputs(RewardOptions o) {
        return Optional.of(new StageOutputs(
                MetricNames.of("pairs_contradictory", "ended_share", "eval_prompts_in_training")
                        .when(o.heldOut().given(), HeldOutOptions.NEEDED, RewardTrainer.EVALUATED)
                        .with(TrainingLoop.FINAL)
                        .and(MEAN, "reward_std", "ranked_prompts")
                        .when(o.judge().questions() != null, "questions", VerdictScores.NAMES),
                TrainingLoop.filesAnd(KeyedRow.HELD_OUT, KeyedRow.TRAINED_ON)));
    }

    /**
     * Returns the scores of the completions that are not longer than {@code maxLength}.
     *
     * @param shift what the saved model subtracts from the scores of {@code model}
     */
    private static Map<Completion, Float> scores(
            Models session,
            ScalarModel model,
            double shift,
            Preference preference,
            ConversationFormat format,
            int maxLength) {
        Map<Completion, int[]> sequences = new LinkedHashMap<>();
        for (Completion completion : preference.completions()) {
            int[] sequence = format.answered(preference.prompt(), completion.text(), completion.ended());
            if (sequence.length <= maxLength) {
                sequences.put(completion, sequence);
            }
        }
        float[] scores = ScoreBatch.of(session.torch(), model, List.copyOf(sequences.values()), SCORING_BATCH);
        Map<Completion, Float> byCompletion = new LinkedHashMap<>();
        for (Completion completion : sequences.keySet()) {
            byCompletion.put(completion, (float) (scores[byCompletion.size()] - shift));
        }
        return byCompletion;
    }

    private static Map<String, Double> train(
            Models session, RewardOptions o, StageContext context, ScalarModel model, RewardData data)
            throws IOException {
        List<RankedGroup> train = data.train();
        Map<String, Double> metrics = new LinkedHashMap<>(data.metrics());
        int perStep = o.steps().rows();
        BatchSampler sampler =
                new BatchSampler(EpochOrder.shuffled(train.size(), o.loop().seed()), perStep);
        long maxSteps = o.epochs().steps(sampler.batchesPerEpoch());
        MemoryCheck plan = MemoryCheck.of(
                session.torch(),
                context.console(),
                (checkpointing, prompts) -> RewardTrainer.plan(
                        session.torch(),
                        model,
                        o.optimizer(),
                        checkpointing,
                        train,
                        o.microBatches().of(prompts)),
                o.memory(),
                o.steps().batch().per_device_train_batch_size());
        try (RewardTrainer trainer = new RewardTrainer(
                session.torch(),
                model,
                o.optimizer(),
                maxSteps,
                step -> Arrays.stream(sampler.batch(step - 1))
                        .mapToObj(train::get)
                        .toList(),
                data.validation(),
                o.microBatches().of(o.steps().batch().per_device_train_batch_size()),
                o.center_rewards_coefficient(),
                o.loop().seed())) {
            metrics.putAll(TrainingLoop.of(
                            "reward",
                            o.loop(),
                            maxSteps,
                            sampler.batchesPerEpoch(),
                            o.steps().eval_steps(),
                            context)
                    .run(session.torch(), trainer, () -> save(o, model)));
        }
        plan.printPeak();
        metrics.putAll(storeMoments(session, o, context, model, train));
        metrics.put("ranked_prompts", (double) train.size() + data.validation().size());
        return metrics;
    }

    /** Measures the mean and the standard deviation of the scores, and stores them in the saved model's config. */
    private static Map<String, Double> storeMoments(
            Models session, RewardOptions o, StageContext context, ScalarModel model, List<RankedGroup> train)
            throws IOException {
        Path saved = o.loop().output_dir().resolve("model");
        Moments moments = ModelSaver.afterwards(
                saved,
                () -> Moments.of(ScoreBatch.of(
                        session.torch(),
                        model,
                        samples(train, o.model().model_name_or_path(), context),
                        SCORING_BATCH)));
        double mean = model.mean() + moments.mean();
        if (!Double.isFinite(mean) || !Double.isFinite(moments.std())) {
            AtomicFiles.deleteTree(saved);
            throw new FailedRunException("the trained model's scores are not finite (mean " + mean
                    + "); no model was saved. Lower learning_rate, or use dtype float32");
        }
        ScalarModel.writeMoments(saved, mean, moments.std());
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(MEAN, mean);
        metrics.put("reward_std", moments.std());
        return metrics;
    }

    /** Saves the model with unshifted scores; the shift is measured afterwards. */
    private static Path save(RewardOptions o, ScalarModel model) throws IOException {
        Path target = o.loop().output_dir().resolve("model");
        ModelFolder.save(target, model, o.model().model_name_or_path(), o.loop().max_shard_size(), model.mean(), 1);
        return target;
    }

    /**
     * Returns the sequences whose mean and standard deviation of scores become {@code reward_mean} and {@code
     * reward_std}: the training completions that name {@code sft}, the initial model, as their writer, or all training
     * completions if none does.
     */
    private static List<int[]> samples(List<RankedGroup> train, Path sft, StageContext context) {
        List<int[]> all =
                train.stream().flatMap(group -> group.sequences().stream()).toList();
        List<int[]> own = train.stream()
                .flatMap(group -> group.writtenBy(sft.toString()).stream())
                .toList();
        context.console()
                .println(
                        own.isEmpty()
                                ? ("reward_mean: the mean over all %d ranked completions,"
                                                + " because none names %s as its writer")
                                        .formatted(all.size(), sft)
                                : "reward_mean: the mean over the %d ranked completions, of %d, that %s wrote"
                                        .formatted(own.size(), all.size(), sft));
        return own.isEmpty() ? all : own;
    }
}
