package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Set;

/**
 * Reads a {@link Rope} from a config; each scaling rule is a method. Frequencies are computed as in transformers 4.57
 * ({@code modeling_rope_utils}), in the same order and precision.
 *
 * @param node the config's {@code rope_scaling}, or the newer {@code rope_parameters}; missing: no scaling
 */
record RopeScaling(ConfigReader in, JsonNode node) {
    private static final Set<String> TYPES = Set.of("default", "linear", "dynamic", "yarn", "longrope", "llama3");

    /** The keys that one of the rules reads, and those of other programs that do not change the positions. */
    private static final Set<String> KEYS = Set.of("""
            rope_type type rope_theta partial_rotary_factor factor original_max_position_embeddings attention_factor
            beta_fast beta_slow mscale mscale_all_dim truncate short_factor long_factor low_freq_factor
            high_freq_factor short_mscale long_mscale finetuned
            """.strip().split("\\s+"));

    /**
     * Returns the rotary position embeddings that a config describes.
     *
     * @param layerKind the kind of layer, if {@code rope_parameters} has an entry per kind
     * @param headDim width of a head
     * @param theta the base, unless {@code rope_parameters} has one
     * @param partial the fraction of a head that is rotated, unless {@code rope_parameters} has it
     */
    static Rope read(ConfigReader in, String layerKind, int headDim, double theta, double partial) {
        RopeScaling scaling = of(in, layerKind);
        int width = (int) (headDim * scaling.number("partial_rotary_factor", partial));
        if (width < 2 || 2 * ((width + 1) / 2) > headDim) {
            throw in.error("rotary positions cannot turn " + width + " of " + headDim + " numbers of a head");
        }
        return scaling.rope(scaling.positive("rope_theta", theta), width);
    }

    /**
     * Returns {@code max_position_embeddings}, or the number that yarn extends the original positions to, if that is
     * more.
     */
    static int positions(ConfigReader in) {
        int stated = in.size("max_position_embeddings");
        return Math.max(stated, of(in, "full_attention").yarnPositions(stated));
    }

    private static RopeScaling of(ConfigReader in, String layerKind) {
        String key = in.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        JsonNode node = in.node(key);
        if (in.has(key) && !node.isObject()) {
            throw in.error(key + ": " + node + " is not an object");
        }
        if (node.path(layerKind).isObject()) {
            node = node.path(layerKind);
            key += "." + layerKind;
        }
        in.nested(key, node, KEYS);
        return new RopeScaling(in, node.isObject() ? node : MissingNode.getInstance());
    }

    private Rope rope(double theta, int width) {
        String type = type();
        return switch (type) {
            case "default" -> Rope.plain(theta, width);
            case "linear" -> linear(theta, width);
            case "dynamic" -> dynamic(theta, width);
            case "yarn" -> yarn(theta, width);
            case "longrope" -> longrope(theta, width);
            case "llama3" -> llama3(theta, width);
            default ->
                throw in.error("rope_scaling type " + type + " is not supported (only "
                        + String.join(", ", TYPES.stream().sorted().toList()) + ")");
        };
    }

    private String type() {
        String type = node.path("rope_type").asText(node.path("type").asText("default"));
        boolean old = type.equals("su") || (type.equals("yarn") && node.has("short_factor"));
        return old ? "longrope" : type; // names in early files of Phi-3
    }

    /**
     * Returns the positions that yarn extends the original ones to (Qwen2.5's files leave the multiplication to the
     * reader); 0 for other types.
     */
    private int yarnPositions(int stated) {
        if (!type().equals("yarn")) {
            return 0;
        }
        return (int) Math.min(Integer.MAX_VALUE, orElse("original_max_position_embeddings", stated) * factor());
    }

    private double number(String key, double defaultValue) {
        return node.hasNonNull(key) ? number(key) : defaultValue;
    }

    private double positive(String key, double defaultValue) {
        double value = number(key, defaultValue);
        if (!(value > 0)) {
            throw in.error("rope_scaling." + key + ": " + node.path(key) + " is out of bounds; must be above 0");
        }
        return value;
    }

    /** Returns {@code factor}, by which positions are scaled. */
    private double factor() {
        number("factor");
        return positive("factor", 1);
    }

