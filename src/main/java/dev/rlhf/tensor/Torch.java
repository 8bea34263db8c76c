package dev.rlhf.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;

/**
 * The opened engine: libtorch on one device, with the kernels loaded. Whoever opens it closes it; all tensors made through
 * its manager die with it. One thread works with it at a time (gradient mode and scopes are per thread).
 */
public final class Torch implements AutoCloseable {
    private static final String ENGINE = "PyTorch";

    static {
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL would call home when it starts
    }

    private final NDManager manager;
    private final Kernels kernels;

    private Torch(Device device) {
        this.manager = NDManager.newBaseManager(device, ENGINE);
        useThisThread();
        this.kernels = new Kernels(manager);
    }

    /**
     * Opens libtorch.
     *
     * @param device {@code auto} (a GPU if there is one), {@code cpu}, {@code cuda} or {@code cuda:N}; of several GPUs {@code auto} and
     *     {@code cuda} are the one of {@code LOCAL_RANK}, the first without it
     * @throws dev.rlhf.base.InputException if a GPU is asked for and cannot be used; never falls back silently
     */
    public static Torch open(String device) {
        return new Torch(DeviceChoice.of(device, gpuCount(), hasCudaBuild(), System.getenv()));
    }

    /** GPUs that libtorch itself can use; 0 with a CPU build. */
    public static int gpuCount() {
        try {
            return hasCudaBuild() ? Engine.getEngine(ENGINE).getGpuCount() : 0;
        } catch (EngineException e) {
            return 0;
        }
    }

    private static boolean hasCudaBuild() {
        return Engine.getEngine(ENGINE).hasCapability(ai.djl.engine.StandardCapabilities.CUDA);
    }

    /** libtorch's version. */
    public static String version() {
        return Engine.getEngine(ENGINE).getVersion();
    }

    /**
     * Settings that libtorch keeps per thread: no gradients unless {@link Autograd} records, and no profiling graph executor
     * (it would recompile kernels for every new shape). The opening thread has them; another one calls this first.
     */
    public void useThisThread() {
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(false);
    }

    public Device device() {
        return manager.getDevice();
    }

    public boolean onGpu() {
        return device().isGpu();
    }

    public Kernels kernels() {
        return kernels;
    }

    /** The root of all tensors. Prefer {@link Scope} for anything short-lived. */
    public NDManager manager() {
        return manager;
    }

    /** An int64 tensor with these values, row-major; it owns its memory, whatever becomes of the Java object. */
    public NDArray longs(long[] values, long... shape) {
        return ArrayTensors.longs(manager, values, shape);
    }

    /** The same in fp32. */
    public NDArray floats(float[] values, long... shape) {
        return ArrayTensors.floats(manager, values, shape);
    }

    /** The same in fp32, on the CPU whatever the device: kernels read plain numbers from it without waiting for a GPU. */
    public NDArray hostFloats(float[] values) {
        NDArray onDevice = floats(values, values.length);
        if (!onGpu()) {
            return onDevice;
        }
        try (onDevice) {
            return kernels().call("host", onDevice);
        }
    }

    /** The same of booleans. */
    public NDArray booleans(boolean[] values, long... shape) {
        return ArrayTensors.booleans(manager, values, shape);
    }

    /** Seeds libtorch's own generator, which only dropout and weight initialisation draw from. */
    public void seed(long seed) {
        Engine.getEngine(ENGINE).setRandomSeed((int) (seed ^ (seed >>> 32)));
    }

    /** Bytes this process holds, on the host and on the device. */
    public MemoryFigures memory() {
        long gpu = onGpu() ? CudaUtils.getGpuMemory(device()).getCommitted() : 0;
        return MemoryFigures.ofThisProcess(gpu);
    }

    @Override
    public void close() {
        manager.close();
    }
}
