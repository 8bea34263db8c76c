package dev.rlhf.stages.eval;

import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.RewardScorer;

/**
 * A completion sampled by one of the compared models.
 *
 * @param row prompt
 * @param promptIds prompt tokens that the model was given
 * @param text the part of the completion that counts as the answer
 */
record EvalSample(PromptRow row, int[] promptIds, GeneratedCompletion completion, String text) {
    LogProbScorer.Sequence sequence() {
        return LogProbScorer.Sequence.of(promptIds, completion.ids());
    }

    RewardScorer.Scored scored() {
        return new RewardScorer.Scored(row.chat(), text, completion.stopped());
    }
}
