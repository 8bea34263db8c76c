package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementCacheTest {
    @TempDir
    Path folder;

    @Test
    void aReportIsKeptForTwentyTimesItsComputationAndSaysHowOldItIs() throws Exception {
        // Computed from 0 to 2 s, so that it is kept until 42 s; then from 43 to 44 s.
        Iterator<Long> seconds = LongStream.of(0, 2, 10, 41, 43, 44, 51).iterator();
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            store.importTasks(List.of(ranked("a")), ImportOptions.defaults());
            AgreementCache cache =
                    new AgreementCache(store.adminService(), () -> TimeUnit.SECONDS.toNanos(seconds.next()));
            assertThat(cache.of(null).age()).isZero();
            store.importTasks(List.of(ranked("b")), new ImportOptions("later", 1));
            AgreementCache.Aged kept = cache.of(null);
            assertThat(kept.age()).isEqualTo(Duration.ofSeconds(8));
            assertThat(kept.report().tasks()).isEqualTo(1);
            assertThat(cache.of(null).age()).isEqualTo(Duration.ofSeconds(39));
            AgreementCache.Aged again = cache.of(null);
            assertThat(again.age()).isZero();
            assertThat(again.report().tasks()).isEqualTo(2);
            assertThat(cache.of(null).age()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    private static RankedTask ranked(String id) {
        return Samples.task(id, 2, Label.ranking("Ada", List.of(1, 2)), Label.ranking("Bo", List.of(1, 2)));
    }
}
