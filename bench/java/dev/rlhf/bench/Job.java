package dev.rlhf.bench;

import java.util.Map;

/** One job of the comparison: the same work as the peers' script of that name. Stateless. */
public interface Job {
    /** Its flags beside those of all jobs, with their defaults: the names and the defaults of the peers' script. */
    Map<String, String> defaults();

    /** Does the work and measures it. */
    Measured run(Flags flags);

    /**
     * What was measured.
     *
     * @param seconds laps of one step after the warm-up
     * @param figures by the names that the peers' script prints
     */
    record Measured(double[] seconds, Map<String, ?> figures) {}
}
