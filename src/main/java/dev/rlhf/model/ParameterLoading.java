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

/** From weight files to {@link Parameters}. */
final class ParameterLoading {
    private ParameterLoading() {}

    /**
     * Loads the parameters a model needs and says all that is missing, mis-shaped or left over at once.
     *
     * @param canonical from a stored name to ours (old checkpoints leave out the prefix)
     * @param fresh names that may be missing and then start new, with {@code seed}: a head that is not trained yet
     * @param unused stored names (ours) that may be left over
     * @param how what is trained, and in which dtype the rest is held
     */
    static Parameters load(
            Torch torch,
            WeightFiles weights,
            List<ParameterSpec> specs,
            UnaryOperator<String> canonical,
            Set<String> fresh,
            Predicate<String> unused,
            LoadOptions how,
            long seed) {
        Map<String, String> stored = new LinkedHashMap<>();
        weights.names().forEach(name -> stored.put(canonical.apply(name), name));
        check(weights, specs, stored, fresh, unused);
        Parameters all = new Parameters(torch, how);
        torch.seed(seed);
        for (ParameterSpec spec : specs) {
            String name = stored.get(spec.name());
            if (name == null) {
                all.addNew(spec);
            } else {
                all.add(spec.name(), how.load(torch, weights, name, spec.name()));
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
