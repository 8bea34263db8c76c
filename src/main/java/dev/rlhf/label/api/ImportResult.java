package dev.rlhf.label.api;

/** The result of an import; every task, ranking and skip of the input is in one of the counts. */
public record ImportResult(
        int newTasks, int knownTasks, int newRankings, int knownRankings, int newSkips, int knownSkips) {
    /** Returns the result of an import without skips. */
    public ImportResult(int newTasks, int knownTasks, int newRankings, int knownRankings) {
        this(newTasks, knownTasks, newRankings, knownRankings, 0, 0);
    }
}
