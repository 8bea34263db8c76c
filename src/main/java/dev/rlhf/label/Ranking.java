package dev.rlhf.label;

import java.util.List;
import java.util.Map;
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
        @Nullable String guideline,
        Remarks remarks) {

    /** @throws IllegalArgumentException if the name, a flag, the seconds or the guideline's version cannot be */
    public Ranking {
        labeler = Labeler.checkedName(labeler);
        ranks = List.copyOf(ranks);
        flags = LabelChecks.flags(flags);
        seconds = LabelChecks.seconds(seconds);
        guideline = LabelChecks.guideline(guideline);
    }

    /** A ranking without remarks. */
    public Ranking(
            String labeler,
            LabelerKind kind,
            List<Integer> ranks,
            Map<String, List<String>> flags,
            @Nullable Double seconds,
            @Nullable String guideline) {
        this(labeler, kind, ranks, flags, seconds, guideline, Remarks.NONE);
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
