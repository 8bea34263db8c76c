package dev.rlhf.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.rlhf.base.InputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The engine: libtorch on one device, with the kernels loaded. Closing it closes all tensors made through its manager.
 * Used by the thread that opened it and in the tasks of {@link #concurrently} (gradient mode, scopes and the CUDA
 * stream are per thread).
 */
public final class Torch implements AutoCloseable {
    /** System property; {@code true} runs the GPU kernels on the CPU too, to test them. */
    public static final String GPU_KERNELS = "rlhf.gpu_kernels";

    private static final String ENGINE = "PyTorch";

    private final NDManager manager;
    private final Kernels kernels;
    private final boolean gpuKernels;
    private final Optional<CudaStream> stream;
    private @Nullable CudaGraphs graphs;
    private long hostMemory = Long.MAX_VALUE;

    private Torch(Device device) {
        this.manager = NDManager.newBaseManager(device, ENGINE);
        this.stream = device.isGpu() && CudaGraph.enabled(true)
                ? Optional.of(new CudaStream(new LibtorchCuda(libtorch()), device.getDeviceId()))
                : Optional.empty();
        prepareThread();
        this.gpuKernels = device.isGpu() || Boolean.getBoolean(GPU_KERNELS);
        this.kernels = new Kernels(manager, gpuKernels);
    }

    /**
     * Opens libtorch.
     *
     * @param device {@code auto} (a GPU if there is one), {@code cpu}, {@code cuda} or {@code cuda:N}; with several
     *     GPUs, {@code auto} and {@code cuda} choose the one of {@code LOCAL_RANK}, or the first without it
     * @throws InputException if the device cannot be used, or {@code auto} finds a GPU that cannot be used; never falls
     *     back silently
     */
    public static Torch open(String device) {
        Engine engine = engine();
        Device chosen = DeviceChoice.of(device, GPUS, System.getenv());
        Torch torch = new Torch(chosen);
        if (torch.onGpu()) {
            torch.requireKernels(engine.getVersion());
        }
        return torch;
    }

    /**
     * Fails with a one-line message if libtorch has no machine code for this GPU; CUDA itself would fail only at the
     * first kernel.
     */
    private void requireKernels(String version) {
        try (NDArray one = manager.ones(new Shape(1))) {
            one.getFloat();
        } catch (EngineException e) {
            close();
            String message = String.valueOf(e.getMessage());
            if (!message.contains("no kernel image")) {
                throw e;
            }
            Gpu gpu = gpus().get(device().getDeviceId());
            throw new InputException(
                    ("device: cuda:%d: libtorch %s in %s has no machine code for %s (compute capability %s);"
                                    + " its cu128 build has (docs/how-to/run-on-cuda.md)")
                            .formatted(gpu.index(), version, libtorch().folder(), gpu.name(), gpu.capability()));
        }
    }

    /**
     * Returns the engine; loads it at the first call.
     *
     * @throws InputException if it would have to be downloaded and cannot be
     */
    private static Engine engine() {
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL would send usage statistics when it starts
        Libtorch.configure();
        try {
            return Engine.getEngine(ENGINE);
        } catch (EngineException e) {
            throw Libtorch.withRemedy(e);
        }
    }

    private static final DeviceChoice.Gpus GPUS = new DeviceChoice.Gpus() {
        @Override
        public int usable() {
            return cuda().map(CudaRuntime::deviceCount).orElse(0);
        }

        @Override
        public boolean present() {
            return NvidiaDriver.detect().device();
        }

        @Override
        public String diagnosis() {
            return gpuDiagnosis();
        }
    };

    /** Returns libtorch's CUDA runtime; empty in a build for CPUs. */
    private static Optional<CudaRuntime> cuda() {
        Libtorch libtorch = libtorch();
        return libtorch.cuda() ? Optional.of(new LibtorchCuda(libtorch)) : Optional.empty();
    }

    /** Returns the GPUs that libtorch can use. */
    public static List<Gpu> gpus() {
        return cuda().map(cuda -> IntStream.range(0, cuda.deviceCount())
                        .mapToObj(cuda::gpu)
                        .toList())
                .orElse(List.of());
    }

    /** Returns whether this machine has an NVIDIA GPU, usable or not. */
    public static boolean gpuPresent() {
        return GPUS.present();
    }

    /** Returns a clause that says why libtorch sees no GPU on this machine, and what to do. */
    public static String gpuDiagnosis() {
        return GpuDiagnosis.describe(NvidiaDriver.detect(), libtorch(), () -> cuda().orElseThrow());
    }

    /** Returns the versions of CUDA and of the NVIDIA driver, in one clause; empty if libtorch is built for CPUs. */
    public static Optional<String> cudaVersions() {
        return cuda().map(cuda -> GpuDiagnosis.versions(NvidiaDriver.detect(), cuda));
    }

    /** Returns the libtorch that is loaded. */
    public static Libtorch libtorch() {
        engine();
        return Libtorch.loaded();
    }

    /** Returns libtorch's version. */
    public static String version() {
        return engine().getVersion();
    }

    /** Returns the GPU that this engine computes on; empty on the CPU. */
    public Optional<Gpu> gpu() {
        return onGpu() ? cuda().map(cuda -> cuda.gpu(device().getDeviceId())) : Optional.empty();
    }

