package dev.rlhf.tensor;

import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Captures the graphs of a {@link Torch}, which share one memory pool since no two run at the same time. The pool
 * exists as long as one of its graphs, so a small graph is kept open.
 */
final class CudaGraphs implements AutoCloseable {
    private final LibtorchCuda cuda;
    private final CudaStream stream;
    private final MemorySegment pool;
    private final Optional<CudaGraph> first;
    private boolean usable;

    CudaGraphs(Torch torch, CudaStream stream) {
        this.cuda = stream.cuda();
        this.stream = stream;
        this.pool = cuda.newPool();
        this.usable = cuda.knowsAllocator();
        this.first = capture(() -> torch.manager().zeros(new Shape(1)).close());
    }

    /** Captures work. Returns empty if that fails, and at every call after the first failure. */
    Optional<CudaGraph> capture(Runnable work) {
        if (!usable) {
            return Optional.empty();
        }
        Optional<CudaGraph> captured = CudaGraph.capture(cuda, stream, pool, work);
        usable = captured.isPresent();
        return captured;
    }

    @Override
    public void close() {
        first.ifPresent(CudaGraph::close);
    }
}
