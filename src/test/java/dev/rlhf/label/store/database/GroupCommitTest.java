package dev.rlhf.label.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private final AtomicInteger writes = new AtomicInteger();

    @Test
    void transactionsThatWaitForTheirTurnAreWrittenTogether() throws Exception {
        GroupCommit commits = new GroupCommit(writes::incrementAndGet);
        behindOne(commits, 3, () -> commits.run(() -> true));
        assertThat(writes).hasValue(1);
    }

    @Test
    void aLongQueueIsWrittenInParts() throws Exception {
        GroupCommit commits = new GroupCommit(writes::incrementAndGet);
        behindOne(commits, 20, () -> commits.run(() -> true));
        assertThat(writes).as("7, 5, 4, 4 and 1 transactions").hasValue(5);
    }

    @Test
    void theLastInTheQueueWritesForTheOthersEvenIfItFails() throws Exception {
        GroupCommit commits = new GroupCommit(writes::incrementAndGet);
        behindOne(
                commits,
                1,
                () -> assertThatThrownBy(() -> commits.run(() -> {
                            throw new IllegalStateException("rolled back");
                        }))
                        .hasMessage("rolled back"));
        assertThat(writes).hasValue(1);
        behindOne(commits, 1, () -> commits.betweenTransactions(() -> {}));
        assertThat(writes).hasValue(2);
    }

    @Test
    void aFailedWriteStopsNoLaterOne() {
        GroupCommit commits = new GroupCommit(() -> {
            if (writes.incrementAndGet() == 1) {
                throw new IllegalStateException("disk full");
            }
        });
        assertThatThrownBy(() -> commits.run(() -> true)).hasMessage("disk full");
        assertThat(commits.run(() -> 7)).isEqualTo(7);
        assertThat(writes).hasValue(2);
    }

    @Test
    void allOfAGroupFailIfItCannotBeWritten() throws Exception {
        GroupCommit commits = new GroupCommit(() -> {
            throw new IllegalStateException("disk full");
        });
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread = new Thread(() -> commits.run(() -> {
                await(go);
                return true;
            }));
            thread.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
            thread.start();
            waits(thread);
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).hasSize(3).allSatisfy(e -> assertThat(e).hasMessage("disk full"));
    }

    @Test
    void everyTransactionIsWrittenWhenItReturnsAndNoneRunsDuringAWrite() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicLong committed = new AtomicLong();
        AtomicLong written = new AtomicLong();
        GroupCommit commits = new GroupCommit(() -> {
            assertThat(running).hasValue(0);
            written.set(committed.get());
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4000; i++) {
                all.add(threads.submit(() -> {
                    long mine = commits.run(() -> {
                        running.incrementAndGet();
                        long number = committed.incrementAndGet();
                        running.decrementAndGet();
                        return number;
                    });
                    assertThat(written.get()).isGreaterThanOrEqualTo(mine);
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** Runs one transaction and, queued behind it, as many times something else as asked for. */
    private static void behindOne(GroupCommit commits, int times, Runnable queued) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            all.add(executor.submit(() -> commits.run(() -> {
                begun.countDown();
                await(go);
                return true;
            })));
            await(begun);
            for (int i = 0; i < times; i++) {
                FutureTask<Boolean> next = new FutureTask<>(queued, true);
                all.add(next);
                waits(Thread.ofPlatform().start(next));
            }
            go.countDown();
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static void waits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
