package dev.rlhf.label.api;

import java.time.Instant;
import java.util.Locale;

/**
 * A labeler who is given no tasks because they fell below a threshold ({@link QualityLines}).
 *
 * @param share the measured share of pairs, 0 to 1
 * @param line the share below which labelers are paused
 * @param tasks number of tasks measured
 */
public record LabelerPause(String labeler, Instant at, Measure measure, double share, double line, int tasks) {
    /** Rankings are compared with the known ranks of gold tasks, or with the common order of the other labelers. */
    public enum Measure {
        GOLD,
        AGREEMENT;

        /** Returns the name in JSON and in the store. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Measure of(String word) {
            return word.equals("gold") ? GOLD : AGREEMENT;
        }
    }
}
