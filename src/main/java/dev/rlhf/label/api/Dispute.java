package dev.rlhf.label.api;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.agreement.PairwiseAgreement;
import java.util.List;
import java.util.Map;

/**
 * A task that labelers see differently.
 *
 * @param ranks labeler to ranks in the order of {@code completions}, by name
 * @param common order of all of them (ranked pairs)
 * @param pairs how often two labelers order two completions alike
 */
public record Dispute(
        String batch,
        String id,
        Prompt prompt,
        List<Completion> completions,
        Map<String, List<Integer>> ranks,
        List<Integer> common,
        PairwiseAgreement pairs) {}
