package dev.rlhf.label.api;

import dev.rlhf.label.BatchSettings;

/**
 * How far a batch is. Gold tasks have no places, and labels of them count in {@code gold} alone.
 *
 * @param tasks that are not gold
 * @param places tasks times overlap
 * @param taken places with a ranking
 * @param claims places that are held now
 * @param skips tasks that a labeler skipped or could not judge, once for each labeler
 * @param goldTasks tasks with a known answer
 */
public record BatchStatus(
        String name, BatchSettings settings, int tasks, int places, int taken, int claims, int skips, int goldTasks) {}
