package dev.rlhf.label.internal;

import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads tasks for a file, and closes their rankings to edits in the same transaction. */
public final class Exports {
    private Exports() {}

    /**
     * The tasks of a batch or of all.
     *
     * @throws InputException if there is no such batch
     */
    public static List<RankedTask> run(Handle handle, @Nullable String batch, OffsetDateTime now) {
        if (batch != null) {
            Batches.settings(handle, batch);
        }
        handle.createUpdate("""
                        UPDATE assignment a SET exported_at = :now WHERE a.state = 'done' AND a.exported_at IS NULL
                        AND (:batch IS NULL OR a.task_id IN (
                            SELECT t.id FROM task t JOIN batch b ON b.id = t.batch_id WHERE b.name = :batch))""").bind("now", now).bind("batch", batch).execute();
        return new TaskReader(handle)
                .tasks(batch, TaskReader.Which.ALL).stream()
                        .map(TaskReader.Stored::task)
                        .toList();
    }
}
