package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;

/** The scaling rules of rotary positions, one method each; {@code node} is the config's {@code rope_scaling}. */
record RopeScaling(ConfigReader in, JsonNode node) {
    /** The table for a base and a rotated width. */
    Rope rope(double theta, int width) {
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
                        + String.join(", ", Rope.TYPES.stream().sorted().toList()) + ")");
        };
    }

    private String type() {
        String type = node.path("rope_type").asText(node.path("type").asText("default"));
        boolean old = type.equals("su") || (type.equals("yarn") && node.has("short_factor"));
        return old ? "longrope" : type; // as Phi-3's first files called it
    }

    /** Positions that yarn makes of the original ones (Qwen2.5's files leave it to the reader to multiply); 0: another type. */
    int yarnPositions(int stated) {
        if (!type().equals("yarn")) {
            return 0;
        }
        return (int) Math.min(Integer.MAX_VALUE, orElse("original_max_position_embeddings", stated) * number("factor"));
    }

    double number(String key, double otherwise) {
        return node.hasNonNull(key) ? number(key) : otherwise;
    }

    private double number(String key) {
        if (!node.path(key).isNumber()) {
            throw in.error("rope_scaling." + key + " is missing or not a number");
        }
        return node.path(key).asDouble();
    }

    /** Positions come {@code factor} times closer. */
    private Rope linear(double theta, int width) {
        float[] frequencies = Rope.inverse(theta, width);
        float factor = (float) number("factor");
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
        return Rope.scaled("linear", frequencies, 1);
    }

    /**
     * NTK scaling changes nothing up to {@code max_position_embeddings}. Beyond, transformers computes the frequencies from the
     * longest sequence of the batch, and keeps keys that were cached under others: a row's result would depend on its batch.
     */
    private Rope dynamic(double theta, int width) {
        number("factor");
        return new Rope("dynamic", Rope.inverse(theta, width), 1, in.integer("max_position_embeddings"), new float[0]);
    }

    /** Peng et al. 2023: fast dimensions stay, slow ones are interpolated, a ramp lies between. */
    private Rope yarn(double theta, int width) {
        double factor = number("factor");
        double original = orElse("original_max_position_embeddings", in.integer("max_position_embeddings"));
        double low = correction(orElse("beta_fast", 32), original, theta, width);
        double high = correction(orElse("beta_slow", 1), original, theta, width);
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
        return Rope.scaled("yarn", frequencies, yarnScale(factor));
    }

    /** The dimension that turns {@code rotations} times within the original length. */
    private static double correction(double rotations, double original, double theta, int width) {
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

    /** Absent, null and 0 mean the same, as in Python's {@code or}. */
    private double orElse(String key, double otherwise) {
        double value = number(key, 0);
        return value == 0 ? otherwise : value;
    }

    /** Ding et al. 2024: a factor a dimension, one list up to the original length and one beyond. */
    private Rope longrope(double theta, int width) {
        int max = in.integer("max_position_embeddings");
        int original = in.integer("original_max_position_embeddings", 0);
        double factor = original != 0 ? (double) max / original : number("factor", 1);
        int reach = original != 0 ? original : max;
        double inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(reach));
        return new Rope(
                "longrope",
                stretched("short_factor", theta, width),
                number("attention_factor", inferred),
                reach,
                stretched("long_factor", theta, width));
    }

    private float[] stretched(String key, double theta, int width) {
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

    /** Llama 3.1: long wavelengths are stretched by {@code factor}, short ones stay, those between are blended. */
    private Rope llama3(double theta, int width) {
        double factor = number("factor");
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
        return Rope.scaled("llama3", scaled, 1);
    }
}
