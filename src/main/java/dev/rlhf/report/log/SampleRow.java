package dev.rlhf.report.log;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One completion people may read, a line of samples/step-000120.jsonl.
 *
 * @param prompt what the model was given
 * @param completion what it wrote
 * @param score of the reward model; null where nothing scored it (a score that is not finite becomes null)
 * @param kl sum over the response of log-prob minus reference log-prob, in nats; null where there is no reference
 * @param length response tokens, the end-of-text token included
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

    /** A completion that nothing scored. */
    public static SampleRow of(String prompt, String completion, int length) {
        return new SampleRow(prompt, completion, null, null, length);
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }
}
