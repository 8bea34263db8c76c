package dev.rlhf.label.api;

/** What an import did; every row, every ranking and every skip of the input is in one of the counts. */
public record ImportResult(
        int newTasks, int knownTasks, int newRankings, int knownRankings, int newSkips, int knownSkips) {
    /** Of an input without skips. */
    public ImportResult(int newTasks, int knownTasks, int newRankings, int knownRankings) {
        this(newTasks, knownTasks, newRankings, knownRankings, 0, 0);
    }
}
