package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Set;

/**
 * Rotary positions (Su et al. 2021): inverse frequencies [rotated width / 2] in radians a position, and what cosines and sines
 * are multiplied by. Computed as transformers 4.57 does ({@code modeling_rope_utils}), in the same order and width.
 *
 * @param reach positions that {@code frequencies} hold for; 0: any number
 * @param beyond frequencies for longer sequences; empty: none are known
 */
record Rope(String type, float[] frequencies, double scale, int reach, float[] beyond) {
    private static final float[] NONE = {};

    /** theta^(-2i / width), no scaling. */
    static Rope plain(double theta, int width) {
        return new Rope("default", inverse(theta, width), 1, 0, NONE);
    }

    /**
     * The table that a config asks for: {@code rope_scaling}, or the newer {@code rope_parameters}.
     *
     * @param layerKind where {@code rope_parameters} has a table a kind of layer, the kind
     * @param headDim width of a head
     * @param theta the base, unless {@code rope_parameters} has it
     * @param partial fraction of a head that is rotated, unless {@code rope_parameters} has it
     */
    static Rope read(ConfigReader in, String layerKind, int headDim, double theta, double partial) {
        RopeScaling scaling = scaling(in, layerKind);
        int width = (int) (headDim * scaling.number("partial_rotary_factor", partial));
        if (width < 2 || 2 * ((width + 1) / 2) > headDim) {
            throw in.error("rotary positions cannot turn " + width + " of " + headDim + " numbers of a head");
        }
        return scaling.rope(scaling.number("rope_theta", theta), width);
    }

    private static RopeScaling scaling(ConfigReader in, String layerKind) {
        JsonNode node = in.has("rope_parameters") ? in.node("rope_parameters") : in.node("rope_scaling");
        if (node.path(layerKind).isObject()) {
            node = node.path(layerKind);
        }
        return new RopeScaling(in, node.isObject() ? node : MissingNode.getInstance());
    }

    /** {@code max_position_embeddings}, or what yarn stretches the original positions to, if that is more. */
    static int positions(ConfigReader in) {
        int stated = in.integer("max_position_embeddings");
        return Math.max(stated, scaling(in, "full_attention").yarnPositions(stated));
    }

    /** The width that is rotated. */
    int width() {
        return 2 * frequencies.length;
    }

    /** As torch does it in fp32: 1 / theta ** (float(2i) / width). */
    static float[] inverse(double theta, int width) {
        float[] frequencies = new float[(width + 1) / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / power(theta, i, width);
        }
        return frequencies;
    }

    static float power(double theta, int i, int width) {
        return (float) Math.pow((float) theta, (float) (2 * i) / width);
    }

    static Rope scaled(String type, float[] frequencies, double scale) {
        return new Rope(type, frequencies, scale, 0, NONE);
    }

    /** Types that {@link #read} knows. */
    static final Set<String> TYPES = Set.of("default", "linear", "dynamic", "yarn", "longrope", "llama3");
}
