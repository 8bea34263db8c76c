package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitLogTest {
    @Test
    void transactionsCommittedDuringAWriteShareTheNext() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CommitLog log = new CommitLog(() -> {
            writes.incrementAndGet();
            begun.countDown();
            await(go);
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> waiting = new ArrayList<>();
            long first = log.add();
            waiting.add(threads.submit(() -> log.await(first)));
            begun.await();
            for (int i = 0; i < 50; i++) {
                long next = log.add();
                waiting.add(threads.submit(() -> log.await(next)));
            }
            go.countDown();
            for (Future<?> one : waiting) {
                one.get();
            }
        }
        assertThat(writes).hasValue(2);
    }

    @Test
    void aTransactionThatCouldNotBeWrittenIsWrittenWithTheNext() {
        AtomicInteger writes = new AtomicInteger();
        CommitLog log = new CommitLog(() -> {
            if (writes.incrementAndGet() == 1) {
                throw new IllegalStateException("disk full");
            }
        });
        long first = log.add();
        assertThatThrownBy(() -> log.await(first)).hasMessage("disk full");
        log.await(log.add());
        log.await(first);
        assertThat(writes).hasValue(2);
    }

    /** H2 takes the state of one table after the other, so a write during a transaction could store a part of it. */
    @Test
    void nothingIsWrittenDuringATransaction(@TempDir Path folder) throws Exception {
        try (Database database = Database.open(folder.resolve("labels"), InstantSource.system());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch inFirst = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> database.run(handle -> {
                inFirst.countDown();
                await(go);
            }));
            await(inFirst);
            AtomicBoolean written = new AtomicBoolean();
            Thread second = Thread.ofPlatform()
                    .start(() -> database.run(handle -> {
                        pause(300); // the first transaction is committed; without a lock it would be written in this
                        // time
                        written.set(first.isDone());
                    }));
            while (second.getState() != Thread.State.WAITING) { // queued behind the first transaction
                Thread.onSpinWait();
            }
            go.countDown();
            second.join();
            first.get();
            assertThat(written).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
