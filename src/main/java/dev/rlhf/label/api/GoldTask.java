package dev.rlhf.label.api;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import java.util.List;

/**
 * A task with known ranks, and how labelers ranked it.
 *
 * @param known the correct ranks of the completions
 */
public record GoldTask(
        String batch, String id, Prompt prompt, List<Completion> completions, List<Integer> known, GoldScore score) {}
