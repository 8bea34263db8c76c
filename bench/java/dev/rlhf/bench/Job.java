package dev.rlhf.bench;

import java.util.Map;

/** A job of the comparison: the same work as the peers' script of that name. Stateless. */
public interface Job {
    /** Returns the job's own flags with their defaults, both equal to those of the peers' script. */
    Map<String, String> defaults();

    /** Runs and measures the job. */
    Measured run(Flags flags);

    /**
     * Measurements of one job.
     *
     * @param seconds laps of one step after the warm-up
     * @param metrics values by the names that the peers' script prints
     */
    record Measured(double[] seconds, Map<String, ?> metrics) {}
}
