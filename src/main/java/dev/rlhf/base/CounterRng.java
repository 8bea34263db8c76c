package dev.rlhf.base;

/**
 * A counter-based random number generator: every draw is a hash of (seed, stream, step). A completion therefore does
 * not depend on the batch that its row was in, a resumed run needs no generator state, and the same seed gives the same
 * numbers on every JVM and device.
 *
 * <p>The mixing function is SplitMix64's finaliser (Steele, Lea and Flood 2014, variant 13 of Stafford), applied once
 * per word.
 */
public final class CounterRng {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private CounterRng() {}

    /** Returns a 64-bit hash of the words, which depends on their order. */
    public static long hash(long... words) {
        long h = 0;
        for (long word : words) {
            h = mix(h + GOLDEN + mix(word + GOLDEN));
        }
        return h;
    }

    /** Returns a number that is uniform in [0, 1): 53 bits of {@link #hash}. */
    public static double uniform(long... words) {
        return units(words) * 0x1.0p-53;
    }

    /** Returns {@link #uniform} in units of 2^-53. */
    public static long units(long... words) {
        return hash(words) >>> 11;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
