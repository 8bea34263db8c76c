package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.testing.TestContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadingProgressTest {
    private static final long MIB = 1 << 20;

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void shortWorkShowsNothingAndIsNotInterrupted() {
        TestContext context = TestContext.stoppingAt(1);
        try (LoadingProgress progress = new LoadingProgress(context, "reading a.jsonl, MiB", 300, nanos::get)) {
            nanos.set(2_900_000_000L);
            progress.file(100 * MIB, 5000);
        }
        assertThat(context.printed()).isEmpty();
    }

    @Test
    void longWorkShowsHowMuchIsDone() {
        TestContext context = TestContext.running();
        try (LoadingProgress progress = new LoadingProgress(context, "reading a.jsonl, MiB", 300, nanos::get)) {
            nanos.set(3_100_000_000L);
            progress.file(100 * MIB, 5000);
            progress.file(150 * MIB, 7500);
            progress.file(300 * MIB, 15_000);
        }
        assertThat(context.printed())
                .contains("reading a.jsonl, MiB  150/300  50%")
                .contains("row/s")
                .contains("reading a.jsonl, MiB  300/300 100%");
    }

    @Test
    void longWorkEndsWhenTheUserAsks() {
        TestContext context = TestContext.stoppingAt(1);
        try (LoadingProgress progress = new LoadingProgress(context, "reading a.jsonl, MiB", 300, nanos::get)) {
            nanos.set(3_100_000_000L);
            assertThatThrownBy(() -> progress.file(100 * MIB, 5000))
                    .isInstanceOf(InterruptedRunException.class)
                    .hasMessage("stopped while reading a.jsonl; run the same command to go on");
        }
    }

    @Test
    void rowsKeepTheirOrderAndTheFirstFailureIsThrown() {
        List<Integer> rows = IntStream.range(0, 5000).boxed().toList();
        LoadingProgress progress = LoadingProgress.ofRows(TestContext.running(), rows.size());
        assertThat(progress.map(rows, i -> 2 * i))
                .isEqualTo(rows.stream().map(i -> 2 * i).toList());
        assertThatThrownBy(() -> progress.map(rows, LoadingProgressTest::below1700))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1700");
    }

    private static int below1700(int row) {
        if (row >= 1700) {
            throw new IllegalArgumentException("row " + row);
        }
        return row;
    }
}
