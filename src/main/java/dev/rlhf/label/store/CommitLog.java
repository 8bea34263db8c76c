package dev.rlhf.label.store;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes committed transactions to the file, many at a time: transactions that are committed while a caller writes are
 * all written by the next one. Thread-safe.
 */
final class CommitLog {
    private final Runnable write;
    private final ReentrantLock writing = new ReentrantLock(true);
    private volatile long committed;
    private long written;

    /** @param write writes everything committed so far; run by one thread at a time */
    CommitLog(Runnable write) {
        this.write = write;
    }

    /** Counts a committed transaction and returns its number. Called by one thread at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    long add() {
        return ++committed;
    }

    /** Returns when this transaction and all before it have been written. Throws what writing throws. */
    void await(long transaction) {
        writing.lock();
        try {
            if (written < transaction) {
                long last = committed;
                write.run();
                written = last;
            }
        } finally {
            writing.unlock();
        }
    }
}
