package dev.rlhf.label.server;

import dev.rlhf.base.Sha256;
import java.nio.ByteBuffer;

/**
 * The numbers under which labelers know tasks. The store's own numbers rise in the order in which tasks are handed out,
 * so that a gold task, which comes between them, would stand out; these are in no order. A Feistel network of four
 * rounds over 52 bits, as many as a number in JavaScript holds, with a secret of the store as its key.
 */
final class TaskNumbers {
    private static final int ROUNDS = 4;
    private static final int HALF = 26;
    private static final long MASK = (1L << HALF) - 1;

    private final String secret;

    TaskNumbers(String secret) {
        this.secret = secret;
    }

    /** Returns the number that labelers see. */
    long shown(long task) {
        long left = task >>> HALF;
        long right = task & MASK;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ mixed(round, right);
            left = right;
            right = next;
        }
        return (left << HALF) | right;
    }

    /** Returns the task's number in the store, the inverse of {@link #shown}; for any other number, that of no task. */
    long stored(long shown) {
        long left = shown >>> HALF;
        long right = shown & MASK;
        for (int round = ROUNDS - 1; round >= 0; round--) {
            long before = right ^ mixed(round, left);
            right = left;
            left = before;
        }
        return (left << HALF) | right;
    }

    private long mixed(int round, long half) {
        return ByteBuffer.wrap(Sha256.of(secret + " " + round + " " + half)).getLong() & MASK;
    }
}
