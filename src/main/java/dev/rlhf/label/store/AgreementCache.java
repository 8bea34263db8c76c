package dev.rlhf.label.store;

import dev.rlhf.label.agreement.AgreementReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches the agreement for twenty times as long as it took to compute. Computing takes milliseconds for a pilot and a
 * second for ten thousand tasks, and an admin who keeps the page open must not slow down the labelers. Thread-safe;
 * computes one at a time.
 */
public final class AgreementCache {
    private static final long FACTOR = 20;

    private final AdminService admin;
    private final LongSupplier clock;
    private final Map<String, Counted> counted = new HashMap<>();

    /**
     * A report and the time since it was computed.
     *
     * @param age 0 if it was computed now
     */
    public record Aged(AgreementReport report, Duration age) {}

    /** Both times are values of the clock, in nanoseconds. */
    private record Counted(long since, long until, AgreementReport report) {}

    public AgreementCache(AdminService admin) {
        this(admin, System::nanoTime);
    }

    AgreementCache(AdminService admin, LongSupplier clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /**
     * Returns the agreement on a batch.
     *
     * @param batch null: all batches
     */
    public synchronized Aged of(@Nullable String batch) {
        String key = batch == null ? "" : batch;
        long began = clock.getAsLong();
        Counted known = counted.get(key);
        if (known == null || known.until() - began < 0) {
            AgreementReport report = admin.agreement(batch);
            long now = clock.getAsLong();
            known = new Counted(now, now + FACTOR * (now - began), report);
            counted.put(key, known);
        }
        return new Aged(known.report(), Duration.ofNanos(Math.max(0, began - known.since())));
    }
}
