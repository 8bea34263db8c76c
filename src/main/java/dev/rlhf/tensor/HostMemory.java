package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.LibUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Makes tensors over memory that Java holds, and views of a tensor's memory for Java, through libtorch's C ABI. Weights
 * larger than 2 GiB are read and written this way, without a copy on the heap.
 */
public final class HostMemory {
    private static final int CPU = 0;
    private static final int STRIDED = 0;

    private HostMemory() {}

    /**
     * The native functions, bound at first use, because binding takes as long as mapping a model, which needs none of
     * them.
     */
    private static final class Abi {
        static final Linker LINKER = Linker.nativeLinker();
        static final SymbolLookup LIBTORCH = SymbolLookup.libraryLookup(
                Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu")), Arena.global());
        static final MethodHandle DATA_PTR = LINKER.downcallHandle(
                LIBTORCH.findOrThrow("aoti_torch_get_data_ptr"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
        static final MethodHandle FROM_BLOB = LINKER.downcallHandle(
                LIBTORCH.findOrThrow("aoti_torch_create_tensor_from_blob_v2"),
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                        ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    /**
     * Returns a CPU tensor over {@code memory}, without a copy. The memory must outlive the tensor. If the memory is
     * read-only (a mapped file), nothing may write to the tensor; libtorch does not check it.
     *
     * @param memory exactly the elements, row-major, native byte order
     */
    public static NDArray wrap(Torch torch, MemorySegment memory, Dtype dtype, long... shape) {
        long[] strides = new long[shape.length];
        long size = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = size;
            size *= shape[i];
        }
        if (size * dtype.bytes() != memory.byteSize()) {
            throw new IllegalArgumentException(
                    memory.byteSize() + " bytes cannot be " + size + " elements of " + dtype.safetensors());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            MemorySegment sizes = arena.allocateFrom(JAVA_LONG, shape);
            MemorySegment steps = arena.allocateFrom(JAVA_LONG, strides);
            int code = NativeCall.run(() -> (int) Abi.FROM_BLOB.invokeExact(
                    memory,
                    (long) shape.length,
                    sizes,
                    steps,
                    0L,
                    dtype.scalarType(),
                    CPU,
                    -1,
                    result,
                    STRIDED,
                    MemorySegment.NULL,
                    0L));
            check(code);
            NDManager manager = torch.manager();
            return new PtNDArray((PtNDManager) manager, result.get(ADDRESS, 0).address());
        }
    }

    /**
     * Maps a file, from its first byte, as a CPU tensor [N] of one type, without reading it; views of the tensor keep
     * the mapping alive. Writing to the tensor would change this process's copy of a page and never the file. The
     * tensor belongs to no {@link Scope}; the caller closes it.
     */
    public static NDArray mapFile(Torch torch, Path file, Dtype dtype) {
        long size = file.toFile().length() / dtype.bytes();
        NDArray numbers = torch.kernels().call("map_file", file.toString(), size, dtype.scalarType());
        NDScope.unregister(numbers);
        return numbers;
    }

    /**
     * Returns the bytes of a contiguous CPU tensor in place; valid while the tensor is open.
     *
     * @param dtype the tensor's element type (DJL has no name for bfloat16)
     */
    public static MemorySegment view(NDArray array, Dtype dtype) {
        if (array.getDevice().isGpu()) {
            throw new IllegalArgumentException("on a GPU: copy it to the CPU first");
        }
        long bytes = array.getShape().size() * dtype.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ADDRESS);
            long handle = ((PtNDArray) array).getHandle();
            int code = NativeCall.run(() -> (int) Abi.DATA_PTR.invokeExact(handle, pointer));
            check(code);
            return MemorySegment.ofAddress(pointer.get(JAVA_LONG, 0)).reinterpret(bytes);
        }
    }

    private static void check(int code) {
        if (code != 0) {
            throw new IllegalStateException("libtorch refused (its message is on standard error)");
        }
    }
}
