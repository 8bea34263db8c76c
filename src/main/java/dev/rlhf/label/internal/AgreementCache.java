package dev.rlhf.label.internal;

import dev.rlhf.label.Lead;
import dev.rlhf.label.agreement.AgreementReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Agreement as it was at most a minute ago: its bootstrap takes seconds on thousands of tasks, and everybody who looks at the page
 * would start another. Thread-safe; one is counted at a time.
 */
final class AgreementCache {
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Lead lead;
    private final Map<@Nullable String, Counted> counted = new HashMap<>();

    private record Counted(Instant at, AgreementReport report) {}

    AgreementCache(Lead lead) {
        this.lead = lead;
    }

    /** @param batch null: all */
    synchronized AgreementReport of(@Nullable String batch) {
        Counted known = counted.get(batch);
        if (known == null || known.at().plus(FRESH).isBefore(Instant.now())) {
            AgreementReport report = lead.agreement(batch);
            known = new Counted(Instant.now(), report);
            counted.put(batch, known);
        }
        return known.report();
    }
}
