package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.store.assignment.TagTable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Decides when a labeler is given a gold task, and which one. Both depend only on names and on the number of tasks the
 * labeler has been given, so that every labeler gets them at different times and in a different order, and asking again
 * changes nothing.
 */
final class GoldMix {
    private final Handle handle;

    GoldMix(Handle handle) {
        this.handle = handle;
    }

    /** Returns the gold task to give instead of the batch's next task; empty most of the time. */
    Optional<Long> instead(long batch, String batchName, double rate, Labeler labeler) {
        return rate > 0 && due(batchName, rate, labeler) ? pick(batch, batchName, labeler) : Optional.empty();
    }

    private boolean due(String batch, double rate, Labeler labeler) {
        return due(batch, rate, labeler, given(labeler));
    }

    /** Returns how many tasks the labeler has been given. */
    long given(Labeler labeler) {
        return handle.createQuery("SELECT given FROM labeler WHERE id = :me")
                .bind("me", labeler.id())
                .mapTo(Long.class)
                .one();
    }

    /** Returns whether a gold task is given instead of the batch's next one after this many tasks. */
    static boolean due(String batch, double rate, Labeler labeler, long given) {
        return SeededRandom.of("gold", batch, labeler.name(), Long.toString(given))
                        .nextDouble()
                < rate;
    }

    /**
     * A batch that is not paused and whose tags the labeler has.
     *
     * @param golds number of gold tasks that the labeler was not given yet
     */
    record Running(long batch, String name, double rate, int golds) {}

    /** Returns the batches from which the labeler is given tasks, in that order. */
    List<Running> running(Labeler labeler) {
        return handle.createQuery("""
                        SELECT b.id, b.name, b.gold_rate, (SELECT COUNT(*) FROM task t WHERE t.batch_id = b.id
                            AND t.is_gold = TRUE AND %s) AS golds
                        FROM batch b WHERE NOT b.paused AND %s
                        ORDER BY b.priority DESC, b.id""".formatted(OpenTasks.ELIGIBLE, TagTable.HAS_BATCH_TAGS))
                .bind("me", labeler.id())
                .map((row, context) -> new Running(
                        row.getLong("id"), row.getString("name"), row.getDouble("gold_rate"), row.getInt("golds")))
                .list();
    }

    /** Returns the next gold task for the labeler; empty if they were given all. */
    Optional<Long> pick(long batch, String batchName, Labeler labeler) {
        record Gold(long id, String name) {}
        return handle
                .createQuery("""
                        SELECT t.id, t.external_id FROM task t WHERE t.batch_id = :batch AND t.is_gold = TRUE
                        AND %s""".formatted(OpenTasks.ELIGIBLE))
                .bind("batch", batch)
                .bind("me", labeler.id())
                .map((row, context) -> new Gold(row.getLong("id"), row.getString("external_id")))
                .stream()
                .min(Comparator.comparingLong(
                        gold -> SeededRandom.of("gold order", batchName, labeler.name(), gold.name())
                                .nextLong()))
                .map(Gold::id);
    }
}
