package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty label store, with a clock that only the test moves. */
abstract class StoreFixture {
    static final Duration LEASE = Duration.ofMinutes(30);

    /** An admin. */
    static final Actor LEA = new Actor("Lea", "127.0.0.1");

    @TempDir
    Path folder;

    final AtomicReference<Instant> now;
    LabelStore store;

    StoreFixture() {
        this("2026-11-21T08:00:00Z");
    }

    StoreFixture(String start) {
        now = new AtomicReference<>(Instant.parse(start));
    }

    @BeforeEach
    void openStore() throws Exception {
        store = LabelStore.open(folder.resolve("labels"), now::get);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    Labeler person(String name) {
        return TestLabelers.person(store, name);
    }

    void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
