package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import java.util.List;

/**
 * Changes to a row's logits that depend on its tokens so far, applied before temperature, truncation and greedy choice,
 * in this order:
 *
 * <ol>
 *   <li>repetition penalty r (Keskar et al. 2019): the logit of each token of prompt and completion is divided by r if
 *       positive, else multiplied by r
 *   <li>presence and frequency penalty (OpenAI): minus {@code presence} if the completion contains the token,
 *       minus {@code frequency} times its count
 *   <li>bad words: a token that would complete one is never drawn
 *   <li>minimum length: no stop token before {@code minNewTokens} other tokens
 * </ol>
 *
 * <p>Results equal those of transformers' logits processors, which have no presence and frequency penalties.
 *
 * @param repetitionPenalty 1: off
 * @param presencePenalty 0: off
 * @param frequencyPenalty 0: off
 * @param badWords forbidden sequences of token ids; one that is a single stop token is ignored, as in transformers
 * @param minNewTokens 0: off
 */
public record LogitRules(
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        List<List<Integer>> badWords,
        int minNewTokens) {
    /** No rules. */
    public static final LogitRules NONE = new LogitRules(1, 0, 0, List.of(), 0);

    public LogitRules {
        if (!(repetitionPenalty > 0) || minNewTokens < 0) {
            throw new InputException("sampling: repetition_penalty must be > 0 and min_new_tokens >= 0");
        }
        if (badWords.stream().anyMatch(List::isEmpty)) {
            throw new InputException("sampling: one of the bad words has no tokens");
        }
        badWords = badWords.stream().map(List::copyOf).toList();
    }

    boolean penalises() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }
}
