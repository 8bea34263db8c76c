package dev.rlhf.label;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a labeler says about one task: an order of its completions, or that there is none, and remarks. Everything that is given
 * for each completion is in one order, the one shown to the labeler unless said otherwise.
 *
 * @param ranks competition ranks, null for a completion that was not among the best k; null unless a ranking
 * @param strength of two completions: -3 the first is much better, 0 the same, 3 the second is much better; null if not asked
 * @param scores 1 to 7 for each completion or null; null if none was given
 * @param flags what is wrong with each completion, in words; empty if nothing was flagged
 * @param reason why there is no ranking; a skip has one
 * @param seconds active time on the task so far, earlier revisions included
 * @param guideline version of the guidelines that were on the screen
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
        @Nullable String guideline) {

    /** @throws IllegalArgumentException if a field is out of bounds, or does not go with the kind or with another field */
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
        if (kind == LabelKind.RANKING) {
            checkRanking(ranks, strength, reason);
        } else if (ranks != null || scores != null || allBad) {
            throw new IllegalArgumentException(
                    "\"ranks\", \"strength\", \"scores\" and \"all_bad\" belong to a ranking, not to " + kind.word());
        } else if (kind == LabelKind.SKIP && reason == null) {
            throw new IllegalArgumentException("a skip has a \"reason\"");
        }
    }

    /** A ranking with nothing beside the order. */
    public static Judgement ranking(List<Integer> ranks) {
        return new Judgement(
                LabelKind.RANKING, new ArrayList<>(ranks), null, null, List.of(), false, false, null, null, null, null);
    }

    /** A skip with nothing beside the reason. */
    public static Judgement skip(String reason) {
        return new Judgement(LabelKind.SKIP, null, null, null, List.of(), false, false, reason, null, null, null);
    }

    /** The same with another time and version of the guidelines. */
    public Judgement with(@Nullable Double seconds, @Nullable String guideline) {
        return new Judgement(
                kind, ranks, strength, scores, flags, allBad, personalData, reason, comment, seconds, guideline);
    }

    /** How many completions have a rank, if not all: the best k. Null if all have one, or it is no ranking. */
    public @Nullable Integer topK() {
        if (ranks == null || !ranks.contains(null)) {
            return null;
        }
        return (int) ranks.stream().filter(Objects::nonNull).count();
    }

    /**
     * Passes what fits a task of {@code count} completions through.
     *
     * @throws IllegalArgumentException if a list is of another length, or the ranks are no competition ranks
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
     * From the order shown to the stored one.
     *
     * @param order {@code order[i]} is the stored position of the i-th one shown
     */
    public Judgement toStored(List<Integer> order) {
        return reordered(order, order::indexOf);
    }

    /** From the stored order to the one shown: the inverse of {@link #toStored}. */
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
                guideline);
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
        if (strength != null && !ranks.equals(ranksOf(strength))) {
            throw new IllegalArgumentException(
                    "strength " + strength + " means the ranks " + ranksOf(strength) + ", not " + ranks);
        }
        if (reason != null) {
            throw new IllegalArgumentException("\"reason\" belongs to a skip; a ranking has a \"comment\"");
        }
    }
}
