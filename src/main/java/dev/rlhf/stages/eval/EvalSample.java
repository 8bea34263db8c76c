package dev.rlhf.stages.eval;

import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.Completion;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.RewardScorer;

/**
 * A completion that one of the compared models sampled.
 *
 * @param row the prompt
 * @param promptIds what the model was given
 * @param text what counts as its answer
 */
record EvalSample(PromptRow row, int[] promptIds, Completion completion, String text) {
    /** Its log-probability as the model sampled it, nats. */
    double logprob() {
        double sum = 0;
        for (float logprob : completion.logprobs()) {
            sum += logprob;
        }
        return sum;
    }

    LogProbScorer.Sequence sequence() {
        return LogProbScorer.Sequence.of(promptIds, completion.ids());
    }

    RewardScorer.Scored scored() {
        return new RewardScorer.Scored(row.chat(), text, completion.stopped());
    }
}
