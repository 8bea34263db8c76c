package dev.rlhf.tensor;

/** The CUDA runtime that libtorch is linked with, and libtorch's allocator of device memory. */
interface CudaRuntime {
    /** The GPUs that libtorch can use; 0 without a driver, with one that is too old, and where none is visible. */
    int deviceCount();

    /** Describes one of these GPUs. */
    Gpu gpu(int index);

    /** The newest CUDA version that the driver supports, 12040 for 12.4; 0 without a driver. */
    int driverVersion();

    /** The CUDA version of the runtime, likewise. */
    int version();

    /** The runtime's own words for why it sees no GPU. */
    String failure();

    /** The tensors' memory on a GPU. */
    DeviceMemory memory(int index);

    /**
     * Memory that libtorch's allocator has given to tensors of this process, in bytes.
     *
     * @param peak the most since the process began
     */
    record DeviceMemory(long current, long peak) {}
}
