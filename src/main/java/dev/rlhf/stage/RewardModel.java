package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Split;
import dev.rlhf.label.LabelFiles;
import dev.rlhf.label.LabelStore;
import dev.rlhf.label.RankedTask;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.text.ConversationFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A reward model from people's rankings: the K-way loss of InstructGPT (Ouyang 2022, equation 1) on a copy of the SFT model
 * with a scalar head. Afterwards scores are shifted so that the SFT model's own ranked samples average 0 ({@link #samples}).
 */
public final class RewardModel implements Stage<RewardOptions> {
    private static final int SCORING_BATCH = 32;

    @Override
    public StageResult run(RewardOptions o, StageContext context) throws IOException {
        List<RankedTask> tasks = preferences(o, read(o), context);
        try (Session session = Session.open(o.device(), o.dtype(), context.console());
                Checkpoint from = Checkpoint.open(o.model_name_or_path())) {
            Split.Parts<RankedGroup> groups = groups(o, tasks, from.format(), context);
            try (ScalarModel model =
                    session.trainableScalar(from, ScalarModel.HeadInit.NORMAL, LoraOptions.of(o), o.seed())) {
                return train(session, o, context, model, groups);
            }
        }
    }

    private static List<RankedTask> read(RewardOptions o) throws IOException {
        if (o.dataset() != null) {
            return LabelFiles.read(o.dataset()).stream()
                    .filter(task -> !task.isGold())
                    .toList();
        }
        try (LabelStore store = LabelStore.openReadOnly(Objects.requireNonNull(o.db()))) {
            return o.batch() == null ? store.rankedTasks() : store.rankedTasks(o.batch());
        }
    }

    private static List<RankedTask> preferences(RewardOptions o, List<RankedTask> tasks, StageContext context) {
        if (o.preference_source() == RewardOptions.PreferenceSource.ALL_PAIRS) {
            return tasks;
        }
        long rankings = tasks.stream().mapToLong(task -> task.rankings().size()).sum();
        context.console()
                .printf(
                        "%d rankings of %d prompts become one order a prompt (%s)%n",
                        rankings, tasks.size(), o.consensus_method().name().toLowerCase(Locale.ROOT));
        return tasks.stream().map(o.consensus_method()::of).toList();
    }

    private static Split.Parts<RankedGroup> groups(
            RewardOptions o, List<RankedTask> tasks, ConversationFormat format, StageContext context) {
        List<RankedGroup> all = tasks.stream()
                .map(task -> RankedGroup.of(task, format, o.max_length()))
                .toList();
        long completions =
                tasks.stream().mapToLong(task -> task.completions().size()).sum();
        long kept = all.stream().mapToLong(group -> group.sequences().size()).sum();
        List<RankedGroup> useful = all.stream().filter(RankedGroup::hasPair).toList();
        context.console()
                .printf(
                        "%d ranked prompts, %d without a pair (all tied); %d of %d completions too long for max_length %d%n",
                        all.size(), all.size() - useful.size(), completions - kept, completions, o.max_length());
        if (completions - kept > o.max_lost() * completions) {
            throw new InputException(
                    "%d of %d completions are longer than max_length %d; raise it (at most %.4g %% may be)"
                            .formatted(completions - kept, completions, o.max_length(), 100 * o.max_lost()));
        }
        if (useful.isEmpty()) {
            throw new InputException("no ranking puts one completion above another; there is nothing to learn");
        }
        return Split.byFraction(useful, RankedGroup::id, new Split.Fractions(o.eval_fraction(), 0), o.seed());
    }

    private static StageResult train(
            Session session, RewardOptions o, StageContext context, ScalarModel model, Split.Parts<RankedGroup> groups)
            throws IOException {
        List<RankedGroup> train = groups.train();
        int perStep = o.per_device_train_batch_size() * o.gradient_accumulation_steps();
        BatchSampler sampler = new BatchSampler(EpochOrder.shuffled(train.size(), o.seed()), perStep);
        long maxSteps = o.max_steps() > 0
                ? o.max_steps()
                : Math.max(1, Math.round(o.num_train_epochs() * sampler.batchesPerEpoch()));
        Map<String, Double> figures = new LinkedHashMap<>();
        try (RewardWork work = new RewardWork(
                session.torch(),
                model,
                OptimizerSettings.of(o, maxSteps),
                step -> Arrays.stream(sampler.batch(step - 1))
                        .mapToObj(train::get)
                        .toList(),
                groups.validation(),
                o.per_device_train_batch_size(),
                o.center_rewards_coefficient(),
                o.seed())) {
            figures.putAll(new TrainingLoop(
                            "reward",
                            o.output_dir(),
                            maxSteps,
                            o.logging_steps(),
                            o.eval_steps(),
                            o.save_steps(),
                            context)
                    .run(session.torch(), work));
        }
        Moments moments = Moments.of(
                ScoreBatch.of(session.torch(), model, samples(train, o.model_name_or_path(), context), SCORING_BATCH));
        double mean = model.mean() + moments.mean();
        if (!Double.isFinite(mean) || !Double.isFinite(moments.std())) {
            throw new FailedRunException("the trained model's scores are not finite (mean " + mean
                    + "); no model was saved. Lower learning_rate, or use dtype float32");
        }
        ModelFolder.save(
                o.output_dir().resolve("model"),
                model,
                o.model_name_or_path(),
                o.max_shard_size(),
                mean,
                moments.std());
        figures.put("reward_mean", mean);
        figures.put("reward_std", moments.std());
        figures.put(
                "ranked_prompts", (double) train.size() + groups.validation().size());
        return new StageResult(figures);
    }

    /**
     * The sequences whose mean score becomes 0 ({@code reward_mean}) and whose spread is {@code reward_std}: those of the
     * training prompts' completions that name {@code sft}, the model trained from, as their writer, as {@code sample} notes
     * it; where none does, all of them.
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
                                ? "reward_mean: the mean over all %d ranked completions, because none names %s as its writer"
                                        .formatted(all.size(), sft)
                                : "reward_mean: the mean over the %d ranked completions, of %d, that %s wrote"
                                        .formatted(own.size(), all.size(), sft));
        return own.isEmpty() ? all : own;
    }
}
