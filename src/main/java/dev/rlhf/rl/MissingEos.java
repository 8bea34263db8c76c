package dev.rlhf.rl;

/** The rule for the score of a response that was cut off at the length limit. */
public sealed interface MissingEos {
    /** Returns the score of one unfinished response. */
    float of(float score);

    /** Returns scores [B] with the rule applied where {@code hasEos} is false. */
    default float[] apply(float[] scores, boolean[] hasEos) {
        if (scores.length != hasEos.length) {
            throw new IllegalArgumentException(scores.length + " scores but " + hasEos.length + " end flags");
        }
        float[] result = scores.clone();
        for (int b = 0; b < result.length; b++) {
            if (!hasEos[b]) {
                result[b] = of(result[b]);
            }
        }
        return result;
    }

    /** Leaves the score unchanged. */
    record Keep() implements MissingEos {
        @Override
        public float of(float score) {
            return score;
        }
    }

    /** {@code missing_eos_penalty}: score - penalty (TRL). */
    record Subtract(double penalty) implements MissingEos {
        @Override
        public float of(float score) {
            return (float) (score - penalty);
        }
    }

    /**
     * {@code missing_eos_score}: a fixed score instead of the reward model's (Ziegler 2019; Huang 2024, detail on EOS).
     */
    record Replace(double score) implements MissingEos {
        @Override
        public float of(float unfinished) {
            return (float) score;
        }
    }
}
