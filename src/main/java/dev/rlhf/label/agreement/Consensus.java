package dev.rlhf.label.agreement;

import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.List;

/** Combines the rankings of several labelers into one. */
public enum Consensus {
    /** {@link Tideman}: ranked pairs. */
    RANKED_PAIRS,
    /** {@link BradleyTerry}: maximum-likelihood scores. */
    BRADLEY_TERRY;

    /** The labeler name of the common order. */
    public static final String LABELER = "consensus";

    /**
     * Returns the common order.
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

    /**
     * Returns the task with one ranking: an admin's order if there is one, otherwise the common order. A task without
     * rankings is returned unchanged.
     */
    public RankedTask of(RankedTask task) {
        List<Label> rankings = task.decisiveRankings();
        if (rankings.isEmpty()) {
            return task;
        }
        List<Integer> common = order(rankings.stream().map(Label::ranks).toList());
        return new RankedTask(task.id(), task.prompt(), task.completions(), List.of(Label.ranking(LABELER, common)));
    }
}
