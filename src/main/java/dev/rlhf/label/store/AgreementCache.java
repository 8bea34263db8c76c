package dev.rlhf.label.store;

import dev.rlhf.label.agreement.AgreementReport;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Agreement, counted anew when twenty times as long has passed as counting took: its bootstrap takes milliseconds on a
 * pilot and seconds on thousands of tasks, and looking at a page must not keep the machine from its labelers.
 * Thread-safe; one is counted at a time.
 */
public final class AgreementCache {
    private static final long FACTOR = 20;

    private final AdminService admin;
    private final Map<String, Counted> counted = new HashMap<>();

    /** @param until {@link System#nanoTime()} when it is to be counted anew */
    private record Counted(long until, AgreementReport report) {}

    public AgreementCache(AdminService admin) {
        this.admin = admin;
    }

    /** @param batch null: all */
    public synchronized AgreementReport of(@Nullable String batch) {
        String key = batch == null ? "" : batch;
        long began = System.nanoTime();
        Counted known = counted.get(key);
        if (known == null || known.until() - began < 0) {
            AgreementReport report = admin.agreement(batch);
            long now = System.nanoTime();
            known = new Counted(now + FACTOR * (now - began), report);
            counted.put(key, known);
        }
        return known.report();
    }
}
