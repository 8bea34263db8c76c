package dev.rlhf.tensor;

/** The CUDA runtime that libtorch is linked with, and libtorch's allocator of device memory. */
interface CudaRuntime {
    /**
     * Returns the number of GPUs that libtorch can use; 0 if the driver is missing or too old, or no GPU is visible.
     */
    int deviceCount();

    /** Returns a description of one of these GPUs. */
    Gpu gpu(int index);

    /** Returns the newest CUDA version that the driver supports, 12040 for 12.4; 0 without a driver. */
    int driverVersion();

    /** Returns the CUDA version of the runtime, in the same form. */
    int version();

    /** Returns CUDA's message about why it sees no GPU. */
    String failure();

    /** Returns the memory of tensors on a GPU. */
    DeviceMemory memory(int index);

    /**
     * The memory that libtorch's allocator has given to tensors of this process, in bytes.
     *
     * @param peak the most since the process began
     */
    record DeviceMemory(long current, long peak) {}
}
