package dev.rlhf.label.store.assignment;

import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.assignment.QuotaMet;
import dev.rlhf.label.assignment.QuotaMet.Measure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads, changes and applies quotas, in the caller's transaction. Days are those of the project's time zone. */
public final class Quotas {
    private static final String SETTING = "quota";

    private final Handle handle;
    private final OffsetDateTime now;

    public Quotas(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /** Returns the quota of all labelers who have none of their own. */
    public ProjectQuota project() {
        return handle.createQuery("SELECT content FROM setting WHERE name = :name")
                .bind("name", SETTING)
                .mapTo(String.class)
                .findOne()
                .map(Quotas::parse)
                .orElse(ProjectQuota.NONE);
    }

    public void setProject(ProjectQuota quota) {
        String content =
                number(quota.quota().tasksPerDay()) + " " + number(quota.quota().tasksTotal()) + " "
                        + number(quota.quota().minutesPerDay()) + " " + quota.zone();
        handle.createUpdate("MERGE INTO setting (name, content) KEY (name) VALUES (:name, :content)")
                .bind("name", SETTING)
                .bind("content", content)
                .execute();
    }

    /** Sets a labeler's own quota. */
    public void set(long labeler, Quota quota) {
        handle.createUpdate("""
                        UPDATE labeler SET tasks_per_day = :perDay, tasks_total = :total, minutes_per_day = :minutes
                        WHERE id = :id""")
                .bind("perDay", quota.tasksPerDay())
                .bind("total", quota.tasksTotal())
                .bind("minutes", quota.minutesPerDay())
                .bind("id", labeler)
                .execute();
    }

    /** Returns the first minute of today in a time zone, in minutes since 1970 UTC. */
    public long today(ZoneId zone) {
        return Math.floorDiv(beginning(zone, 0).getEpochSecond(), 60L);
    }

    /**
     * Returns when a day begins, also where the clocks change at midnight.
     *
     * @param later days after today
     */
    private Instant beginning(ZoneId zone, int later) {
        return now.atZoneSameInstant(zone)
                .toLocalDate()
                .plusDays(later)
                .atStartOfDay(zone)
                .toInstant();
    }

    /**
     * Returns the quota that a labeler has met. Tasks that they hold now count as labelled, so that several tabs do not
     * exceed a quota.
     */
    public Optional<QuotaMet> met(long labeler) {
        Applied applied = applied(labeler);
        Quota quota = applied.quota();
        if (!limits(quota.tasksTotal()) && !limits(quota.tasksPerDay()) && !limits(quota.minutesPerDay())) {
            return Optional.empty();
        }
        int held = held(labeler);
        if (reached(quota.tasksTotal(), applied.total() + held)) {
            return Optional.of(new QuotaMet(Measure.TASKS_TOTAL, limit(quota.tasksTotal()), null));
        }
        if (!limits(quota.tasksPerDay()) && !limits(quota.minutesPerDay())) {
            return Optional.empty();
        }
        Today today = today(labeler, applied.zone());
        Instant until = beginning(applied.zone(), 1);
        if (reached(quota.tasksPerDay(), today.tasks() + held)) {
            return Optional.of(new QuotaMet(Measure.TASKS_PER_DAY, limit(quota.tasksPerDay()), until));
        }
        return reached(quota.minutesPerDay(), (int) (today.seconds() / 60))
                ? Optional.of(new QuotaMet(Measure.MINUTES_PER_DAY, limit(quota.minutesPerDay()), until))
                : Optional.empty();
    }

    /** Returns how many tasks a labeler may still label, those that they hold included; empty without a quota. */
    public OptionalInt left(long labeler) {
        Applied applied = applied(labeler);
        Quota quota = applied.quota();
        int left = Integer.MAX_VALUE;
        if (limits(quota.tasksTotal())) {
            left = Math.max(0, limit(quota.tasksTotal()) - applied.total());
        }
        if (limits(quota.tasksPerDay()) || limits(quota.minutesPerDay())) {
            Today today = today(labeler, applied.zone());
            if (limits(quota.tasksPerDay())) {
                left = Math.min(left, Math.max(0, limit(quota.tasksPerDay()) - today.tasks()));
            }
            if (reached(quota.minutesPerDay(), (int) (today.seconds() / 60))) {
                left = Math.min(left, held(labeler));
            }
        }
        return left == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(left);
    }

    private record Applied(Quota quota, ZoneId zone, int total) {}

    private Applied applied(long labeler) {
        return handle.createQuery("""
                        SELECT l.tasks_per_day, l.tasks_total, l.minutes_per_day, l.done,
                            (SELECT content FROM setting WHERE name = :name) AS project
                        FROM labeler l WHERE l.id = :id""")
                .bind("name", SETTING)
                .bind("id", labeler)
                .map((row, context) -> {
                    String content = row.getString("project");
                    ProjectQuota project = content == null ? ProjectQuota.NONE : parse(content);
                    Quota own = new Quota(
                            row.getObject("tasks_per_day", Integer.class),
                            row.getObject("tasks_total", Integer.class),
                            row.getObject("minutes_per_day", Integer.class));
                    return new Applied(own.within(project.quota()), project.zone(), row.getInt("done"));
                })
                .one();
    }

    private record Today(int tasks, double seconds) {}

    private Today today(long labeler, ZoneId zone) {
        return handle.createQuery("""
                        SELECT COALESCE(SUM(done), 0) AS tasks, COALESCE(SUM(seconds), 0) AS seconds
                        FROM labeler_minute WHERE labeler_id = :id AND utc_minute >= :midnight""")
                .bind("id", labeler)
                .bind("midnight", today(zone))
                .map((row, context) -> new Today(row.getInt("tasks"), row.getDouble("seconds")))
                .one();
    }

    private int held(long labeler) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM assignment WHERE labeler_id = :id AND state = 'claimed'
                        AND lease_until > :now""")
                .bind("id", labeler)
                .bind("now", now)
                .mapTo(Integer.class)
                .one();
    }

    private static boolean limits(@Nullable Integer limit) {
        return limit != null && limit > 0;
    }

    private static boolean reached(@Nullable Integer limit, int value) {
        return limit != null && limit > 0 && value >= limit;
    }

    private static int limit(@Nullable Integer limit) {
        return limit == null ? 0 : limit;
    }

    private static String number(@Nullable Integer value) {
        return value == null ? "0" : value.toString();
    }

    private static ProjectQuota parse(String content) {
        String[] parts = content.split(" ", -1);
        return new ProjectQuota(
                new Quota(Integer.valueOf(parts[0]), Integer.valueOf(parts[1]), Integer.valueOf(parts[2])),
                ZoneId.of(parts[3]));
    }
}
