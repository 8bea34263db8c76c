package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.checkpoint.WeightMismatch;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Named tensors of one model, under HF's names. Trainable ones are kept in fp32 whatever the compute dtype (mixed precision);
 * frozen ones are kept in the compute dtype. Closing it frees them.
 */
public final class Parameters implements AutoCloseable {
    private final Torch torch;
    private final Dtype compute;
    private final boolean trainable;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();
    private final List<NDArray> constants = new ArrayList<>();
    private final NDArray empty;

    private Parameters(Torch torch, Dtype compute, boolean trainable) {
        this.torch = torch;
        this.compute = compute;
        this.trainable = trainable;
        this.empty = constant(new float[0]);
    }

    /** New parameters, drawn from libtorch's generator seeded with {@code seed}. */
    static Parameters initialise(Torch torch, List<ParameterSpec> specs, Dtype compute, long seed) {
        Parameters all = new Parameters(torch, compute, true);
        torch.seed(seed);
        specs.forEach(all::addNew);
        return all;
    }

    /**
     * Loads the parameters a model needs and says all that is missing, mis-shaped or left over at once.
     *
     * @param canonical from a stored name to ours (old checkpoints leave out the prefix)
     * @param fresh names that may be missing and then start new, with {@code seed}: a head that is not trained yet
     * @param unused stored names (ours) that may be left over
     */
    static Parameters load(
            Torch torch,
            WeightFiles weights,
            List<ParameterSpec> specs,
            UnaryOperator<String> canonical,
            Set<String> fresh,
            java.util.function.Predicate<String> unused,
            Dtype compute,
            boolean trainable,
            long seed) {
        Map<String, String> stored = new LinkedHashMap<>();
        weights.names().forEach(name -> stored.put(canonical.apply(name), name));
        check(weights, specs, stored, fresh, unused);
        Parameters all = new Parameters(torch, compute, trainable);
        torch.seed(seed);
        for (ParameterSpec spec : specs) {
            String name = stored.get(spec.name());
            if (name == null) {
                all.addNew(spec);
            } else {
                all.add(
                        spec.name(),
                        trainable
                                ? weights.load(torch, name, Dtype.FLOAT32)
                                : weights.loadFrozen(torch, name, compute));
            }
        }
        return all;
    }

    private static void check(
            WeightFiles weights,
            List<ParameterSpec> specs,
            Map<String, String> stored,
            Set<String> fresh,
            java.util.function.Predicate<String> unused) {
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

    private void addNew(ParameterSpec spec) {
        NDArray tensor = torch.manager().zeros(new Shape(spec.shape()));
        if (spec.std() > 0) {
            torch.kernels().invoke("normal_", tensor, spec.std());
        } else if (spec.fill() != 0) {
            torch.kernels().invoke("full_", tensor, spec.fill());
        }
        if (!trainable && compute != Dtype.FLOAT32) {
            NDArray narrow = compute.cast(torch, tensor);
            tensor.close();
            tensor = narrow;
        }
        add(spec.name(), tensor);
    }

    private void add(String name, NDArray tensor) {
        if (trainable) {
            tensor.setRequiresGradient(true);
        }
        tensors.put(name, tensor);
    }

    Torch torch() {
        return torch;
    }

    /** The dtype of activations. */
    public Dtype compute() {
        return compute;
    }

    /** The dtype they are kept in. */
    public Dtype dtype() {
        return trainable ? Dtype.FLOAT32 : compute;
    }

    public boolean trainable() {
        return trainable;
    }

    public NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return tensor;
    }

    /** The parameter, or a tensor of no elements where the model has none of that name: a bias, say. */
    NDArray getOrEmpty(String name) {
        return tensors.getOrDefault(name, empty());
    }

    /** A tensor of no elements: how a kernel is told that something is not there. */
    NDArray empty() {
        return empty;
    }

    /** A tensor that is computed, not learned or stored, living as long as the parameters. */
    NDArray constant(float[] values) {
        NDArray tensor = torch.floats(values, values.length);
        constants.add(tensor);
        return tensor;
    }

    /** All of them by HF name, in HF's order: what an optimizer and a checkpoint work on. */
    public Map<String, NDArray> map() {
        return java.util.Collections.unmodifiableMap(tensors);
    }

    /** How many numbers they are. */
    public long count() {
        return tensors.values().stream().mapToLong(t -> t.getShape().size()).sum();
    }

    @Override
    public void close() {
        tensors.values().forEach(NDArray::close);
        constants.forEach(NDArray::close);
    }
}
