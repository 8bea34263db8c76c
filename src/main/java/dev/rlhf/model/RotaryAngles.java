package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;

/** Inverse frequencies of rotary positions (Su et al. 2021), [head_dim / 2], radians a position. */
final class RotaryAngles {
    private RotaryAngles() {}

    /** theta^(-2i / dim). */
    static float[] inverseFrequencies(double theta, int dim) {
        float[] frequencies = new float[dim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1f / (float) Math.pow(theta, 2.0 * i / dim);
        }
        return frequencies;
    }

    /**
     * Llama 3.1's scaling: long wavelengths are stretched by {@code factor}, short ones stay, those between are blended
     * (transformers {@code _compute_llama3_parameters}).
     */
    static float[] llama3(float[] plain, JsonNode scaling) {
        double factor = scaling.path("factor").asDouble(8);
        double low = scaling.path("low_freq_factor").asDouble(1);
        double high = scaling.path("high_freq_factor").asDouble(4);
        double original = scaling.path("original_max_position_embeddings").asDouble(8192);
        float[] scaled = new float[plain.length];
        for (int i = 0; i < plain.length; i++) {
            double wavelength = 2 * Math.PI / plain[i];
            double blend = (original / wavelength - low) / (high - low);
            if (wavelength > original / low) {
                scaled[i] = (float) (plain[i] / factor);
            } else if (wavelength < original / high) {
                scaled[i] = plain[i];
            } else {
                scaled[i] = (float) ((1 - blend) * plain[i] / factor + blend * plain[i]);
            }
        }
        return scaled;
    }
}