    /**
     * Returns the dtype that {@code auto} means on this device: bfloat16 if the GPU computes in it, otherwise float32.
     */
    public Dtype defaultDtype() {
        return gpu().filter(Gpu::supportsBfloat16).isPresent() ? Dtype.BFLOAT16 : Dtype.FLOAT32;
    }

    /**
     * Applies the settings that libtorch keeps per thread: no gradients unless {@link Autograd} records, no profiling
     * graph executor (it would recompile kernels for every new shape), and the CUDA stream.
     */
    private void prepareThread() {
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(false);
        stream.ifPresent(CudaStream::prepareThread);
    }

    /**
     * Captures the operations that {@code work} launches on the GPU, without running them. Work with the same shapes
     * must have run before, so that libraries are loaded.
     * @return empty on a CPU, if {@link CudaGraph#ENABLED} is {@code false}, or if work could not be captured, now or
     *     at an earlier call
     */
    public Optional<CudaGraph> capture(Runnable work) {
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        if (graphs == null) {
            graphs = new CudaGraphs(this, stream.get());
        }
        return graphs.capture(work);
    }

    /** A temporary limit on libtorch's threads; closing it restores the number before. */
    public record Threads(int before) implements AutoCloseable {
        @Override
        public void close() {
            JniUtils.setNumThreads(before);
        }
    }

    /**
     * Limits libtorch to this many threads until the result is closed, for operators that are too small to divide among
     * threads.
     */
    public Threads atMostThreads(int threads) {
        int before = JniUtils.getNumThreads();
        JniUtils.setNumThreads(Math.min(threads, before));
        return new Threads(before);
    }

    /** Returns the number of threads that libtorch uses for an operator called on this thread. */
    public int threads() {
        return JniUtils.getNumThreads();
    }

    /**
     * Runs tasks at the same time, the first on this thread and each other one on a new thread, and waits until all
     * have ended. Libtorch's threads are divided among them, at least one for each.
     *
     * @throws RuntimeException what the first task that failed threw
     */
    public void concurrently(List<Runnable> tasks) {
        ParallelTasks.run(tasks, this::prepareThread);
    }

    public Device device() {
        return manager.getDevice();
    }

    public boolean onGpu() {
        return device().isGpu();
    }

    /** Returns whether the GPU kernels are used, with their layouts of the KV cache and of weights. */
    public boolean gpuKernels() {
        return gpuKernels;
    }

    /** Returns the device's memory that this process does not use, in bytes; other processes may use it. */
    public long spareMemory() {
        MemoryUsage memory = memory();
        return gpu().map(gpu -> gpu.memory() - memory.gpu()).orElseGet(memory::spare);
    }

    public Kernels kernels() {
        return kernels;
    }

    /** Returns the manager of all tensors. Prefer {@link Scope} for anything short-lived. */
    public NDManager manager() {
        return manager;
    }

    /** Returns an int64 tensor with these values, row-major; it owns its memory. */
    public NDArray longs(long[] values, long... shape) {
        return ArrayTensors.longs(manager, values, shape);
    }

    /** Returns a float32 tensor with these values, row-major; it owns its memory. */
    public NDArray floats(float[] values, long... shape) {
        return ArrayTensors.floats(manager, values, shape);
    }

    /**
     * Returns a float32 tensor on the CPU even if the device is a GPU: kernels can read numbers from it without waiting
     * for the GPU.
     */
    public NDArray hostFloats(float[] values) {
        NDArray onDevice = floats(values, values.length);
        if (!onGpu()) {
            return onDevice;
        }
        try (onDevice) {
            return kernels().call("to_cpu", onDevice);
        }
    }

    /** Seeds libtorch's own generator, which only dropout and weight initialisation draw from. */
    public void seed(long seed) {
        Engine.getEngine(ENGINE).setRandomSeed((int) (seed ^ (seed >>> 32)));
    }

    /** Returns the memory that this process uses on the host and on the device. */
    public MemoryUsage memory() {
        return onGpu()
                ? MemoryUsage.ofThisProcess(cuda().orElseThrow().memory(device().getDeviceId()))
                : MemoryUsage.ofThisProcess();
    }

    /** Sets the host memory, in bytes, above which {@link #returnFreeMemory} has an effect. */
    public void limitHostMemory(long bytes) {
        hostMemory = bytes;
    }

    /**
     * Returns the C library's free memory to the system if this process uses more host memory than its limit. Tensors
     * whose sizes differ from step to step leave gaps that later ones do not fit into. No effect on a GPU, whose
     * allocator is libtorch's.
     */
    public void returnFreeMemory() {
        if (!onGpu() && MemoryUsage.ofThisProcess().resident() > hostMemory) {
            returnAllFreeMemory();
        }
    }

    /**
     * Returns the C library's free memory to the system, before work whose tensors would not fit into the gaps left by
     * earlier work. Takes about as long as clearing that memory once. No effect on a GPU.
     */
    public void returnAllFreeMemory() {
        if (!onGpu()) {
            MemoryUsage.trim();
        }
    }

    @Override
    public void close() {
        if (graphs != null) {
            graphs.close();
        }
        manager.close();
    }
}
