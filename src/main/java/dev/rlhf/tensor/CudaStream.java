package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;

/**
 * A CUDA stream from libtorch's pool. All operations of a {@link Torch} run on it, so they need no synchronisation; the
 * default stream cannot be captured by a {@link CudaGraph}.
 */
final class CudaStream {
    private static final FunctionDescriptor OF_STREAM = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

    private final LibtorchCuda cuda;
    private final int device;
    private final MemorySegment stream; // c10::cuda::CUDAStream: two words
    private final MemorySegment handle; // cudaStream_t

    CudaStream(LibtorchCuda cuda, int device) {
        this.cuda = cuda;
        this.device = device;
        this.stream = cuda.twoWords(
                "_ZN3c104cuda17getStreamFromPoolEba",
                FunctionDescriptor.of(LibtorchCuda.TWO_WORDS, JAVA_BOOLEAN, JAVA_BYTE),
                false,
                (byte) device);
        this.handle = (MemorySegment)
                cuda.returned("_ZNK3c104cuda10CUDAStream6streamEv", FunctionDescriptor.of(ADDRESS, ADDRESS), stream);
    }

    LibtorchCuda cuda() {
        return cuda;
    }

    /** Makes operations of this thread use this stream and its GPU. */
    void prepareThread() {
        cuda.check("cudaSetDevice", FunctionDescriptor.of(JAVA_INT, JAVA_INT), device);
        cuda.call(
                "_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE",
                FunctionDescriptor.ofVoid(LibtorchCuda.TWO_WORDS),
                stream);
    }

    /** Returns CUDA's status of a capture on this stream. */
    int captureStatus() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            cuda.check("cudaStreamIsCapturing", OF_STREAM, handle, status);
            return status.get(JAVA_INT, 0);
        }
    }

    /** Ends a failed capture, and makes libtorch's allocator stop taking memory from the pool. */
    void abandonCapture(MemorySegment pool) {
        try (Arena arena = Arena.ofConfined()) {
            cuda.returned("cudaStreamEndCapture", OF_STREAM, handle, arena.allocate(ADDRESS)); // an error, as expected
            cuda.returned("cudaGetLastError", FunctionDescriptor.of(JAVA_INT));
        }
        cuda.endAllocatingFrom(pool, device);
    }
}
