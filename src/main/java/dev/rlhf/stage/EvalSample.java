package dev.rlhf.stage;

import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.Completion;

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

    Scorer.Sequence sequence() {
        return Scorer.Sequence.of(promptIds, completion.ids());
    }

    OpenReward.Scored scored() {
        return new OpenReward.Scored(row.chat(), text, completion.stopped());
    }
}
