package dev.rlhf.label.store;

import dev.rlhf.base.Sha256;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Random generators seeded by names alone, the same in every store and on every machine. */
final class SeededRandom {
    private SeededRandom() {}

    /** Returns the generator for these names, which are joined with a separator. */
    static SplittableRandom of(String... names) {
        return new SplittableRandom(
                ByteBuffer.wrap(Sha256.of(String.join("\0", names))).getLong());
    }
}
