package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One labeler's judgement of one task.
 *
 * @param labeler name, unique within the task
 * @param judgement in the order of the task's completions
 */
public record Label(String labeler, LabelerKind labelerKind, Judgement judgement) {
    /** @throws IllegalArgumentException if the name is not valid */
    public Label {
        labeler = Labeler.checkedName(labeler);
    }

    /** Returns a person's ranking that consists of the order only. */
    public static Label ranking(String labeler, List<Integer> ranks) {
        return new Label(labeler, LabelerKind.PERSON, Judgement.ranking(ranks));
    }

    /** Returns a person's ranking that consists of the order and the active time, if measured. */
    public static Label ranking(String labeler, List<Integer> ranks, @Nullable Double seconds) {
        return new Label(labeler, LabelerKind.PERSON, Judgement.ranking(ranks).with(seconds, null));
    }

    /** Returns whether this is a ranking, not a skip or a verdict. */
    public boolean isRanking() {
        return judgement.kind() == LabelKind.RANKING;
    }

    /**
     * Returns a ranking's competition ranks ({@link Ranks}) of all completions, as {@link Judgement#allRanks}.
     *
     * @throws IllegalStateException if this is not a ranking
     */
    public List<Integer> ranks() {
        @Nullable List<Integer> ranks = judgement.allRanks();
        if (ranks == null) {
            throw new IllegalStateException("a " + judgement.kind().word() + " has no ranks");
        }
        return ranks;
    }
}
