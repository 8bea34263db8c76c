package dev.rlhf.stages.reward;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Split;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.train.EvalOverlap;
import dev.rlhf.train.ModelSaver;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A reward model from people's rankings: the K-way loss of InstructGPT (Ouyang 2022, equation 1) on a copy of the SFT model
 * with a scalar head. Afterwards scores are shifted so that the SFT model's own ranked samples average 0 ({@link #samples}).
 */
public final class Reward implements Stage<RewardOptions> {
    private static final int SCORING_BATCH = 32;

    @Override
    public StageResult run(RewardOptions o, StageContext context) throws IOException {
        List<Preference> preferences = read(o, context);
        List<Preference> evaluation =
                o.eval_dataset() == null ? List.of() : Preference.read(o.eval_dataset(), order(o));
        try (Models session = Models.open(o.engine().device(), o.engine().dtype(), context.console());
                Checkpoint from = Checkpoint.open(o.model_name_or_path())) {
            ConversationFormat format = from.format();
            TokenLimit limit = new TokenLimit("max_length", o.max_length(), RewardOptions.MAX_LENGTH);
            int maxLength = limit.ofSequences(from.config(), context.console());
            Map<String, Double> figures = new LinkedHashMap<>();
            List<RankedGroup> groups = groups(o, preferences, format, maxLength, "", figures, context);
            Split.Parts<RankedGroup> split = evaluation.isEmpty()
                    ? split(o, groups)
                    : new Split.Parts<>(
                            groups,
                            groups(o, evaluation, format, maxLength, "eval_dataset: ", figures, context),
                            List.of());
            figures.put("eval_prompts_in_training", (double)
                    EvalOverlap.say(keys(split.train()), keys(split.validation()), "evaluated prompts", context));
            write(o.loop().output_dir(), split);
            try (ScalarModel model = session.trainableScalar(
                    from, ScalarModel.HeadInit.NORMAL, o.lora(), o.loop().seed())) {
                return train(session, o, context, model, split, figures);
            }
        }
    }

    private static List<Preference> read(RewardOptions o, StageContext context) throws IOException {
        Path dataset = o.dataset();
        List<Preference> all = dataset != null
                ? Preference.read(dataset, order(o))
                : Preference.read(Objects.requireNonNull(o.db()), o.batch(), order(o));
        if (o.preference_source() == RewardOptions.PreferenceSource.CONSENSUS) {
            context.console()
                    .printf(
                            "the rankings of each of %d tasks become one order (%s)%n",
                            all.size(), o.consensus_method().name().toLowerCase(Locale.ROOT));
        }
        return all;
    }

    private static UnaryOperator<RankedTask> order(RewardOptions o) {
        return o.preference_source() == RewardOptions.PreferenceSource.ALL_PAIRS
                ? UnaryOperator.identity()
                : o.consensus_method()::of;
    }

    /** The prompts that have a pair, after losses were counted, said, and refused if there are too many. */
    private static List<RankedGroup> groups(
            RewardOptions o,
            List<Preference> preferences,
            ConversationFormat format,
            int maxLength,
            String what,
            Map<String, Double> figures,
            StageContext context) {
        List<RankedGroup> all = RankedGroup.of(preferences, format, maxLength);
        List<Completion> completions =
                preferences.stream().flatMap(p -> p.completions().stream()).toList();
        long unended = completions.stream().filter(c -> !c.ended()).count();
        long kept = all.stream().mapToLong(group -> group.sequences().size()).sum();
        long tooLong = completions.size() - kept;
        int contradictions = all.stream().mapToInt(RankedGroup::contradictions).sum();
        List<RankedGroup> useful = all.stream().filter(RankedGroup::hasPair).toList();
        context.console()
                .printf(
                        "%s%d prompts in %d ranked tasks and pairs, %d prompts without a pair (all tied); %d of %d completions too long for max_length %d%n",
                        what,
                        all.size(),
                        preferences.size(),
                        all.size() - useful.size(),
                        tooLong,
                        completions.size(),
                        maxLength);
        if (unended > 0) {
            context.console()
                    .printf(
                            "%s%d of %d completions (%.1f %%) were cut off before they ended and are scored without the end token%n",
                            what, unended, completions.size(), 100.0 * unended / completions.size());
        }
        if (contradictions > 0) {
            context.console()
                    .printf(
                            "%s%d pairs of equal completions were ranked apart; they are left out%n",
                            what, contradictions);
        }
        if (tooLong > o.max_lost() * completions.size()) {
            throw new InputException(
                    "%s%d of %d completions are longer than max_length %d; raise it (at most %.4g %% may be)"
                            .formatted(what, tooLong, completions.size(), maxLength, 100 * o.max_lost()));
        }
        if (useful.isEmpty()) {
            throw new InputException(what + "no ranking puts one completion above another; there is nothing to learn");
        }
        if (what.isEmpty()) {
            figures.put("pairs_contradictory", (double) contradictions);
            figures.put("ended_share", 1 - (double) unended / completions.size());
        }
        return useful;
    }

