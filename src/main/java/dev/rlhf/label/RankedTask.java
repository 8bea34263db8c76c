package dev.rlhf.label;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A prompt, the completions to rank, and the labels it has so far, at most one per labeler. One line of a rankings file
 * ({@code label.files.LabelFiles}).
 *
 * @param id unique within a batch
 * @param skips labels of labelers who did not rank it
 * @param gold the known correct ranks of a task that checks labelers and is not trained on; null for all other tasks
 * @param adjudicated the ranks that an admin decided on, which replace the rankings in training; null for most tasks
 * @param tags tags that a labeler must have to be given the task ({@link Tags})
 */
public record RankedTask(
        String id,
        Prompt prompt,
        List<Completion> completions,
        List<Label> rankings,
        List<Label> skips,
        @Nullable List<Integer> gold,
        @Nullable List<Integer> adjudicated,
        List<String> tags) {
    /** The labeler name of an admin's order, in training and in exports. */
    public static final String ADJUDICATOR = "adjudicated";
    /** Minimum number of completions of a task. */
    public static final int MIN_COMPLETIONS = 2;
    /** Maximum number of completions of a task: each has a digit key on the page. */
    public static final int MAX_COMPLETIONS = 9;
    /** Maximum length of the id of a task or a completion, in UTF-16 units; the schema has the same limit. */
    public static final int ID_LIMIT = 200;

    /** @throws IllegalArgumentException if the parts do not fit together */
    public RankedTask {
        completions = List.copyOf(completions);
        rankings = List.copyOf(rankings);
        skips = List.copyOf(skips);
        checkId("id", id);
        int count = completions.size();
        if (count < MIN_COMPLETIONS || count > MAX_COMPLETIONS) {
            throw new IllegalArgumentException(
                    count + " completions; a task has " + MIN_COMPLETIONS + " to " + MAX_COMPLETIONS);
        }
        Set<String> ids = new HashSet<>();
        for (Completion completion : completions) {
            checkId("completion id", completion.id());
            if (!ids.add(completion.id())) {
                throw new IllegalArgumentException("two completions have the id '" + completion.id() + "'");
            }
        }
        Set<String> labelers = new HashSet<>();
        rankings.forEach(label -> check(label, true, count, labelers));
        skips.forEach(label -> check(label, false, count, labelers));
        gold = checkRanks("gold", gold, count);
        adjudicated = checkRanks("adjudicated", adjudicated, count);
        tags = Tags.checked(tags);
    }

    /** Returns a task without tags. */
    public RankedTask(
            String id,
            Prompt prompt,
            List<Completion> completions,
            List<Label> rankings,
            List<Label> skips,
            @Nullable List<Integer> gold,
            @Nullable List<Integer> adjudicated) {
        this(id, prompt, completions, rankings, skips, gold, adjudicated, List.of());
    }

    /** Returns a task without tags that no admin has adjudicated. */
    public RankedTask(
            String id,
            Prompt prompt,
            List<Completion> completions,
            List<Label> rankings,
            List<Label> skips,
            @Nullable List<Integer> gold) {
        this(id, prompt, completions, rankings, skips, gold, null);
    }

    /** Returns a task without skips whose correct ranks are not known. */
    public RankedTask(String id, Prompt prompt, List<Completion> completions, List<Label> rankings) {
        this(id, prompt, completions, rankings, List.of(), null);
    }

    /** Returns whether the correct ranks are known: such a task checks labelers and is not trained on. */
    public boolean isGold() {
        return gold != null;
    }

    /** Returns the rankings to train on: the adjudicated order alone if there is one, otherwise all rankings. */
    public List<Label> decisiveRankings() {
        return adjudicated == null ? rankings : List.of(Label.ranking(ADJUDICATOR, adjudicated));
    }

    private static @Nullable List<Integer> checkRanks(String what, @Nullable List<Integer> ranks, int count) {
        if (ranks == null) {
            return null;
        }
        try {
            Ranks.check(ranks, count);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + what + "\": " + e.getMessage(), e);
        }
        return List.copyOf(ranks);
    }

    private static void check(Label label, boolean ranking, int count, Set<String> labelers) {
        String who = "labeler '" + label.labeler() + "'";
        if (!labelers.add(label.labeler())) {
            throw new IllegalArgumentException(who + " labels it twice; keep one");
        }
        if (label.isRanking() != ranking) {
            throw new IllegalArgumentException(
                    who + ": a " + label.judgement().kind().word() + " among the " + (ranking ? "rankings" : "skips"));
        }
        try {
            label.judgement().check(count);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
        }
    }

    private static void checkId(String what, String id) {
        if (id.isBlank() || id.length() > ID_LIMIT) {
            throw new IllegalArgumentException("\"" + what + "\" has 1 to " + ID_LIMIT + " characters");
        }
    }
}
