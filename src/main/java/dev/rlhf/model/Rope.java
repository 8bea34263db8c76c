package dev.rlhf.model;

/**
 * The settings of rotary position embeddings (Su et al. 2021): inverse frequencies [rotated width / 2], in radians per
 * position, and a factor of cosines and sines. {@link RopeScaling} reads them from a config.
 *
 * @param type the {@code rope_type}, for error messages
 * @param scale the factor of cosines and sines
 * @param validPositions the number of positions that {@code frequencies} hold for; 0: any number
 * @param longFrequencies frequencies for longer sequences; empty: none are known
 */
record Rope(String type, float[] frequencies, double scale, int validPositions, float[] longFrequencies) {
    private static final float[] NONE = {};

    /** Returns frequencies that hold for any number of positions. */
    static Rope of(String type, float[] frequencies, double scale) {
        return new Rope(type, frequencies, scale, 0, NONE);
    }

    /** Returns the frequencies theta^(-2i / width), not scaled. */
    static Rope plain(double theta, int width) {
        return of("default", inverse(theta, width), 1);
    }

    /** Returns the inverse frequencies as torch computes them in fp32: 1 / theta ** (float(2i) / width). */
    static float[] inverse(double theta, int width) {
        float[] frequencies = new float[(width + 1) / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / power(theta, i, width);
        }
        return frequencies;
    }

    /** Returns theta ** (float(2i) / width) in fp32. */
    static float power(double theta, int i, int width) {
        return (float) Math.pow((float) theta, (float) (2 * i) / width);
    }
}
