package dev.rlhf.report.html;

/**
 * Something suspicious in a run's metrics.
 *
 * @param what the observation, with its numbers
 * @param remedy what usually helps
 */
record Finding(Level level, String what, String remedy) {
    /** The severity of a finding. */
    public enum Level {
        /** The run's result cannot be trusted. */
        ERROR,
        /** The run may be going wrong. */
        WARNING
    }
}
