package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ExportResult;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Reads tasks for an export and, if asked to, closes their rankings to edits in the same transaction. */
final class Exports {
    private Exports() {}

    /**
     * Returns the matching tasks with their matching labels.
     *
     * @throws InputException if the store has no such batch, labeler or version of the guidelines, or two batches share
     *     a task's id: a file that contained an id twice could not be read again
     */
    static ExportResult run(Handle handle, ExportFilter filter, boolean close, OffsetDateTime now) {
        known(handle, filter);
        List<TaskReader.Stored> all = new TaskReader(handle).tasks(filter, TaskReader.Which.ALL);
        refuseSameIds(handle, all);
        List<TaskReader.Stored> kept = all.stream()
                .filter(task -> task.task().adjudicated() != null
                        || task.task().rankings().size() >= filter.minOverlap())
                .toList();
        if (close) {
            close(handle, kept, now);
        }
        List<RankedTask> tasks = kept.stream().map(TaskReader.Stored::task).toList();
        int rankings = tasks.stream().mapToInt(task -> task.rankings().size()).sum();
        return new ExportResult(tasks, rankings, all.size() - kept.size(), count(handle, filter.batch()) - rankings);
    }

    /**
     * Checks the names in a filter.
     *
     * @throws InputException if the store has no such batch, labeler or version of the guidelines
     */
    static void known(Handle handle, ExportFilter filter) {
        if (filter.batch() != null) {
            Batches.settings(handle, filter.batch());
        }
        known(handle, "SELECT name FROM labeler ORDER BY id", "labeler", filter.labeler());
        known(
                handle,
                "SELECT version FROM guideline ORDER BY current_no",
                "version of the guidelines",
                filter.guideline());
    }

    private static void known(Handle handle, String query, String what, @Nullable String wanted) {
        List<String> names = handle.createQuery(query).mapTo(String.class).list();
        if (wanted != null && !names.contains(wanted)) {
            throw new InputException("no " + what + " '" + wanted + "' in the label store; it has "
                    + (names.isEmpty() ? "none" : String.join(", ", names)));
        }
    }

    private static void refuseSameIds(Handle handle, List<TaskReader.Stored> tasks) {
        Set<String> ids = new HashSet<>();
        for (TaskReader.Stored stored : tasks) {
            if (!ids.add(stored.task().id())) {
                List<String> batches = handle.createQuery("SELECT name FROM batch ORDER BY id")
                        .mapTo(String.class)
                        .list();
                throw new InputException(
                        "two batches have a task '" + stored.task().id() + "'; export one at a time with --batch, of "
                                + String.join(", ", batches));
            }
        }
    }

    private static void close(Handle handle, List<TaskReader.Stored> tasks, OffsetDateTime now) {
        PreparedBatch batch = handle.prepareBatch("""
                UPDATE assignment SET exported_at = :now WHERE task_id = :task AND exported_at IS NULL
                AND labeler_id = (SELECT id FROM labeler WHERE name = :labeler)""");
        for (TaskReader.Stored stored : tasks) {
            for (Label ranking : stored.task().rankings()) {
                batch.bind("now", now)
                        .bind("task", stored.id())
                        .bind("labeler", ranking.labeler())
                        .add();
            }
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private static int count(Handle handle, @Nullable String batch) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM assignment a JOIN task t ON t.id = a.task_id
                            JOIN batch b ON b.id = t.batch_id
                        WHERE a.state = 'done' AND t.answers IS NULL AND (:batch IS NULL OR b.name = :batch)""").bind("batch", batch).mapTo(Integer.class).one();
    }
}
