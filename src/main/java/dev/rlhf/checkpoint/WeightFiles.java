package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All weight files of a checkpoint as one set of named tensors. */
public final class WeightFiles implements AutoCloseable {
    private final Path folder;
    private final List<Safetensors> files = new ArrayList<>();
    private final Map<String, Safetensors> owner = new LinkedHashMap<>();

    private WeightFiles(Path folder) {
        this.folder = folder;
    }

    static WeightFiles open(Path folder, Set<String> names) {
        WeightFiles weights = new WeightFiles(folder);
        try {
            for (String name : names) {
                if (!Files.isRegularFile(folder.resolve(name))) {
                    throw InputException.at(folder.resolve(name), "shard is missing; fetch the checkpoint again");
                }
                Safetensors file = Safetensors.open(folder.resolve(name));
                weights.files.add(file);
                file.tensors().keySet().forEach(tensor -> weights.owner.put(tensor, file));
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
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

    public NDArray load(Torch torch, String name, Dtype dtype) {
        return file(name).load(torch, name, dtype);
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
