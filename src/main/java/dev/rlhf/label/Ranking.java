package dev.rlhf.label;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One labeler's order of one task's completions.
 *
 * @param labeler name, unique within a task
 * @param ranks competition ranks ({@link Ranks}) in the order of the task's completions
 * @param flags completion id to what is wrong with it, such as {@code hallucinates}; sorted; completions without flags are absent
 * @param seconds active time spent on it, if measured
 * @param guideline version of the guidelines that were shown, if known
 */
public record Ranking(
        String labeler,
        LabelerKind kind,
        List<Integer> ranks,
        Map<String, List<String>> flags,
        @Nullable Double seconds,
        @Nullable String guideline) {

    /** @throws IllegalArgumentException if the name, the seconds or the guideline's version cannot be */
    public Ranking {
        labeler = Labeler.checkedName(labeler);
        ranks = List.copyOf(ranks);
        Map<String, List<String>> copy = new TreeMap<>();
        flags.forEach((completion, list) ->
                copy.put(completion, list.stream().sorted().distinct().toList()));
        copy.values().removeIf(List::isEmpty);
        flags = Collections.unmodifiableMap(copy);
        if (flags.values().stream().flatMap(List::stream).anyMatch(flag -> !flag.matches("[a-z0-9_]{1,64}"))) {
            throw new IllegalArgumentException("a flag is 1 to 64 lower-case letters, digits or _");
        }
        if (seconds != null && !(seconds >= 0 && seconds < 1e9)) {
            throw new IllegalArgumentException("\"seconds\" is " + seconds + "; it is a time, 0 or more");
        }
        if (guideline != null && (guideline.isBlank() || guideline.length() > 64)) {
            throw new IllegalArgumentException("\"guideline\" has 1 to 64 characters");
        }
    }

    /** A person's ranking with nothing beside the order. */
    public static Ranking of(String labeler, List<Integer> ranks) {
        return new Ranking(labeler, LabelerKind.PERSON, ranks, Map.of(), null, null);
    }

    /** A person's ranking and the active time it took, if known. */
    public static Ranking timed(String labeler, List<Integer> ranks, @Nullable Double seconds) {
        return new Ranking(labeler, LabelerKind.PERSON, ranks, Map.of(), seconds, null);
    }
}
