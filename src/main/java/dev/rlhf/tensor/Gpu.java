package dev.rlhf.tensor;

/**
 * A GPU, as the CUDA runtime describes it.
 *
 * @param index N of {@code cuda:N}
 * @param memory bytes in total
 * @param major compute capability, as in 9.0 of an H100
 * @param minor the digit after the point
 */
public record Gpu(int index, String name, long memory, int major, int minor) {
    private static final int AMPERE = 8;

    /** {@code 9.0} */
    public String capability() {
        return major + "." + minor;
    }

    /** Whether the GPU multiplies in bfloat16 itself, that is, without emulation. */
    public boolean supportsBfloat16() {
        return major >= AMPERE;
    }
}
