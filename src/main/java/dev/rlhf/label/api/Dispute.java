package dev.rlhf.label.api;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.agreement.PairwiseAgreement;
import java.util.List;
import java.util.Map;

/**
 * A task on which labelers disagree.
 *
 * @param task id in the store
 * @param id id in its batch
 * @param ranks ranks by labeler, in the order of {@code completions}; sorted by name
 * @param common the common order of all labelers (ranked pairs)
 * @param pairs how often two labelers order two completions the same way
 */
public record Dispute(
        long task,
        String batch,
        String id,
        Prompt prompt,
        List<Completion> completions,
        Map<String, List<Integer>> ranks,
        List<Integer> common,
        PairwiseAgreement pairs) {}
