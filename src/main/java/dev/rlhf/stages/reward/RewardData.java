package dev.rlhf.stages.reward;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Split;
import dev.rlhf.inference.LoadingProgress;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.train.EvalOverlap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The ranked prompts of a run.
 *
 * @param metrics metrics of the data, for the result of the stage
 */
record RewardData(List<RankedGroup> train, List<RankedGroup> validation, Map<String, Double> metrics) {
    /**
     * Encodes and splits preferences, prints their counts, and writes which rows are held out and which are trained on.
     *
     * @param heldOut preferences of {@code eval_dataset}; without it, {@code eval_fraction} of the prompts is held out
     */
    static RewardData of(
            RewardOptions o,
            List<Preference> preferences,
            List<Preference> heldOut,
            ConversationFormat format,
            int maxLength,
            StageContext context)
            throws IOException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        List<RankedGroup> groups = groups(o, preferences, format, maxLength, "", metrics, context);
        Split.Parts<RankedGroup> split = o.heldOut().eval_dataset() == null
                ? split(o, groups)
                : new Split.Parts<>(
                        groups, groups(o, heldOut, format, maxLength, "eval_dataset: ", metrics, context), List.of());
        metrics.put("eval_prompts_in_training", (double)
                EvalOverlap.warn(keys(split.train()), keys(split.validation()), "evaluated prompts", context));
        write(o.loop().output_dir(), split);
        return new RewardData(split.train(), split.validation(), metrics);
    }

    /** Reads the preferences to train on, those of the store first. */
    static List<Preference> preferences(RewardOptions o, StageContext context) throws IOException {
        List<Preference> all = new ArrayList<>();
        if (o.db() != null) {
            all.addAll(Preference.read(o.db(), o.batch(), order(o)));
        }
        if (o.dataset() != null) {
            all.addAll(Preference.read(o.dataset(), order(o), context.console()));
        }
        if (o.preference_source() == RewardOptions.PreferenceSource.CONSENSUS) {
            context.console()
                    .printf(
                            "the rankings of each of %d tasks are merged into one order (%s)%n",
                            all.size(), o.consensus_method().name().toLowerCase(Locale.ROOT));
        }
        return all;
    }

    /** Reads {@code eval_dataset}; empty without it. */
    static List<Preference> heldOut(RewardOptions o, StageContext context) throws IOException {
        return o.heldOut().eval_dataset() == null
                ? List.of()
                : Preference.read(o.heldOut().eval_dataset(), order(o), context.console());
    }

    private static UnaryOperator<RankedTask> order(RewardOptions o) {
        return o.preference_source() == RewardOptions.PreferenceSource.ALL_PAIRS
                ? UnaryOperator.identity()
                : o.consensus_method()::of;
    }

    /** Returns the preferences whose prompt is held out. */
    List<Preference> validation(List<Preference> preferences) {
        Set<String> keys = Set.copyOf(keys(validation));
        return preferences.stream()
                .filter(preference -> keys.contains(preference.place().key()))
                .toList();
    }

    /**
     * Returns the prompts that have at least one pair; prints what is left out.
     *
     * @throws InputException if too many completions are too long, or no prompt has a pair
     */
    private static List<RankedGroup> groups(
            RewardOptions o,
            List<Preference> preferences,
            ConversationFormat format,
            int maxLength,
            String what,
            Map<String, Double> metrics,
            StageContext context) {
        List<RankedGroup> all;
        try (LoadingProgress progress = LoadingProgress.ofRows(context, preferences.size())) {
            all = RankedGroup.of(preferences, format, maxLength, progress);
        }
        List<RankedGroup> useful = all.stream().filter(RankedGroup::hasPair).toList();
        Counts counts = Counts.of(preferences, all, useful.size());
        counts.print(what, maxLength, context.console());
        if (counts.tooLong() > o.length().max_lost() * counts.completions()) {
            throw new InputException(
                    "%s%d of %d completions are longer than max_length %d; raise it (at most %.4g %% may be)"
                            .formatted(
                                    what,
                                    counts.tooLong(),
                                    counts.completions(),
                                    maxLength,
                                    100 * o.length().max_lost()));
        }
        if (useful.isEmpty()) {
            throw new InputException(what + "no ranking puts one completion above another; there is nothing to learn");
        }
        if (what.isEmpty()) {
            metrics.put("pairs_contradictory", (double) counts.contradictions());
            metrics.put("ended_share", 1 - (double) counts.unended() / counts.completions());
        }
        return useful;
    }

    /**
     * Counts of a set of preferences.
     *
     * @param prompts different prompts
     * @param useful those with at least one pair
     * @param tasks ranked tasks and pairs
     * @param unended completions that were cut off
     * @param tooLong completions that are left out
     * @param contradictions pairs of equal completions that were ranked apart
     */
    private record Counts(
            int prompts, int useful, int tasks, int completions, long unended, long tooLong, int contradictions) {
        static Counts of(List<Preference> preferences, List<RankedGroup> groups, int useful) {
            List<Completion> completions =
                    preferences.stream().flatMap(p -> p.completions().stream()).toList();
            long kept =
                    groups.stream().mapToLong(group -> group.sequences().size()).sum();
            return new Counts(
                    groups.size(),
                    useful,
                    preferences.size(),
                    completions.size(),
                    completions.stream().filter(c -> !c.ended()).count(),
                    completions.size() - kept,
                    groups.stream().mapToInt(RankedGroup::contradictions).sum());
        }

        void print(String what, int maxLength, PrintStream console) {
            console.printf(
                    "%s%s in %d ranked tasks and pairs, %s without a pair (all tied, or too long); "
                            + "%d of %s too long for max_length %d%n",
                    what,
                    Count.of(prompts, "prompt"),
                    tasks,
                    Count.of(prompts - useful, "prompt"),
                    tooLong,
                    Count.of(completions, "completion"),
                    maxLength);
            if (unended > 0) {
                console.printf(
                        "%s%d of %d completions (%.1f %%) were cut off before they ended and are scored without "
                                + "the end token%n",
                        what, unended, completions, 100.0 * unended / completions);
            }
            if (contradictions > 0) {
                console.printf(
                        "%sleft out: %s of equal completions that were ranked apart%n",
                        what, Count.of(contradictions, "pair"));
            }
        }
    }

    private static Split.Parts<RankedGroup> split(RewardOptions o, List<RankedGroup> groups) {
        return Split.byFraction(
                groups,
                RankedGroup::key,
                new Split.Fractions(o.heldOut().eval_fraction(), 0),
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
}
