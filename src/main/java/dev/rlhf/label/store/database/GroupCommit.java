package dev.rlhf.label.store.database;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Transactions that run one at a time and are written to the file in groups: the last one of a group writes all of
 * them, and the others wait for that. The file is written and copied between transactions only, because H2 stores the
 * state of one table after the other: a process killed after another thread's write during a transaction would leave a
 * part of it, such as the count of a label without the label. Thread-safe.
 */
final class GroupCommit {
    /** Fewer transactions are not written while others wait: a write takes about as long as a transaction. */
    private static final int SMALL_GROUP = 4;

    private final Runnable write;
    private final ReentrantLock turn = new ReentrantLock(true);
    // Both are guarded by the lock.
    private CompletableFuture<Void> group = new CompletableFuture<>();
    private int size;

    /** @param write writes everything committed so far; run by one thread at a time */
    GroupCommit(Runnable write) {
        this.write = write;
    }

    /**
     * Runs a transaction and returns its result when it is in the file. Throws what the transaction or the write of its
     * group throws.
     */
    <T> T run(Supplier<T> transaction) {
        T result;
        CompletableFuture<Void> written;
        turn.lock();
        try {
            result = transaction.get();
            written = group;
            size++;
        } finally {
            endTurn();
        }
        try {
            written.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
        return result;
    }

    /** Runs something while no transaction is open. */
    void betweenTransactions(Runnable work) {
        turn.lock();
        try {
            work.run();
        } finally {
            endTurn();
        }
    }

    /**
     * Writes the group if no thread waits for its turn; otherwise a later one writes it. A long queue is written in
     * parts, so that its first transactions do not wait for all others.
     */
    private void endTurn() {
        try {
            int queued = turn.getQueueLength();
            if (size > 0 && (queued == 0 || size >= Math.max(SMALL_GROUP, queued / 2))) {
                writeGroup();
            }
        } finally {
            turn.unlock();
        }
    }

    private void writeGroup() {
        CompletableFuture<Void> written = group;
        group = new CompletableFuture<>();
        size = 0;
        try {
            write.run();
            written.complete(null);
        } catch (RuntimeException | Error e) {
            written.completeExceptionally(e);
        }
    }
}
