package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.store.assignment.TagTable;
import java.util.Comparator;
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
        long given = handle.createQuery("SELECT given FROM labeler WHERE id = :me")
                .bind("me", labeler.id())
                .mapTo(Long.class)
                .one();
        return SeededRandom.of("gold", batch, labeler.name(), Long.toString(given))
                        .nextDouble()
                < rate;
    }

    /** Returns the next gold task for the labeler; empty if they were given all. */
    Optional<Long> pick(long batch, String batchName, Labeler labeler) {
        record Gold(long id, String name) {}
        return handle
                .createQuery("""
                        SELECT t.id, t.external_id FROM task t WHERE t.batch_id = :batch AND t.is_gold = TRUE
                        AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.task_id = t.id AND m.labeler_id = :me)
                        AND %s""".formatted(TagTable.HAS_TASK_TAGS))
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
