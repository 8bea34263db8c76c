package dev.rlhf.tensor;

import java.util.function.Supplier;

/** Says why libtorch cannot use the GPU of a machine, and what to do about it. */
final class GpuDiagnosis {
    private static final String GUIDE = "docs/how-to/run-on-cuda.md";

    private GpuDiagnosis() {}

    /**
     * Returns a clause about a machine whose GPUs libtorch does not see.
     * @param runtime the CUDA runtime; not called unless libtorch is built for CUDA
     */
    static String describe(NvidiaDriver driver, Libtorch libtorch, Supplier<CudaRuntime> runtime) {
        if (!driver.device() && !driver.library()) {
            return "this machine has no NVIDIA GPU, or no driver for it";
        }
        if (!libtorch.cuda()) {
            return "libtorch in " + libtorch.folder()
                    + " is built for CPUs only; set PYTORCH_LIBRARY_PATH to a CUDA build's folder (" + GUIDE + ")";
        }
        if (!driver.library()) {
            return "the driver's libcuda.so.1 cannot be loaded; install the driver's CUDA library, or start the"
                    + " container with --gpus all";
        }
        CudaRuntime cuda = runtime.get();
        String name = driver.version().isEmpty() ? "the NVIDIA driver" : "the NVIDIA driver " + driver.version();
        if (cuda.driverVersion() / 1000 < cuda.version() / 1000) {
            return name + " supports CUDA " + version(cuda.driverVersion()) + " at most and libtorch needs "
                    + version(cuda.version()) + "; install driver 525 or newer (" + GUIDE + ")";
        }
        return "CUDA says: " + cuda.failure() + " (" + name + ", CUDA " + version(cuda.version())
                + "); see that nvidia-smi lists the GPU and CUDA_VISIBLE_DEVICES names it";
    }

    /** Returns {@code CUDA 12.6, NVIDIA driver 550.54.15 (CUDA 12.4 at most)}. */
    static String versions(NvidiaDriver driver, CudaRuntime cuda) {
        String libtorch = "CUDA " + version(cuda.version()) + ", ";
        return cuda.driverVersion() == 0
                ? libtorch + "no NVIDIA driver"
                : libtorch + "NVIDIA driver " + (driver.version().isEmpty() ? "" : driver.version() + " ") + "(CUDA "
                        + version(cuda.driverVersion()) + " at most)";
    }

    /** Returns {@code 12.4} for 12040. */
    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }
}
