package dev.rlhf.tensor;

/**
 * A GPU, as the CUDA runtime describes it.
 *
 * @param index N of {@code cuda:N}
 * @param memory total memory in bytes
 * @param major the first digit of the compute capability: 9 of an H100's 9.0
 * @param minor the second digit
 */
public record Gpu(int index, String name, long memory, int major, int minor) {
    private static final int AMPERE = 8;

    /** Returns the compute capability: {@code 9.0}. */
    public String capability() {
        return major + "." + minor;
    }

    /** Returns whether the GPU has bfloat16 arithmetic in hardware. */
    public boolean supportsBfloat16() {
        return major >= AMPERE;
    }
}
