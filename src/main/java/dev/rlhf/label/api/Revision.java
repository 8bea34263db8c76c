package dev.rlhf.label.api;

import dev.rlhf.label.Judgement;
import java.time.Instant;

/**
 * A stored version of a labeler's label; each edit adds one.
 *
 * @param judgement in the order shown
 * @param number from 1
 */
public record Revision(Judgement judgement, int number, Instant at) {}
