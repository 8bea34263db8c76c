package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.djl.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GPU operations that were captured once and are replayed with one call, which avoids the time to launch each of them.
 * They read and write the same tensors every time: new inputs must be copied into the tensors that were read during the
 * capture, and results are valid until any graph of the same {@link Torch} is replayed. Closed by its creator; one
 * thread at a time.
 *
 * <p>{@link Torch#capture} makes one. It wraps {@code at::cuda::CUDAGraph}.
 */
public final class CudaGraph implements AutoCloseable {
    /** System property; {@code false} switches off graphs for decoding steps on a GPU. */
    public static final String ENABLED = "rlhf.cuda_graphs";

    private static final Logger LOG = LoggerFactory.getLogger(CudaGraph.class);
    private static final FunctionDescriptor METHOD = FunctionDescriptor.ofVoid(ADDRESS);
    private static final int CAPTURE_ACTIVE = 1; // cudaStreamCaptureStatusActive
    private static final int THREAD_LOCAL = 1; // cudaStreamCaptureModeThreadLocal: other threads may go on using CUDA
    private static final long BYTES = 256; // sizeof(at::cuda::CUDAGraph) is 104 in libtorch 2.7.1

    private final LibtorchCuda cuda;
    private final Arena arena;
    private final MemorySegment graph;
    private boolean open = true;

    private CudaGraph(LibtorchCuda cuda, Arena arena, MemorySegment graph) {
        this.cuda = cuda;
        this.arena = arena;
        this.graph = graph;
    }

    /**
     * Returns whether decoding steps have fixed shapes, as graphs need: on a GPU, unless {@link #ENABLED} says
     * otherwise.
     */
    public static boolean enabled(boolean onGpu) {
        return Boolean.parseBoolean(System.getProperty(ENABLED, String.valueOf(onGpu)));
    }

    /**
     * Captures the operations that {@code work} launches on this thread, without running them.
     *
     * @param pool the memory for their results, shared by graphs that never run at the same time
     * @return empty if the work cannot be captured, because it waits for the GPU or copies from ordinary host memory
     */
    static Optional<CudaGraph> capture(LibtorchCuda cuda, CudaStream stream, MemorySegment pool, Runnable work) {
        Arena arena = Arena.ofShared();
        MemorySegment graph = arena.allocate(BYTES, 16);
        cuda.call("_ZN2at4cuda9CUDAGraphC1Ev", METHOD, graph);
        cuda.call(
                "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
                FunctionDescriptor.ofVoid(ADDRESS, LibtorchCuda.TWO_WORDS, JAVA_INT),
                graph,
                pool,
                THREAD_LOCAL);
        RuntimeException failure = null; // thrown after the capture has ended
        try {
            work.run();
        } catch (RuntimeException e) {
            failure = e;
        }
        if (stream.captureStatus() != CAPTURE_ACTIVE) {
            // The method capture_end would throw a C++ exception, which ends the process.
            stream.abandonCapture(pool);
            if (failure != null && !(failure instanceof EngineException)) {
                throw failure;
            }
            LOG.warn("not run as a CUDA graph: {}", failure == null ? "a call that waits" : failure.getMessage());
            return Optional.empty(); // the native object stays, since libtorch's generator refers to it
        }
        cuda.call("_ZN2at4cuda9CUDAGraph11capture_endEv", METHOD, graph);
        CudaGraph captured = new CudaGraph(cuda, arena, graph);
        if (failure != null) {
            captured.close();
            throw failure;
        }
        return Optional.of(captured);
    }

    /** Runs the operations, after all that were launched before. Does not wait for them. */
    public void replay() {
        cuda.call("_ZN2at4cuda9CUDAGraph6replayEv", METHOD, graph);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            cuda.call("_ZN2at4cuda9CUDAGraphD1Ev", METHOD, graph);
            arena.close();
        }
    }
}
