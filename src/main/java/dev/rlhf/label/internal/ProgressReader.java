package dev.rlhf.label.internal;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.Progress;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Counts how far the work is. */
public final class ProgressReader {
    private final Handle handle;
    private final OffsetDateTime now;

    public ProgressReader(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /** @param zone says when today began */
    public Progress of(Labeler labeler, ZoneOffset zone) {
        Map<String, Integer> states = new HashMap<>();
        handle.createQuery("SELECT state, COUNT(*) AS count FROM assignment WHERE labeler_id = :me GROUP BY state")
                .bind("me", labeler.id())
                .map((row, context) -> Map.entry(row.getString("state"), row.getInt("count")))
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        Day today = today(labeler, now.withOffsetSameInstant(zone).truncatedTo(ChronoUnit.DAYS));
        int[] all = all();
        return new Progress(
                labeler.name(),
                states.getOrDefault("done", 0),
                states.getOrDefault("skipped", 0),
                today.count(),
                today.seconds(),
                all[0],
                all[1]);
    }

    private record Day(int count, double seconds) {}

    /** Ids of labels grow with time, so those of today are the last stretch of the labeler's history. */
    private Day today(Labeler labeler, OffsetDateTime midnight) {
        long first = handle.createQuery(
                        "SELECT id FROM label WHERE created_at >= :midnight ORDER BY created_at, id LIMIT 1")
                .bind("midnight", midnight)
                .mapTo(Long.class)
                .findOne()
                .orElse(Long.MAX_VALUE);
        return handle.createQuery("""
                        SELECT COALESCE(SUM(CASE WHEN l.revision = 1 AND a.state = 'done' THEN 1 ELSE 0 END), 0) AS count,
                            COALESCE(SUM(GREATEST(0, COALESCE(l.seconds_active, 0) - COALESCE(p.seconds_active, 0))), 0) AS seconds
                        FROM assignment a JOIN label l ON l.assignment_id = a.id AND l.id >= :first
                        LEFT JOIN label p ON p.assignment_id = a.id AND p.revision = l.revision - 1
                        WHERE a.labeler_id = :me AND a.latest_label >= :first AND a.shown_order IS NOT NULL""")
                .bind("me", labeler.id())
                .bind("first", first)
                .map((row, context) -> new Day(row.getInt("count"), row.getDouble("seconds")))
                .one();
    }

    /**
     * Rankings and wanted. Gold rankings are among both: were they left out, a count that stands still would tell which task
     * was gold. How many will be made is not known, so as many as the rate makes likely are wanted, and none any more once
     * all else is done.
     */
    private int[] all() {
        record Batch(int places, int taken, int gold, double rate) {}
        List<Batch> batches = handle.createQuery("""
                        SELECT b.places, b.taken, b.gold_rate, (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id
                            WHERE t.batch_id = b.id AND t.is_gold = TRUE AND a.state = 'done') AS gold FROM batch b""")
                .map((row, context) -> new Batch(
                        row.getInt("places"), row.getInt("taken"), row.getInt("gold"), row.getDouble("gold_rate")))
                .list();
        int rankings = 0;
        int wanted = 0;
        for (Batch batch : batches) {
            int left = batch.places() - batch.taken();
            int likely = (int) Math.round(batch.places() * batch.rate() / (1 - batch.rate()));
            rankings += batch.taken() + batch.gold();
            wanted += left == 0 ? batch.taken() + batch.gold() : batch.places() + Math.max(likely, batch.gold());
        }
        return new int[] {rankings, wanted};
    }
}
