package dev.rlhf.label.agreement;

import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.List;

/** Makes one order of several labelers'. */
public enum Consensus {
    /** {@link Tideman}: keeps majorities, the largest first. */
    RANKED_PAIRS,
    /** {@link BradleyTerry}: by the most likely strengths. */
    BRADLEY_TERRY;

    /** Stands for the labeler of a common order. */
    public static final String LABELER = "consensus";

    /**
     * The common order.
     *
     * @param rankings one or more, of the same K completions
     * @return competition ranks [K]
     */
    public List<Integer> order(List<List<Integer>> rankings) {
        return switch (this) {
            case RANKED_PAIRS -> Tideman.order(rankings);
            case BRADLEY_TERRY -> BradleyTerry.order(BradleyTerry.scores(rankings));
        };
    }

    /** The task with one ranking in place of all it has; a task that nobody ranked stays as it is. */
    public RankedTask of(RankedTask task) {
        if (task.rankings().isEmpty()) {
            return task;
        }
        List<Integer> common =
                order(task.rankings().stream().map(Label::ranks).toList());
        return new RankedTask(task.id(), task.prompt(), task.completions(), List.of(Label.ranking(LABELER, common)));
    }
}
