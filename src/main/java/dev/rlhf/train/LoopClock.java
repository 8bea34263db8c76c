package dev.rlhf.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Measures the phases of a loop in seconds, and its speed in tokens per second, between two log lines. Phases do not
 * nest. Used by one thread.
 *
 * <pre>{@code
 * Completions c = clock.time("generate", () -> …);
 * clock.tokens(c.tokens());
 * log(clock.lap());   // timing_s/generate, perf/seconds, perf/tokens_per_second
 * }</pre>
 */
public final class LoopClock {
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private final Map<String, Long> phases = new LinkedHashMap<>();
    private long tokens;
    private long lapStart;

    /** Starts the first lap. */
    public LoopClock() {
        this(System::nanoTime);
    }

    LoopClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lapStart = nanoTime.getAsLong();
    }

    /** Runs {@code work} and adds its time to the phase. */
    public <T> T time(String phase, Supplier<T> work) {
        long start = nanoTime.getAsLong();
        try {
            return work.get();
        } finally {
            phases.merge(phase, nanoTime.getAsLong() - start, Long::sum);
        }
    }

    /** See {@link #time(String, Supplier)}. */
    public void time(String phase, Runnable work) {
        time(phase, () -> {
            work.run();
            return phase;
        });
    }

    /** Adds processed tokens. */
    public void tokens(long more) {
        tokens += more;
    }

    /** Returns the metrics since the last lap, by name, and starts the next lap. */
    public Map<String, Double> lap() {
        long now = nanoTime.getAsLong();
        double seconds = (now - lapStart) / NANOS;
        Map<String, Double> metrics = new LinkedHashMap<>();
        phases.forEach((phase, nanos) -> metrics.put("timing_s/" + phase, nanos / NANOS));
        metrics.put("perf/seconds", seconds);
        metrics.put("perf/tokens_per_second", seconds > 0 ? tokens / seconds : 0);
        phases.clear();
        tokens = 0;
        lapStart = now;
        return metrics;
    }
}
