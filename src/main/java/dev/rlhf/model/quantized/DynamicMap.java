package dev.rlhf.model.quantized;

import java.util.Arrays;

/**
 * The code book of bitsandbytes' dynamic 8-bit quantisation: 256 numbers with a largest absolute value of 1, close
 * together near 0 (Dettmers 2016).
 */
public final class DynamicMap {
    /** The number of entries. */
    public static final int SIZE = 256;

    private static final int EXPONENTS = 7;

    private DynamicMap() {}

    /**
     * Returns the map for signed values, in ascending order: for each exponent e from 0 to 6, ±10^(e - 6) times the
     * centres of 2^e equal parts of [0.1, 1]; and 0 and 1.
     */
    public static float[] signed() {
        float[] map = new float[SIZE];
        int n = 0;
        for (int e = 0; e < EXPONENTS; e++) {
            for (float value : centres(e, 1 << e)) {
                map[n++] = value;
                map[n++] = -value;
            }
        }
        return withZeroAndOne(map, n);
    }

    /** Returns the map for non-negative values, with twice as many parts for each exponent. */
    public static float[] unsigned() {
        float[] map = new float[SIZE];
        int n = 0;
        for (int e = 0; e < EXPONENTS; e++) {
            for (float value : centres(e, 2 << e)) {
                map[n++] = value;
            }
        }
        return withZeroAndOne(map, n);
    }

    private static float[] centres(int exponent, int parts) {
        float[] centres = new float[parts];
        for (int i = 0; i < parts; i++) {
            double centre = 0.1 + 0.9 * (i + 0.5) / parts;
            centres[i] = (float) (Math.pow(10, exponent - (EXPONENTS - 1)) * centre);
        }
        return centres;
    }

    private static float[] withZeroAndOne(float[] map, int n) {
        map[n] = 0;
        map[n + 1] = 1;
        Arrays.sort(map);
        return map;
    }
}
