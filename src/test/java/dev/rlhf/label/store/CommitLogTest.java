package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommitLogTest {
    @Test
    void transactionsCommittedDuringAWriteShareTheNext() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CommitLog log = new CommitLog(() -> {
            writes.incrementAndGet();
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
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
}