    private static Split.Parts<RankedGroup> split(RewardOptions o, List<RankedGroup> groups) {
        return Split.byFraction(
                groups,
                RankedGroup::key,
                new Split.Fractions(o.eval_fraction(), 0),
                o.loop().seed());
    }

    private static List<String> keys(List<RankedGroup> groups) {
        return groups.stream().map(RankedGroup::key).toList();
    }

    private static void write(Path output, Split.Parts<RankedGroup> split) throws IOException {
        KeyedRow.write(
                output,
                KeyedRow.HELD_OUT,
                split.validation().stream()
                        .flatMap(group -> group.rows().stream())
                        .map(row -> row.in(KeyedRow.VALIDATION))
                        .toList());
        KeyedRow.write(
                output,
                KeyedRow.TRAINED_ON,
                split.train().stream().flatMap(group -> group.rows().stream()).toList());
    }

    private static StageResult train(
            Models session,
            RewardOptions o,
            StageContext context,
            ScalarModel model,
            Split.Parts<RankedGroup> groups,
            Map<String, Double> figures)
            throws IOException {
        List<RankedGroup> train = groups.train();
        int perStep = o.per_device_train_batch_size() * o.gradient_accumulation_steps();
        BatchSampler sampler =
                new BatchSampler(EpochOrder.shuffled(train.size(), o.loop().seed()), perStep);
        long maxSteps = o.max_steps() > 0
                ? o.max_steps()
                : Math.max(1, Math.round(o.num_train_epochs() * sampler.batchesPerEpoch()));
        try (RewardTrainer trainer = new RewardTrainer(
                session.torch(),
                model,
                o.optimizer(),
                maxSteps,
                step -> Arrays.stream(sampler.batch(step - 1))
                        .mapToObj(train::get)
                        .toList(),
                groups.validation(),
                o.per_device_train_batch_size(),
                o.center_rewards_coefficient(),
                o.loop().seed())) {
            figures.putAll(TrainingLoop.of("reward", o.loop(), maxSteps, o.eval_steps(), context)
                    .run(session.torch(), trainer, () -> save(o, model)));
        }
        Path saved = o.loop().output_dir().resolve("model");
        Moments moments = ModelSaver.afterwards(
                saved,
                () -> Moments.of(ScoreBatch.of(
                        session.torch(), model, samples(train, o.model_name_or_path(), context), SCORING_BATCH)));
        double mean = model.mean() + moments.mean();
        if (!Double.isFinite(mean) || !Double.isFinite(moments.std())) {
            AtomicFiles.deleteTree(saved);
            throw new FailedRunException("the trained model's scores are not finite (mean " + mean
                    + "); no model was saved. Lower learning_rate, or use dtype float32");
        }
        ScalarModel.writeMoments(saved, mean, moments.std());
        figures.put("reward_mean", mean);
        figures.put("reward_std", moments.std());
        figures.put(
                "ranked_prompts", (double) train.size() + groups.validation().size());
        return new StageResult(figures);
    }

    /** Saves the model with the scores it has; what is taken off them is measured afterwards. */
    private static Path save(RewardOptions o, ScalarModel model) throws IOException {
        Path target = o.loop().output_dir().resolve("model");
        ModelFolder.save(target, model, o.model_name_or_path(), o.loop().max_shard_size(), model.mean(), 1);
        return target;
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
