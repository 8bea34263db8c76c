package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.checkpoint.WeightMismatch;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.tensor.CloseOnFailure;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Loads {@link Parameters} from weight files. */
final class ParameterLoading {
    private ParameterLoading() {}

    /**
     * Loads the parameters of a model.
     *
     * @param seed for parameters that are missing and allowed to be
     * @throws dev.rlhf.base.InputException naming all tensors that are missing, mis-shaped or left over
     */
    static ParametersBuilder load(
            Torch torch, WeightFiles weights, RequiredParameters needed, LoadOptions options, long seed) {
        ModelConfig config = needed.config();
        Map<String, String> stored = new LinkedHashMap<>();
        weights.names().forEach(name -> stored.put(config.canonical(name), name));
        check(weights, stored, needed);
        Set<String> quantized = quantized(config, options);
        torch.seed(seed);
        try (CloseOnFailure made = new CloseOnFailure()) {
            ParametersBuilder all = made.add(new ParametersBuilder(torch, options), ParametersBuilder::close);
            for (ParameterSpec spec : needed.specs()) {
                String name = stored.get(spec.name());
                if (name == null) {
                    all.addNew(spec);
                } else if (quantized.contains(spec.name())) {
                    try (NDArray wide = weights.load(torch, name, Dtype.FLOAT32)) {
                        all.addQuantized(
                                spec.name(),
                                QuantizedWeight.of(torch, options.linear(), wide, config.storesTransposed(), name));
                    }
                } else {
                    all.add(spec.name(), options.load(torch, weights, name, spec.name()));
                }
            }
            if (weights.mapped()) {
                all.setMapped();
            }
            return made.complete(all);
        }
    }

    /** Returns the names of the parameters to quantise. */
    private static Set<String> quantized(ModelConfig config, LoadOptions options) {
        return options.linear() == Quantization.NONE
                ? Set.of()
                : config.linearModules().stream()
                        .map(module -> module.name() + ".weight")
                        .filter(options.trainable().negate())
                        .collect(Collectors.toSet());
    }

    private static void check(WeightFiles weights, Map<String, String> stored, RequiredParameters needed) {
        WeightMismatch problems = new WeightMismatch();
        Set<String> left = new HashSet<>(stored.keySet());
        for (ParameterSpec spec : needed.specs()) {
            String name = stored.get(spec.name());
            left.remove(spec.name());
            if (name == null) {
                if (!needed.fresh().contains(spec.name())) {
                    problems.missing(spec.name());
                }
            } else if (!Arrays.equals(weights.info(name).shape(), spec.shape())) {
                problems.misshaped(name, weights.info(name).shape(), spec.shape());
            }
        }
        left.removeIf(needed.unused());
        left.stream().sorted().forEach(problems::unexpected);
        problems.throwIfAny(weights.folder());
    }
}
