package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.assignment.TagTable;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads progress from counters. */
final class ProgressReader {
    private final Handle handle;
    private final OffsetDateTime now;

    ProgressReader(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Returns a labeler's progress.
     *
     * @param zone decides when today began
     */
    LabelingProgress of(Labeler labeler, ZoneOffset zone) {
        Totals totals = handle.createQuery("SELECT done, skipped FROM labeler WHERE id = :me")
                .bind("me", labeler.id())
                .map((row, context) -> new Totals(row.getInt("done"), row.getInt("skipped")))
                .one();
        Day today = today(labeler, now.withOffsetSameInstant(zone).truncatedTo(ChronoUnit.DAYS));
        int[] all = all();
        return new LabelingProgress(
                labeler.name(), totals.done(), totals.skipped(), today.count(), today.seconds(), all[0], all[1]);
    }

    /** Counts the open tasks that the labeler may still be given, or holds; no more than their quota allows. */
    TasksLeft left(Labeler labeler) {
        int open = left(labeler, false);
        return new TasksLeft(
                Math.min(open, new Quotas(handle, now).left(labeler.id()).orElse(open)), left(labeler, true));
    }

    private int left(Labeler labeler, boolean paused) {
        // The positions and passed tasks of OpenTasks bound what is read.
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM (
                            (SELECT t.id FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                                WHERE a.labeler_id = :me AND a.state = 'claimed' AND b.paused = :paused
                                AND (t.is_open OR t.is_gold) LIMIT :limit)
                            UNION
                            (SELECT t.id FROM passed_task p JOIN task t ON t.id = p.task_id JOIN batch b ON b.id = p.batch_id
                                WHERE p.labeler_id = :me AND t.is_open AND b.paused = :paused AND %1$s AND %2$s
                                LIMIT :limit)
                            UNION
                            (SELECT t.id FROM batch b JOIN task t ON t.batch_id = b.id AND t.is_open = TRUE
                                AND t.full_until >= %4$s
                                WHERE b.paused = :paused AND %1$s AND %2$s LIMIT :limit)
                            UNION
                            (SELECT t.id FROM batch b JOIN task t ON t.batch_id = b.id AND t.is_open = TRUE
                                AND t.full_until = %3$s
                                LEFT JOIN queue_position q ON q.batch_id = b.id AND q.labeler_id = :me
                                WHERE b.paused = :paused AND t.queue >= COALESCE(q.position, 0) AND %1$s AND %2$s
                                LIMIT :limit)
                        ) AS some_tasks""".formatted(OpenTasks.ELIGIBLE, TagTable.HAS_BATCH_TAGS, OpenTasks.NOT_FULL, OpenTasks.FULL))
                .bind("me", labeler.id())
                .bind("paused", paused)
                .bind("limit", TasksLeft.LIMIT)
                .mapTo(Integer.class)
                .map(count -> Math.min(count, TasksLeft.LIMIT))
                .one();
    }

    private record Totals(int done, int skipped) {}

    private record Day(int count, double seconds) {}

    private Day today(Labeler labeler, OffsetDateTime midnight) {
        return handle.createQuery("""
                        SELECT COALESCE(SUM(done), 0) AS count, COALESCE(SUM(seconds), 0) AS seconds FROM labeler_minute
                        WHERE labeler_id = :me AND utc_minute >= :midnight""")
                .bind("me", labeler.id())
                .bind("midnight", LabelerCounters.minute(midnight))
                .map((row, context) -> new Day(row.getInt("count"), row.getDouble("seconds")))
                .one();
    }

    /**
     * Returns the numbers of rankings made and wanted. Both include gold tasks, because a count that does not change
     * would reveal a gold task. The final number of gold rankings is not known in advance, so the number expected from
     * the gold rate is used until all other tasks are done.
     */
    private int[] all() {
        record Batch(int places, int taken, int gold, double rate) {}
        List<Batch> batches = handle.createQuery("SELECT places, taken, gold_rate, gold_done FROM batch")
                .map((row, context) -> new Batch(
                        row.getInt("places"), row.getInt("taken"), row.getInt("gold_done"), row.getDouble("gold_rate")))
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
