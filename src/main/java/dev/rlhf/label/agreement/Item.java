package dev.rlhf.label.agreement;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rankings of one task.
 *
 * @param ranks ranks by labeler, one per completion in the task's order; lower is better, equal is tied. All have the
 *     same length, the number K of completions; iteration order is kept
 */
public record Item(String id, Map<String, List<Integer>> ranks) {
    /** @throws IllegalArgumentException if labelers ranked different numbers of completions */
    public Item {
        if (ranks.values().stream().map(List::size).distinct().count() > 1) {
            throw new IllegalArgumentException("labelers of " + id + " ranked different numbers of completions");
        }
        ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    }

    /** Returns K; 0 if there are no rankings. */
    public int completions() {
        return ranks.values().stream().mapToInt(List::size).findFirst().orElse(0);
    }

    /** Returns a copy without one labeler. */
    Item without(String labeler) {
        Map<String, List<Integer>> others = new LinkedHashMap<>(ranks);
        others.remove(labeler);
        return new Item(id, others);
    }
}
