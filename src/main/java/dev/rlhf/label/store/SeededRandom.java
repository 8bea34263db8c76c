package dev.rlhf.label.store;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Chance that is a function of names alone, the same in every store and on every machine. */
final class SeededRandom {
    private SeededRandom() {}

    /** A generator that these names fix; names of different parts never run together. */
    static SplittableRandom of(String... names) {
        return new SplittableRandom(
                ByteBuffer.wrap(Labelers.sha256(String.join("\0", names))).getLong());
    }
}
