package dev.rlhf.rl;

/** What the score of a response becomes that ran into the length limit instead of ending itself. */
public sealed interface MissingEos {
    /** The score of one unfinished response. */
    float of(float score);

    /** Scores [B] with this applied where {@code hasEos} is false. */
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

    /** The score stands. */
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

    /** {@code missing_eos_score}: this score whatever the reward model said (Ziegler 2019; Huang 2024, detail on EOS). */
    record Replace(double score) implements MissingEos {
        @Override
        public float of(float unfinished) {
            return (float) score;
        }
    }
}
