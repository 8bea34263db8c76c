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
 */
public record RankedTask(
        String id,
        Prompt prompt,
        List<Completion> completions,
        List<Label> rankings,
        List<Label> skips,
        @Nullable List<Integer> gold) {
    /** Fewest completions of a task. */
    public static final int MIN_COMPLETIONS = 2;
    /** Most completions of a task: each has a digit key on the page. */
    public static final int MAX_COMPLETIONS = 9;
    /** Longest id of a task or a completion, in UTF-16 units; the schema has the same limit. */
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
        if (gold != null) {
            gold = List.copyOf(gold);
            try {
                Ranks.check(gold, count);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"gold\": " + e.getMessage(), e);
            }
        }
    }

    /** A task without skips whose correct ranks are not known. */
    public RankedTask(String id, Prompt prompt, List<Completion> completions, List<Label> rankings) {
        this(id, prompt, completions, rankings, List.of(), null);
    }

    /** Returns whether the correct ranks are known: such a task checks labelers and is not trained on. */
    public boolean isGold() {
        return gold != null;
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