    private double number(String key) {
        if (!node.path(key).isNumber()) {
            throw in.error("rope_scaling." + key + " is missing or not a number");
        }
        return node.path(key).asDouble();
    }

    /** Divides all frequencies by {@code factor}, so that positions move closer together. */
    private Rope linear(double theta, int width) {
        float[] frequencies = Rope.inverse(theta, width);
        float factor = (float) factor();
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
        return Rope.of("linear", frequencies, 1);
    }

    /**
     * Dynamic NTK scaling changes nothing up to {@code max_position_embeddings}. For longer sequences transformers
     * computes the frequencies from the longest sequence of the batch, and keeps keys that were cached with other
     * frequencies, so a row's result would depend on its batch: such sequences are refused.
     */
    private Rope dynamic(double theta, int width) {
        factor();
        return new Rope("dynamic", Rope.inverse(theta, width), 1, in.size("max_position_embeddings"), new float[0]);
    }

    /** YaRN (Peng et al. 2023): high frequencies stay, low ones are interpolated, with a linear ramp between them. */
    private Rope yarn(double theta, int width) {
        double factor = factor();
        double original = orElse("original_max_position_embeddings", in.size("max_position_embeddings"));
        double low = correctionDim(orElse("beta_fast", 32), original, theta, width);
        double high = correctionDim(orElse("beta_slow", 1), original, theta, width);
        if (node.path("truncate").asBoolean(true)) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, width - 1);
        if (low == high) {
            high += 0.001;
        }
        float[] frequencies = new float[(width + 1) / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float power = Rope.power(theta, i, width);
            float ramp = Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
            float stay = 1 - ramp;
            frequencies[i] = 1 / ((float) factor * power) * (1 - stay) + 1 / power * stay;
        }
        return Rope.of("yarn", frequencies, yarnScale(factor));
    }

    /** Returns the dimension that rotates {@code rotations} times within the original length. */
    private static double correctionDim(double rotations, double original, double theta, int width) {
        return width * Math.log(original / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    private double yarnScale(double factor) {
        double all = number("mscale_all_dim", 0);
        double some = number("mscale", 0);
        double inferred = some != 0 && all != 0 ? mscale(factor, some) / mscale(factor, all) : mscale(factor, 1);
        return number("attention_factor", inferred);
    }

    private static double mscale(double factor, double weight) {
        return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    /** Returns a number, or {@code defaultValue} if it is absent, null or 0, as with Python's {@code or}. */
    private double orElse(String key, double defaultValue) {
        double value = number(key, 0);
        return value == 0 ? defaultValue : value;
    }

    /**
     * LongRoPE (Ding et al. 2024): a factor per dimension, with one list for sequences up to the original length and
     * another for longer ones.
     */
    private Rope longrope(double theta, int width) {
        int max = in.size("max_position_embeddings");
        String key = "original_max_position_embeddings"; // in Phi-3's config; transformers 5 also has it here
        int original = in.has(key) ? in.integer(key) : (int) number(key, 0);
        double factor = original != 0 ? (double) max / original : number("factor", 1);
        int validPositions = original != 0 ? original : max;
        double inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(validPositions));
        return new Rope(
                "longrope",
                scaledBy("short_factor", theta, width),
                number("attention_factor", inferred),
                validPositions,
                scaledBy("long_factor", theta, width));
    }

    private float[] scaledBy(String key, double theta, int width) {
        JsonNode factors = node.path(key);
        float[] frequencies = new float[(width + 1) / 2];
        if (!factors.isArray() || factors.size() != frequencies.length) {
            throw in.error("rope_scaling." + key + " is not a list of " + frequencies.length + " numbers");
        }
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / ((float) factors.path(i).asDouble() * Rope.power(theta, i, width));
        }
        return frequencies;
    }

    /**
     * Llama 3.1: long wavelengths are multiplied by {@code factor}, short ones stay, and those in between are blended.
     */
    private Rope llama3(double theta, int width) {
        double factor = factor();
        double low = number("low_freq_factor");
        double high = number("high_freq_factor");
        double original = number("original_max_position_embeddings");
        float[] plain = Rope.inverse(theta, width);
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
        return Rope.of("llama3", scaled, 1);
    }
}
