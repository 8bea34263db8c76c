package dev.rlhf.label;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A prompt with the completions to be ranked and the rankings it has, one a labeler; with none it is a task to be done.
 * One line of a rankings file ({@code label.files.LabelFiles}).
 *
 * @param id unique within a batch
 * @param skips of labelers who made no ranking of it
 * @param gold the ranks that are known to be right, of a task that checks labelers and is not trained on; null for all others
 */
public record RankedTask(
        String id,
        Prompt prompt,
        List<Completion> completions,
        List<Ranking> rankings,
        List<Skip> skips,
        @Nullable List<Integer> gold) {
    /** Fewest and most completions of a task: a digit key each. */
    public static final int MIN_COMPLETIONS = 2;

    public static final int MAX_COMPLETIONS = 9;
    /** Longest id of a task or a completion in UTF-16 units; the same in the schema. */
    public static final int ID_LIMIT = 200;

    /** @throws IllegalArgumentException saying what does not fit together */
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
        for (Ranking ranking : rankings) {
            checkOnce(ranking.labeler(), labelers);
            try {
                Ranks.check(ranking.ranks(), count);
                check(ranking.remarks(), ranking.ranks());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("labeler '" + ranking.labeler() + "': " + e.getMessage(), e);
            }
            checkFlags(ranking.labeler(), ranking.flags(), ids);
        }
        for (Skip skip : skips) {
            checkOnce(skip.labeler(), labelers);
            checkFlags(skip.labeler(), skip.flags(), ids);
        }
        if (gold != null) {
            gold = List.copyOf(gold);
            try {
                Ranks.check(gold, count);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"gold\": " + e.getMessage(), e);
            }
        }
    }

    /** A task that nobody skipped and whose answer is not known. */
    public RankedTask(String id, Prompt prompt, List<Completion> completions, List<Ranking> rankings) {
        this(id, prompt, completions, rankings, List.of(), null);
    }

    /** Whether its answer is known: it checks labelers, and nothing is trained on it. */
    public boolean isGold() {
        return gold != null;
    }

    private static void checkOnce(String labeler, Set<String> labelers) {
        if (!labelers.add(labeler)) {
            throw new IllegalArgumentException("labeler '" + labeler + "' labels it twice; keep one");
        }
    }

    private static void checkFlags(String labeler, Map<String, List<String>> flags, Set<String> ids) {
        for (String flagged : flags.keySet()) {
            if (!ids.contains(flagged)) {
                throw new IllegalArgumentException(
                        "labeler '" + labeler + "' flags completion '" + flagged + "', which the task does not have");
            }
        }
    }

    private static void check(Remarks remarks, List<Integer> ranks) {
        Integer topK = remarks.topK();
        if (topK != null
                && (topK >= ranks.size()
                        || ranks.stream().filter(rank -> rank == topK + 1).count() != ranks.size() - topK)) {
            throw new IllegalArgumentException("top_k is " + topK + ", but the ranks " + ranks
                    + " do not have all others share rank " + (topK + 1));
        }
        Integer strength = remarks.strength();
        if (strength != null
                && (ranks.size() != 2 || Integer.signum(strength) != Integer.compare(ranks.get(0), ranks.get(1)))) {
            throw new IllegalArgumentException("strength " + strength + " does not agree with the ranks " + ranks);
        }
        if (remarks.scores() != null && remarks.scores().size() != ranks.size()) {
            throw new IllegalArgumentException(
                    remarks.scores().size() + " scores for " + ranks.size() + " completions; give one each, or null");
        }
    }

    private static void checkId(String what, String id) {
        if (id.isBlank() || id.length() > ID_LIMIT) {
            throw new IllegalArgumentException("\"" + what + "\" has 1 to " + ID_LIMIT + " characters");
        }
    }
}
