package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.HostMemory;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The tensors of one dtype in a weight file, as views of the mapped file. All views are made with one kernel call: one
 * call per tensor would take longer than the rest of opening a model.
 */
final class MappedTensors implements AutoCloseable {
    private final Torch torch;
    private final long dataStart;
    private final NDArray whole;
    private final Map<String, NDArray> views = new HashMap<>();

    /**
     * Maps the file.
     *
     * @param dataStart the byte of the file that tensors' offsets are relative to
     * @param tensors aligned and non-empty, of type {@code dtype}
     */
    MappedTensors(Torch torch, Path file, long dataStart, Dtype dtype, List<TensorInfo> tensors) {
        this.torch = torch;
        this.dataStart = dataStart;
        this.whole = HostMemory.mapFile(torch, file, dtype);
        NDList parts = parts(tensors);
        for (int i = 0; i < tensors.size(); i++) {
            NDScope.unregister(parts.get(i)); // owned here until it is taken
            views.put(tensors.get(i).name(), parts.get(i));
        }
    }

    /** Returns the tensor, which keeps the mapping alive, and passes ownership to the caller or its {@link NDScope}. */
    NDArray take(TensorInfo tensor) {
        NDArray view = views.remove(tensor.name());
        if (view == null) { // taken before
            return parts(List.of(tensor)).getFirst();
        }
        NDScope.register(view);
        return view;
    }

    private NDList parts(List<TensorInfo> tensors) {
        long[] layout = tensors.stream().flatMapToLong(this::layout).toArray();
        return torch.kernels().callAll("views", whole, layout);
    }

    /** Describes a tensor for the kernel {@code views}. */
    private LongStream layout(TensorInfo tensor) {
        long bytes = tensor.dtype().bytes();
        return LongStream.concat(
                LongStream.of((dataStart + tensor.begin()) / bytes, tensor.length() / bytes, tensor.shape().length),
                Arrays.stream(tensor.shape()));
    }

    @Override
    public void close() {
        views.values().forEach(NDArray::close);
        whole.close();
    }
}
