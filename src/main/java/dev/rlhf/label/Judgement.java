package dev.rlhf.label;

import dev.rlhf.data.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A labeler's judgement of a task: a ranking of its completions or a verdict on the only one, or the reason why there
 * is neither. Lists have one element per completion, all in the same order: the one shown to the labeler
 * ({@code Submission}, {@code Revision}) or
 * the task's own ({@link Label}).
 * @param ranks competition ranks ({@link Ranks}), null for a completion that was not among the best k; null unless this
 *     is a ranking
 * @param strength preference between two completions: -3 the first is much better, 0 equal, 3 the second is much
 *     better; null if not asked for
 * @param scores 1 to 7 or null per completion; null if no score was given
 * @param flags words for what is wrong with each completion, such as {@code hallucinates}, sorted; empty if nothing was
 *     flagged
 * @param allBad whether even the best completion is bad
 * @param personalData whether the task shows personal data
 * @param reason why there is no ranking; required for a skip
 * @param seconds active time spent on the task, earlier revisions included; null if not measured
 * @param guideline version of the guidelines that were shown; null if not known
 * @param demonstration a better answer that the labeler wrote; null without one, and unless this is a ranking
 * @param verdict the verdict on the answer of a judging task; null unless this is a verdict
 */
public record Judgement(
        LabelKind kind,
        @Nullable List<@Nullable Integer> ranks,
        @Nullable Integer strength,
        @Nullable List<@Nullable Integer> scores,
        List<List<String>> flags,
        boolean allBad,
        boolean personalData,
        @Nullable String reason,
        @Nullable String comment,
        @Nullable Double seconds,
        @Nullable String guideline,
        @Nullable String demonstration,
        @Nullable Verdict verdict) {

    /** @throws IllegalArgumentException if a field is out of bounds, or does not match the kind or another field */
    public Judgement {
        strength = LabelChecks.strength(strength);
        if (ranks == null && strength != null) {
            ranks = ranksOf(strength);
        }
        ranks = ranks == null ? null : Collections.unmodifiableList(new ArrayList<>(ranks));
        scores = LabelChecks.scores(scores);
        List<List<String>> words = flags.stream().map(LabelChecks::flags).toList();
        flags = words.stream().allMatch(List::isEmpty) ? List.of() : words;
        reason = LabelChecks.text("reason", reason, LabelChecks.REASON_LIMIT);
        comment = LabelChecks.text("comment", comment, LabelChecks.COMMENT_LIMIT);
        seconds = LabelChecks.seconds(seconds);
        guideline = LabelChecks.guideline(guideline);
        demonstration = LabelChecks.text("demonstration", demonstration, LabelChecks.DEMONSTRATION_LIMIT);
        if ((kind == LabelKind.VERDICT) != (verdict != null)) {
            throw new IllegalArgumentException("\"verdict\" belongs to a label of the kind verdict, which has one");
        }
        if (kind == LabelKind.RANKING) {
            checkRanking(ranks, strength, reason);
        } else if (ranks != null || scores != null || allBad || demonstration != null) {
            throw new IllegalArgumentException(
                    "\"ranks\", \"strength\", \"scores\", \"all_bad\" and \"demonstration\" belong to a ranking,"
                            + " not to " + kind.word());
        } else if (kind == LabelKind.SKIP && reason == null) {
            throw new IllegalArgumentException("a skip has a \"reason\"");
        } else if (kind == LabelKind.VERDICT && reason != null) {
            throw new IllegalArgumentException("\"reason\" belongs to a skip; a verdict has a \"comment\"");
        }
    }

    /** Creates a judgement that is not a verdict and has no demonstration. */
    public Judgement(
            LabelKind kind,
            @Nullable List<@Nullable Integer> ranks,
            @Nullable Integer strength,
            @Nullable List<@Nullable Integer> scores,
            List<List<String>> flags,
            boolean allBad,
            boolean personalData,
            @Nullable String reason,
            @Nullable String comment,
            @Nullable Double seconds,
            @Nullable String guideline) {
        this(
                kind,
                ranks,
                strength,
                scores,
                flags,
                allBad,
                personalData,
                reason,
                comment,
                seconds,
                guideline,
                null,
                null);
    }

    /** Returns a judgement that consists of a verdict only. */
    public static Judgement verdict(Verdict verdict) {
        return new Judgement(
                LabelKind.VERDICT, null, null, null, List.of(), false, false, null, null, null, null, null, verdict);
    }

    /** Returns a ranking that consists of the order only. */
    public static Judgement ranking(List<Integer> ranks) {
        return new Judgement(
                LabelKind.RANKING, new ArrayList<>(ranks), null, null, List.of(), false, false, null, null, null, null);
    }

    /** Returns a skip with a reason only. */
    public static Judgement skip(String reason) {
        return new Judgement(LabelKind.SKIP, null, null, null, List.of(), false, false, reason, null, null, null);
    }

    /** Returns a copy with another time and another version of the guidelines. */
    public Judgement with(@Nullable Double seconds, @Nullable String guideline) {
        return new Judgement(
                kind,
                ranks,
                strength,
                scores,
                flags,
                allBad,
                personalData,
                reason,
                comment,
                seconds,
                guideline,
                demonstration,
                verdict);
    }

    /**
     * Returns the ranks of the best {@code topK} completions, and null for the others.
     *
     * @param ranks competition ranks of all completions, in which the others share rank {@code topK + 1}
     * @param topK null: every completion has a rank of its own
     * @throws IllegalArgumentException if the others do not share that rank
     */
    public static List<@Nullable Integer> bestOnly(List<Integer> ranks, @Nullable Integer topK) {
        if (topK == null) {
            return new ArrayList<>(ranks);
        }
        if (topK < 1) {
            throw new IllegalArgumentException("\"top_k\" is " + topK + "; it is at least 1");
        }
        Ranks.check(ranks, ranks.size());
        List<@Nullable Integer> best = new ArrayList<>();
        for (Integer rank : ranks) {
            best.add(rank > topK ? null : rank);
        }
        if (topK >= ranks.size() || Collections.frequency(ranks, topK + 1) != ranks.size() - topK) {
            throw new IllegalArgumentException("top_k is " + topK + ", but the ranks " + ranks
                    + " do not have all others share rank " + (topK + 1));
        }
        return best;
    }

    /**
     * Returns the ranks of all completions, where those not among the best k share rank k + 1; null unless this is a
     * ranking.
     */
    public @Nullable List<Integer> allRanks() {
        return ranks == null ? null : allRanks(ranks);
    }

    private static List<Integer> allRanks(List<@Nullable Integer> ranks) {
        int best = ranks.size() - Collections.frequency(ranks, null);
        return ranks.stream()
                .map(rank -> Objects.requireNonNullElse(rank, best + 1))
                .toList();
    }

    /** Returns k if only the best k completions have a rank; null if all have one, or this is not a ranking. */
    public @Nullable Integer topK() {
        if (ranks == null || !ranks.contains(null)) {
            return null;
        }
        return (int) ranks.stream().filter(Objects::nonNull).count();
    }

    /**
     * Returns this judgement if it fits a task of {@code count} completions.
     *
     * @throws IllegalArgumentException if a list has another length, or the ranks are not competition ranks
     */
    public Judgement check(int count) {
        if (ranks != null) {
            if (ranks.size() != count) {
                throw new IllegalArgumentException(
                        ranks.size() + " ranks for " + count + " completions; give one each");
            }
            List<Integer> given = ranks.stream().filter(Objects::nonNull).toList();
            Ranks.check(given, given.size());
        }
        if (scores != null && scores.size() != count) {
            throw new IllegalArgumentException(scores.size() + " scores for " + count + " completions; give one each");
        }
        if (!flags.isEmpty() && flags.size() != count) {
            throw new IllegalArgumentException(
                    flags.size() + " lists of flags for " + count + " completions; give one each");
        }
        return this;
    }

    /**
     * Converts from the order shown to the stored one.
     *
     * @param order {@code order[i]} is the stored position of the i-th one shown
     */
    public Judgement toStored(List<Integer> order) {
        return reordered(order, order::indexOf);
    }

    /** Converts from the stored order to the one shown: the inverse of {@link #toStored}. */
    public Judgement toShown(List<Integer> order) {
        return reordered(order, order::get);
    }

    private Judgement reordered(List<Integer> order, IntFunction<Integer> from) {
        int[] source = IntStream.range(0, order.size()).map(i -> from.apply(i)).toArray();
        boolean turned = source.length == 2 && source[0] == 1;
        return new Judgement(
                kind,
                pick(ranks, source),
                strength == null || !turned ? strength : Integer.valueOf(-strength),
                pick(scores, source),
                flags.isEmpty()
                        ? flags
                        : IntStream.of(source).mapToObj(flags::get).toList(),
                allBad,
                personalData,
                reason,
                comment,
                seconds,
                guideline,
                demonstration,
                verdict);
    }

    private static @Nullable List<@Nullable Integer> pick(@Nullable List<@Nullable Integer> list, int[] source) {
        if (list == null) {
            return null;
        }
        List<@Nullable Integer> picked = new ArrayList<>();
        for (int i : source) {
            picked.add(list.get(i));
        }
        return picked;
    }

    private static List<Integer> ranksOf(int strength) {
        return strength < 0 ? List.of(1, 2) : strength > 0 ? List.of(2, 1) : List.of(1, 1);
    }

    private static void checkRanking(
            @Nullable List<@Nullable Integer> ranks, @Nullable Integer strength, @Nullable String reason) {
        if (ranks == null) {
            throw new IllegalArgumentException("a ranking has \"ranks\"");
        }
        if (strength != null && !allRanks(ranks).equals(ranksOf(strength))) {
            throw new IllegalArgumentException(
                    "strength " + strength + " means the ranks " + ranksOf(strength) + ", not " + ranks);
        }
        if (reason != null) {
            throw new IllegalArgumentException("\"reason\" belongs to a skip; a ranking has a \"comment\"");
        }
    }
}
