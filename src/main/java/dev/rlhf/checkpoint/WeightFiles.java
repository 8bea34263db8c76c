package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The weight files of a checkpoint as one set of named tensors. Closed by its creator. */
public final class WeightFiles implements AutoCloseable {
    private final Path folder;
    private final List<Safetensors> files = new ArrayList<>();
    private final Map<String, Safetensors> owner = new LinkedHashMap<>();

    private WeightFiles(Path folder) {
        this.folder = folder;
    }

    /** Opens the single file of a checkpoint that is not sharded. */
    static WeightFiles single(Path folder, String name) {
        WeightFiles weights = new WeightFiles(folder);
        weights.add(name).tensors().keySet().forEach(tensor -> weights.owner.put(tensor, weights.files.getLast()));
        return weights;
    }

    /**
     * Opens all shards that an index lists; each must exist and hold the tensors that the index assigns to it.
     * @throws InputException that names every missing shard, or every tensor that is not in its shard
     */
    static WeightFiles sharded(Path folder, ShardIndex index) {
        WeightFiles weights = new WeightFiles(folder);
        try {
            index.refuseMissingShards(folder);
            List<String> absent = new ArrayList<>();
            index.tensorsByShard().forEach((shard, tensors) -> {
                Safetensors file = weights.add(shard);
                file.tensors().keySet().forEach(tensor -> weights.owner.put(tensor, file));
                tensors.stream()
                        .filter(tensor -> !file.tensors().containsKey(tensor))
                        .forEach(tensor -> absent.add(tensor + " in " + shard));
            });
            index.refuseAbsentTensors(absent);
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private Safetensors add(String name) {
        Safetensors file = Safetensors.open(folder.resolve(name));
        files.add(file);
        return file;
    }

    public Path folder() {
        return folder;
    }

    public Set<String> names() {
        return owner.keySet();
    }

    public boolean has(String name) {
        return owner.containsKey(name);
    }

    public TensorInfo info(String name) {
        return file(name).info(name);
    }

    /** See {@link Safetensors#load}. */
    public NDArray load(Torch torch, String name, Dtype dtype) {
        return file(name).load(torch, name, dtype);
    }

    /** See {@link Safetensors#loadFrozen}. */
    public NDArray loadFrozen(Torch torch, String name, Dtype dtype) {
        return file(name).loadFrozen(torch, name, dtype);
    }

    /** Returns whether some loaded tensors are views of mapped files. */
    public boolean mapped() {
        return files.stream().anyMatch(Safetensors::mapped);
    }

    private Safetensors file(String name) {
        Safetensors file = owner.get(name);
        if (file == null) {
            throw InputException.at(folder, "no tensor " + name);
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }
}
