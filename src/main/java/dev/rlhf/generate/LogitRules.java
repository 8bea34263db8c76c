package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import java.util.List;

/**
 * What is done to a model's logits before temperature and truncation, by what a row holds so far; also where the most
 * likely token is taken. In this order:
 *
 * <ol>
 *   <li>repetition penalty r (Keskar et al. 2019): the logit of each token of prompt and completion is divided by r if
 *       positive, else multiplied
 *   <li>presence and frequency penalty (OpenAI): minus {@code presence} if the completion holds the token, minus
 *       {@code frequency} times how often it does
 *   <li>bad words: a token that would complete one cannot be drawn
 *   <li>minimum length: no stop token before {@code minNewTokens} others
 * </ol>
 *
 * <p>As transformers' logits processors are, which have no presence and frequency penalties.
 *
 * @param repetitionPenalty 1: off
 * @param presencePenalty 0: off
 * @param frequencyPenalty 0: off
 * @param badWords sequences of token ids that must not come about; one that is a single stop token is left out, as in
 *     transformers
 * @param minNewTokens 0: off
 */
public record LogitRules(
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        List<List<Integer>> badWords,
        int minNewTokens) {
    /** None of them. */
    public static final LogitRules NONE = new LogitRules(1, 0, 0, List.of(), 0);

    public LogitRules {
        if (!(repetitionPenalty > 0) || minNewTokens < 0) {
            throw new InputException("sampling: repetition_penalty > 0 and min_new_tokens >= 0 are needed");
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
