package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters with the same update rule.
 *
 * @param parameters by name, in a fixed order; each with gradients required
 * @param weightDecay λ of AdamW
 * @param lrFactor factor of the step's learning rate
 */
public record ParameterGroup(Map<String, NDArray> parameters, double weightDecay, double lrFactor) {
    public ParameterGroup {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Returns the usual two groups: matrices, which decay, and norm weights and biases, which do not. Parameters with
     * two or more axes are matrices. For the supported model families these are the groups of Hugging Face's Trainer,
     * which uses names; embeddings and heads decay in both.
     */
    public static List<ParameterGroup> of(Map<String, NDArray> parameters, double weightDecay) {
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> vectors = new LinkedHashMap<>();
        parameters.forEach(
                (name, tensor) -> (tensor.getShape().dimension() >= 2 ? matrices : vectors).put(name, tensor));
        return List.of(new ParameterGroup(matrices, weightDecay, 1), new ParameterGroup(vectors, 0, 1));
    }
}
