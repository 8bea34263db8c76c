package dev.rlhf.label;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A prompt with the completions to be ranked and the rankings it has, one a labeler; with none it is a task to be done.
 * One line of a rankings file ({@link LabelFiles}).
 *
 * @param id unique within a batch
 */
public record RankedTask(String id, Prompt prompt, List<Completion> completions, List<Ranking> rankings) {
    /** Fewest and most completions of a task: a digit key each. */
    public static final int MIN_COMPLETIONS = 2;

    public static final int MAX_COMPLETIONS = 9;
    /** Longest id of a task or a completion in UTF-16 units; the same in the schema. */
    public static final int ID_LIMIT = 200;

    /** @throws IllegalArgumentException saying what does not fit together */
    public RankedTask {
        completions = List.copyOf(completions);
        rankings = List.copyOf(rankings);
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
            if (!labelers.add(ranking.labeler())) {
                throw new IllegalArgumentException("labeler '" + ranking.labeler() + "' ranks it twice; keep one");
            }
            try {
                Ranks.check(ranking.ranks(), count);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("labeler '" + ranking.labeler() + "': " + e.getMessage(), e);
            }
            for (String flagged : ranking.flags().keySet()) {
                if (!ids.contains(flagged)) {
                    throw new IllegalArgumentException("labeler '" + ranking.labeler() + "' flags completion '"
                            + flagged + "', which the task does not have");
                }
            }
        }
    }

    private static void checkId(String what, String id) {
        if (id.isBlank() || id.length() > ID_LIMIT) {
            throw new IllegalArgumentException("\"" + what + "\" has 1 to " + ID_LIMIT + " characters");
        }
    }
}
