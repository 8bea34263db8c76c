package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.assignment.TagTable;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reads progress from counters. */
final class ProgressReader {
    /** Smallest step in which the number of expected gold rankings grows. */
    private static final int LEAST_STEP = 20;

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

    /** Counts the tasks that the labeler may still be given, or holds; no more than their quota allows. */
    TasksLeft left(Labeler labeler) {
        Waiting waiting = waiting(labeler, false);
        int open = waiting.tasks() < TasksLeft.LIMIT ? withGold(labeler, waiting) : TasksLeft.LIMIT;
        Waiting paused = waiting(labeler, true);
        return new TasksLeft(
                Math.min(open, new Quotas(handle, now).left(labeler.id()).orElse(open)),
                Math.min(paused.tasks(), TasksLeft.LIMIT));
    }

    /**
     * Tasks that a labeler holds, and open ones that they were not given yet, by batch.
     *
     * @param held number of tasks that they hold
     * @param heldGold number of gold tasks among these
     */
    private record Waiting(int held, int heldGold, Map<Long, Integer> open) {
        int tasks() {
            return held + open.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private Waiting waiting(Labeler labeler, boolean paused) {
        record Part(long batch, boolean held, boolean gold, int tasks) {}
        // The positions and passed tasks of OpenTasks bound what is read.
        List<Part> parts = handle.createQuery(
                        """
                        SELECT batch_id, held, is_gold, COUNT(*) AS tasks FROM (
                            (SELECT t.id, t.batch_id, t.is_gold, TRUE AS held
                                FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                                WHERE a.labeler_id = :me AND a.state = 'claimed' AND b.paused = :paused
                                AND (t.is_open OR t.is_gold) LIMIT :limit)
                            UNION
                            (SELECT t.id, t.batch_id, t.is_gold, FALSE AS held
                                FROM passed_task p JOIN task t ON t.id = p.task_id JOIN batch b ON b.id = p.batch_id
                                WHERE p.labeler_id = :me AND t.is_open AND b.paused = :paused AND %1$s AND %2$s
                                LIMIT :limit)
                            UNION
                            (SELECT t.id, t.batch_id, t.is_gold, FALSE AS held
                                FROM batch b JOIN task t ON t.batch_id = b.id AND t.is_open = TRUE
                                AND t.full_until >= %4$s
                                WHERE b.paused = :paused AND %1$s AND %2$s LIMIT :limit)
                            UNION
                            (SELECT t.id, t.batch_id, t.is_gold, FALSE AS held
                                FROM batch b JOIN task t ON t.batch_id = b.id AND t.is_open = TRUE
                                AND t.full_until = %3$s
                                LEFT JOIN queue_position q ON q.batch_id = b.id AND q.labeler_id = :me
                                WHERE b.paused = :paused AND t.queue >= COALESCE(q.position, 0) AND %1$s AND %2$s
                                LIMIT :limit)
                        ) AS some_tasks GROUP BY batch_id, held, is_gold""".formatted(OpenTasks.ELIGIBLE, TagTable.HAS_BATCH_TAGS, OpenTasks.NOT_FULL, OpenTasks.FULL))
                .bind("me", labeler.id())
                .bind("paused", paused)
                .bind("limit", TasksLeft.LIMIT)
                .map((row, context) -> new Part(
                        row.getLong("batch_id"),
                        row.getBoolean("held"),
                        row.getBoolean("is_gold"),
                        row.getInt("tasks")))
                .list();
        return new Waiting(
                parts.stream().filter(Part::held).mapToInt(Part::tasks).sum(),
                parts.stream()
                        .filter(Part::held)
                        .filter(Part::gold)
                        .mapToInt(Part::tasks)
                        .sum(),
                parts.stream()
                        .filter(part -> !part.held())
                        .collect(Collectors.toMap(Part::batch, Part::tasks, Integer::sum)));
    }

    /**
     * Counts the waiting tasks with the gold tasks that will come before and between them. Without these, a count that
     * stays the same would reveal a gold task.
     */
    private int withGold(Labeler labeler, Waiting waiting) {
        GoldMix mix = new GoldMix(handle);
        int quiz = Math.max(0, new Quality(handle, now).quizLeft(labeler) - waiting.heldGold());
        long given = mix.given(labeler);
        int left = waiting.held();
        List<GoldMix.Running> batches = mix.running(labeler);
        Map<Long, Integer> golds = new HashMap<>();
        for (GoldMix.Running batch : batches) {
            int ofQuiz = Math.min(quiz, batch.golds());
            golds.put(batch.batch(), batch.golds() - ofQuiz);
            quiz -= ofQuiz;
            given += ofQuiz;
            left += ofQuiz;
        }
        for (GoldMix.Running batch : batches) {
            int gold = golds.getOrDefault(batch.batch(), 0);
            int open = waiting.open().getOrDefault(batch.batch(), 0);
            for (; open > 0 && left < TasksLeft.LIMIT; left++, given++) {
                if (gold > 0 && GoldMix.due(batch.name(), batch.rate(), labeler, given)) {
                    gold--;
                } else {
                    open--;
                }
            }
        }
        return Math.min(left, TasksLeft.LIMIT);
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
     * the gold rate is used until all other tasks are done. Are there more already, as after a quiz, the number wanted
     * grows in steps: a number that grew with every gold ranking would reveal it, too.
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
            int step = Math.max(LEAST_STEP, batch.places() / 10);
            int golds = likely + step * Math.ceilDiv(Math.max(0, batch.gold() - likely), step);
            wanted += left == 0 ? batch.taken() + batch.gold() : batch.places() + golds;
        }
        return new int[] {rankings, wanted};
    }
}
