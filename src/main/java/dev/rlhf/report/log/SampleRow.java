package dev.rlhf.report.log;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A sampled completion: a line of samples/step-000120.jsonl.
 *
 * @param prompt the prompt
 * @param completion the model's completion
 * @param score the reward model's score; null if it was not scored or the score is not finite
 * @param kl the sum of log-prob minus reference log-prob over the response's tokens, in nats; null without a reference
 * @param length the number of response tokens, including the end-of-text token
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SampleRow(
        String prompt,
        String completion,
        @Nullable Double score,
        @Nullable Double kl,
        int length) {
    public SampleRow {
        score = finite(score);
        kl = finite(kl);
    }

    /** Returns a completion without score and KL. */
    public static SampleRow of(String prompt, String completion, int length) {
        return new SampleRow(prompt, completion, null, null, length);
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }
}
