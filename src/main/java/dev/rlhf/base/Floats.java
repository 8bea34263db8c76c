package dev.rlhf.base;

/** Sums of float arrays. */
public final class Floats {
    private Floats() {}

    /** Returns the sum, computed in double precision: for example, a sequence's log-probability from its tokens'. */
    public static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
