package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.IntPredicate;

/** Reads the sliding window of every layer. */
final class SlidingWindows {
    private SlidingWindows() {}

    /**
     * Returns a window per layer, 0 for layers without one.
     * @param slidesByDefault whether a layer has a window if the file has no {@code layer_types}
     * @param window {@code sliding_window}, or 0
     */
    static int[] read(ConfigReader in, int layers, IntPredicate slidesByDefault, int window) {
        int[] windows = new int[layers];
        JsonNode types = in.node("layer_types");
        if (in.has("layer_types") && types.size() != layers) {
            throw in.error("layer_types has " + types.size() + " entries for " + layers + " layers");
        }
        for (int i = 0; i < layers; i++) {
            String type = !in.has("layer_types")
                    ? (slidesByDefault.test(i) ? "sliding_attention" : "full_attention")
                    : types.path(i).asText();
            windows[i] = switch (type) {
                case "full_attention" -> 0;
                case "sliding_attention" -> window;
                default -> throw in.error("layer_types: " + type + " is not supported");
            };
            if (type.equals("sliding_attention") && window < 1) {
                throw in.error("layer_types has sliding_attention, but there is no sliding_window");
            }
        }
        return windows;
    }
}
