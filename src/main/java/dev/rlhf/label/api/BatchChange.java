package dev.rlhf.label.api;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.LabelChecks;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Tags;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * New settings of a batch; null leaves a setting unchanged (see {@link BatchSettings}).
 *
 * @param topK 0: all completions are ranked
 * @param skipLimit 0: no limit
 * @param maxOverlap 0: always the overlap
 */
public record BatchChange(
        @Nullable Integer overlap,
        @Nullable Integer priority,
        @Nullable Boolean paused,
        @Nullable Integer topK,
        @Nullable Boolean strength,
        @Nullable Boolean scores,
        @Nullable List<String> flags,
        @Nullable Double goldRate,
        @Nullable Integer skipLimit,
        @Nullable Integer maxOverlap,
        @Nullable Boolean demonstrations,
        @Nullable Boolean disputedFirst,
        @Nullable List<String> tags) {
    /** No change. */
    public static final BatchChange NONE =
            new BatchChange(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** @throws IllegalArgumentException if a value is out of bounds */
    public BatchChange {
        if (overlap != null && (overlap < 1 || overlap > 1000)) {
            throw new IllegalArgumentException("overlap is " + overlap + "; it is 1 to 1000");
        }
        if (topK != null && (topK < 0 || topK >= RankedTask.MAX_COMPLETIONS)) {
            throw new IllegalArgumentException(
                    "top_k is " + topK + "; it is 1 to " + (RankedTask.MAX_COMPLETIONS - 1) + ", or 0 to rank all");
        }
        if (goldRate != null && !(goldRate >= 0 && goldRate <= 0.5)) {
            throw new IllegalArgumentException("gold_rate is " + goldRate + "; it is 0 to 0.5");
        }
        if (skipLimit != null && (skipLimit < 0 || skipLimit > 1000)) {
            throw new IllegalArgumentException("skip_limit is " + skipLimit + "; it is 1 to 1000, or 0 for no limit");
        }
        if (maxOverlap != null && (maxOverlap < 0 || maxOverlap > 1000)) {
            throw new IllegalArgumentException(
                    "max_overlap is " + maxOverlap + "; it is 1 to 1000, or 0 for always the overlap");
        }
        if (flags != null) {
            flags = List.copyOf(flags);
            if (flags.size() > 30 || new HashSet<>(flags).size() < flags.size()) {
                throw new IllegalArgumentException("flags are at most 30 words, each once");
            }
            LabelChecks.flags(flags);
        }
        if (tags != null) {
            tags = Tags.checked(tags);
        }
    }

    public static BatchChange overlap(@Nullable Integer overlap) {
        return new BatchChange(overlap, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    public static BatchChange paused(boolean paused) {
        return new BatchChange(null, null, paused, null, null, null, null, null, null, null, null, null, null);
    }

    /** Returns the changed settings as text: {@code overlap 2, paused true}; empty if there are none. */
    public String words() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("overlap", overlap);
        all.put("priority", priority);
        all.put("paused", paused);
        all.put("top_k", topK);
        all.put("strength", strength);
        all.put("scores", scores);
        all.put("flags", flags);
        all.put("gold_rate", goldRate);
        all.put("skip_limit", skipLimit);
        all.put("max_overlap", maxOverlap);
        all.put("demonstrations", demonstrations);
        all.put("disputed_first", disputedFirst);
        all.put("tags", tags);
        return all.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
