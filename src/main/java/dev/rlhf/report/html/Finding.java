package dev.rlhf.report.html;

/**
 * Something in a run's metrics that a person should look at.
 *
 * @param what what is seen, with its figures
 * @param remedy what usually helps
 */
public record Finding(Level level, String what, String remedy) {
    /** How bad it is. */
    public enum Level {
        /** The run's result is not to be trusted. */
        ERROR,
        /** The run may be going wrong. */
        WARNING
    }
}
