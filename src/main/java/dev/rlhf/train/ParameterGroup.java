package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that are updated alike.
 *
 * @param parameters by name, in a fixed order; each with gradients required
 * @param weightDecay λ of AdamW
 * @param lrFactor what the step's learning rate is multiplied by
 */
public record ParameterGroup(Map<String, NDArray> parameters, double weightDecay, double lrFactor) {
    public ParameterGroup {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * The usual two groups: matrices decay; norm weights and biases do not. The sign is the number of axes, at least 2 against
     * 1. For the model families here this gives the groups of Hugging Face's Trainer, which tells them by name; embeddings and
     * heads decay in both.
     */
    public static List<ParameterGroup> of(Map<String, NDArray> parameters, double weightDecay) {
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> vectors = new LinkedHashMap<>();
        parameters.forEach(
                (name, tensor) -> (tensor.getShape().dimension() >= 2 ? matrices : vectors).put(name, tensor));
        return List.of(new ParameterGroup(matrices, weightDecay, 1), new ParameterGroup(vectors, 0, 1));
    }
}
