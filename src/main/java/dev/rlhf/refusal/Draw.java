package dev.rlhf.refusal;

/** Random numbers that are functions of a key: the same key gives the same number on every machine. */
final class Draw {
    private Draw() {}

    /** Returns a number, uniform in [0, 1), for a seed, an index and names. */
    static double uniform(long seed, long index, String... names) {
        long state = mix(seed);
        for (String name : names) {
            for (int i = 0; i < name.length(); i++) {
                state = mix(state ^ name.charAt(i));
            }
            state = mix(state ^ 0xFFFF_FFFFL); // marks the end of a name, so that ("ab","c") and ("a","bc") differ
        }
        return (mix(state ^ index) >>> 11) * 0x1.0p-53;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014): increment and finaliser. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
