package dev.rlhf.label;

/** What an import did; every row and every ranking of the input is in one of the counts. */
public record ImportResult(int newTasks, int knownTasks, int newRankings, int knownRankings) {}
