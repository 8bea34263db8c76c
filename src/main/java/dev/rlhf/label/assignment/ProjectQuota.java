package dev.rlhf.label.assignment;

import java.time.ZoneId;

/**
 *
 * The quota of all labelers without a quota of their own.
 *
 * @param zone time zone in which days begin, for all labelers
 */
public record ProjectQuota(Quota quota, ZoneId zone) {
    /** No limits, and days in UTC. */
    public static final ProjectQuota NONE = new ProjectQuota(Quota.NONE, ZoneId.of("UTC"));

    /** Returns the quota as text, for the audit table. */
    public String words() {
        return quota.words() + ", days in " + zone;
    }
}
