package dev.rlhf.base;

/** Sums of float arrays. */
public final class Floats {
    private Floats() {}

    /** Returns the sum, added up in double precision, such as the log-probability of a sequence from its tokens'. */
    public static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
