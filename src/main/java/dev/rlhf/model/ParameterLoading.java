package dev.rlhf.model;

import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.checkpoint.WeightMismatch;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Loads {@link Parameters} from weight files. */
final class ParameterLoading {
    private ParameterLoading() {}

    /**
     * Loads the parameters of a model.
     *
     * @param canonical turns a stored name into ours (old checkpoints leave out the prefix)
     * @param fresh names that may be missing and are then initialised with {@code seed}: a head that is not trained yet
     * @param unused selects stored names (ours) that may be left over
     * @throws dev.rlhf.base.InputException naming all tensors that are missing, mis-shaped or left over
     */
    static Parameters load(
            Torch torch,
            WeightFiles weights,
            List<ParameterSpec> specs,
            UnaryOperator<String> canonical,
            Set<String> fresh,
            Predicate<String> unused,
            LoadOptions options,
            long seed) {
        Map<String, String> stored = new LinkedHashMap<>();
        weights.names().forEach(name -> stored.put(canonical.apply(name), name));
        check(weights, specs, stored, fresh, unused);
        Parameters all = new Parameters(torch, options);
        torch.seed(seed);
        for (ParameterSpec spec : specs) {
            String name = stored.get(spec.name());
            if (name == null) {
                all.addNew(spec);
            } else {
                all.add(spec.name(), options.load(torch, weights, name, spec.name()));
            }
        }
        if (weights.mapped()) {
            all.setMapped();
        }
        return all;
    }

    private static void check(
            WeightFiles weights,
            List<ParameterSpec> specs,
            Map<String, String> stored,
            Set<String> fresh,
            Predicate<String> unused) {
        WeightMismatch problems = new WeightMismatch();
        Set<String> left = new HashSet<>(stored.keySet());
        for (ParameterSpec spec : specs) {
            String name = stored.get(spec.name());
            left.remove(spec.name());
            if (name == null) {
                if (!fresh.contains(spec.name())) {
                    problems.missing(spec.name());
                }
            } else if (!Arrays.equals(weights.info(name).shape(), spec.shape())) {
                problems.misshaped(name, weights.info(name).shape(), spec.shape());
            }
        }
        left.removeIf(unused);
        left.stream().sorted().forEach(problems::unexpected);
        problems.throwIfAny(weights.folder());
    }
}
