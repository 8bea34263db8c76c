package dev.rlhf.label.api;

import dev.rlhf.label.Judgement;
import java.time.Instant;

/**
 * One label of a task as it is kept; an edit is the next one.
 *
 * @param judgement in the order shown
 * @param number from 1
 */
public record Revision(Judgement judgement, int number, Instant at) {}
