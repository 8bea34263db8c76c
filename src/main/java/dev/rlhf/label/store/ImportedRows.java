package dev.rlhf.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.store.assignment.TagTable;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Inserts imported tasks and labels of one batch, in the caller's transaction. A statement per row would take most of
 * the time of a large import, so each table's rows are inserted together.
 */
final class ImportedRows {
    private final Handle handle;
    private final long batch;
    private final OffsetDateTime now;
    private final Map<Long, Counts> counts = new HashMap<>();
    private int position;

    ImportedRows(Handle handle, long batch, OffsetDateTime now) {
        this.handle = handle;
        this.batch = batch;
        this.now = now;
        position = handle.createQuery("SELECT COALESCE(MAX(position), -1) FROM task WHERE batch_id = :batch")
                .bind("batch", batch)
                .mapTo(Integer.class)
                .one();
    }

    /** A new task with its labels. */
    record NewTask(RankedTask task, List<TaskLabel> labels) {}

    /**
     * A label of a new task.
     *
     * @param labeler id in the store
     */
    record TaskLabel(long labeler, Judgement judgement) {}

    /**
     * A label of a task that the store has.
     *
     * @param task id in the store
     */
    record NewLabel(long task, TaskLabel label) {}

    /** How many assignments a labeler has received and settled. */
    private static final class Counts {
        int given;
        int done;
        int skipped;
    }

    /** Inserts tasks with their labels and returns the tasks' ids in the store. */
    List<Long> insertTasks(Collection<NewTask> tasks) {
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO task (batch_id, external_id, position, queue, messages, plain, gold, adjudicated, adjudicated_at,
                    is_open, created_at)
                VALUES (:batch, :id, :position, :position, :messages, :plain, :gold, :adjudicated, :adjudicatedAt, TRUE, :now)""");
        for (NewTask added : tasks) {
            RankedTask task = added.task();
            position++;
            rows.bind("batch", batch)
                    .bind("id", task.id())
                    .bind("position", position)
                    .bind("messages", json(task.prompt()))
                    .bind("plain", task.prompt().plain())
                    .bindByType("gold", LabelTable.array(task.gold()), Integer[].class)
                    .bindByType("adjudicated", LabelTable.array(task.adjudicated()), Integer[].class)
                    .bindByType("adjudicatedAt", task.adjudicated() == null ? null : now, OffsetDateTime.class)
                    .bind("now", now)
                    .add();
        }
        List<Long> ids = rows.executePreparedBatch("id").mapTo(Long.class).list();
        PreparedBatch completions = handle.prepareBatch("""
                INSERT INTO completion (task_id, position, external_id, text, model, ended)
                VALUES (:task, :position, :id, :text, :model, :ended)""");
        List<NewLabel> labels = new ArrayList<>();
        Map<Long, List<String>> tags = new HashMap<>();
        int i = 0;
        for (NewTask added : tasks) {
            long id = ids.get(i++);
            addCompletions(completions, id, added.task().completions());
            added.labels().forEach(label -> labels.add(new NewLabel(id, label)));
            tags.put(id, added.task().tags());
        }
        completions.execute();
        new TagTable(handle).add(TagTable.Owner.TASK, tags);
        insertAssigned(labels);
        return ids;
    }

    private static void addCompletions(PreparedBatch rows, long task, List<Completion> completions) {
        for (int i = 0; i < completions.size(); i++) {
            Completion completion = completions.get(i);
            rows.bind("task", task)
                    .bind("position", i)
                    .bind("id", completion.id())
                    .bind("text", completion.text())
                    .bind("model", completion.model())
                    .bind("ended", completion.ended())
                    .add();
        }
    }

    /** Inserts labels of tasks that the store has. They replace the labelers' claims of these tasks. */
    void insertLabels(List<NewLabel> labels) {
        if (labels.isEmpty()) {
            return;
        }
        String claim = "task_id = :task AND labeler_id = :labeler AND state = 'claimed'";
        deleteClaims(
                "DELETE FROM draft WHERE assignment_id IN (SELECT id FROM assignment WHERE " + claim + ")", labels);
        int[] deleted = deleteClaims("DELETE FROM assignment WHERE " + claim, labels);
        for (int i = 0; i < deleted.length; i++) {
            counts(labels.get(i)).given -= deleted[i];
        }
        insertAssigned(labels);
    }

    private int[] deleteClaims(String sql, List<NewLabel> labels) {
        PreparedBatch rows = handle.prepareBatch(sql);
        for (NewLabel label : labels) {
            rows.bind("task", label.task())
                    .bind("labeler", label.label().labeler())
                    .add();
        }
        return rows.execute();
    }

    private void insertAssigned(List<NewLabel> labels) {
        if (labels.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO assignment (task_id, labeler_id, state, claimed_at, lease_until, done_at)
                VALUES (:task, :labeler, :state, :now, :now, :now)""");
        List<Judgement> judgements = new ArrayList<>();
        for (NewLabel label : labels) {
            Judgement judgement = label.label().judgement();
            boolean ranking = judgement.kind().takesPlace();
            rows.bind("task", label.task())
                    .bind("labeler", label.label().labeler())
                    .bind("state", ranking ? "done" : "skipped")
                    .bind("now", now)
                    .add();
            judgements.add(judgement);
            Counts counts = counts(label);
            counts.given++;
            counts.done += ranking ? 1 : 0;
            counts.skipped += ranking ? 0 : 1;
        }
        List<Long> assignments =
                rows.executePreparedBatch("id").mapTo(Long.class).list();
        new LabelTable(handle).insertFirst(assignments, judgements, LabelTable.IMPORT_KEY, now);
    }

    private Counts counts(NewLabel label) {
        return counts.computeIfAbsent(label.label().labeler(), _ -> new Counts());
    }

    /** Updates the labelers' counters by everything inserted. */
    void count() {
        LabelerCounters counters = new LabelerCounters(handle);
        counts.forEach((labeler, counted) -> {
            counters.given(labeler, counted.given);
            counters.settled(labeler, counted.done, counted.skipped);
        });
    }

    private static String json(Prompt prompt) {
        try {
            return Json.mapper().writeValueAsString(TaskJson.writeMessages(prompt.messages()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
