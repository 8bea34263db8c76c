package dev.rlhf.label.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.ImportOptions;
import dev.rlhf.label.ImportResult;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Puts tasks and rankings into one batch, inside the caller's transaction. One instance an import. */
public final class Importer {
    private final Handle handle;
    private final OffsetDateTime now;
    private int newTasks;
    private int knownTasks;
    private int newRankings;
    private int knownRankings;

    public Importer(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Adds what is new and passes over what is there already and equal.
     *
     * @throws InputException if a task or a ranking is there already and different; the transaction is to be rolled back
     */
    public ImportResult run(List<TaskLines.Located> tasks, ImportOptions options) {
        long batch = batch(options);
        Map<String, TaskReader.Stored> known = new TaskReader(handle)
                .tasks(options.batch(), TaskReader.Which.ALL).stream()
                        .collect(Collectors.toMap(stored -> stored.task().id(), Function.identity()));
        int position = handle.createQuery("SELECT COALESCE(MAX(position), -1) FROM task WHERE batch_id = :batch")
                .bind("batch", batch)
                .mapTo(Integer.class)
                .one();
        for (TaskLines.Located located : tasks) {
            RankedTask task = located.task();
            TaskReader.Stored stored = known.get(task.id());
            if (stored == null) {
                position++;
                long id = insert(batch, position, task);
                task.rankings().forEach(ranking -> insert(id, task, ranking, located.where()));
                newTasks++;
                known.put(task.id(), new TaskReader.Stored(id, task));
            } else {
                merge(stored, located, options.batch());
                knownTasks++;
            }
        }
        TaskQueue.reopen(handle, batch);
        return new ImportResult(newTasks, knownTasks, newRankings, knownRankings);
    }

    private long batch(ImportOptions options) {
        Optional<Long> known = handle.createQuery("SELECT id FROM batch WHERE name = :name")
                .bind("name", options.batch())
                .mapTo(Long.class)
                .findOne();
        Integer overlap = options.overlap();
        if (known.isEmpty()) {
            return handle.createUpdate("INSERT INTO batch (name, overlap, created_at) VALUES (:name, :overlap, :now)")
                    .bind("name", options.batch())
                    .bind("overlap", overlap == null ? 1 : overlap)
                    .bind("now", now)
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
        }
        if (overlap != null) {
            handle.createUpdate("UPDATE batch SET overlap = :overlap WHERE id = :id")
                    .bind("overlap", overlap)
                    .bind("id", known.get())
                    .execute();
        }
        return known.get();
    }

    private void merge(TaskReader.Stored stored, TaskLines.Located located, String batch) {
        RankedTask there = stored.task();
        RankedTask here = located.task();
        if (!there.prompt().equals(here.prompt()) || !there.completions().equals(here.completions())) {
            throw new InputException(located.where() + ": batch '" + batch + "' has a task '" + here.id()
                    + "' with another prompt or other completions; give it a new id or import into another batch");
        }
        Map<String, Ranking> byLabeler = new HashMap<>();
        there.rankings().forEach(ranking -> byLabeler.put(ranking.labeler(), ranking));
        for (Ranking ranking : here.rankings()) {
            Ranking known = byLabeler.get(ranking.labeler());
            if (known == null) {
                insert(stored.id(), here, ranking, located.where());
            } else if (known.equals(ranking)) {
                knownRankings++;
            } else {
                throw new InputException(located.where() + ": labeler '" + ranking.labeler()
                        + "' has ranked task '" + here.id() + "' of batch '" + batch
                        + "' differently in the store; remove that ranking or import into another batch");
            }
        }
    }

    private long insert(long batch, int position, RankedTask task) {
        long id = handle.createUpdate("""
                        INSERT INTO task (batch_id, external_id, position, messages, plain, is_open, created_at)
                        VALUES (:batch, :id, :position, :messages, :plain, TRUE, :now)""")
                .bind("batch", batch)
                .bind("id", task.id())
                .bind("position", position)
                .bind("messages", json(task.prompt()))
                .bind("plain", task.prompt().plain())
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO completion (task_id, position, external_id, text, model)
                VALUES (:task, :position, :id, :text, :model)""");
        for (int i = 0; i < task.completions().size(); i++) {
            Completion completion = task.completions().get(i);
            rows.bind("task", id)
                    .bind("position", i)
                    .bind("id", completion.id())
                    .bind("text", completion.text())
                    .bind("model", completion.model())
                    .add();
        }
        rows.execute();
        return id;
    }

    private void insert(long task, RankedTask content, Ranking ranking, String where) {
        long labeler = labeler(ranking.labeler(), ranking.kind(), where);
        long assignment = assignment(task, labeler);
        long id = Rankings.insert(
                handle,
                new Rankings.Row(
                        assignment,
                        1,
                        ranking.ranks(),
                        ranking.seconds(),
                        ranking.guideline(),
                        Rankings.IMPORT_KEY,
                        now));
        for (int i = 0; i < content.completions().size(); i++) {
            for (String flag :
                    ranking.flags().getOrDefault(content.completions().get(i).id(), List.of())) {
                handle.createUpdate("INSERT INTO ranking_flag VALUES (:ranking, :position, :flag)")
                        .bind("ranking", id)
                        .bind("position", i)
                        .bind("flag", flag)
                        .execute();
            }
        }
        newRankings++;
    }

    /** The assignment the ranking hangs on; one that the labeler holds but has not ranked is taken over. */
    private long assignment(long task, long labeler) {
        handle.createUpdate(
                        "DELETE FROM assignment WHERE task_id = :task AND labeler_id = :labeler AND state = 'claimed'")
                .bind("task", task)
                .bind("labeler", labeler)
                .execute();
        return handle.createUpdate("""
                        INSERT INTO assignment (task_id, labeler_id, state, claimed_at, lease_until, done_at)
                        VALUES (:task, :labeler, 'done', :now, :now, :now)""")
                .bind("task", task)
                .bind("labeler", labeler)
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
    }

    private long labeler(String name, LabelerKind kind, String where) {
        return Labelers.find(handle, name)
                .map(labeler -> {
                    if (labeler.kind() != kind) {
                        throw new InputException(where + ": labeler '" + name + "' is known as "
                                + labeler.kind().word() + ", not " + kind.word() + "; use another name");
                    }
                    return labeler.id();
                })
                .orElseGet(() -> Labelers.insert(handle, name, kind, now));
    }

    private static String json(Prompt prompt) {
        try {
            return Json.mapper().writeValueAsString(TaskJson.writeMessages(prompt.messages()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
