package dev.rlhf.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.judging.JudgingExport;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.text.Message;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Imports and reads judging tasks, in the caller's transaction. A batch has judging tasks or tasks to rank, not both.
 */
final class JudgingTasks {
    private final Handle handle;
    private final OffsetDateTime now;

    JudgingTasks(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /** Returns the reference answers of a task; empty if it is a task to rank. */
    static Optional<List<String>> answers(Handle handle, long task) {
        return handle.createQuery("SELECT answers FROM task WHERE id = :task AND answers IS NOT NULL")
                .bind("task", task)
                .mapTo(String.class)
                .findOne()
                .map(JudgingTasks::list);
    }

    /**
     * Refuses tasks of the other kind.
     *
     * @throws InputException if the batch has any
     */
    static void refuseOthers(Handle handle, long batch, String name, boolean judging) {
        boolean others = handle.createQuery("SELECT EXISTS (SELECT 1 FROM task WHERE batch_id = :batch AND answers IS "
                        + (judging ? "" : "NOT ") + "NULL)")
                .bind("batch", batch)
                .mapTo(Boolean.class)
                .one();
        if (others) {
            throw new InputException("batch '" + name + "' has " + (judging ? "tasks to rank" : "judging tasks")
                    + "; import into another batch");
        }
    }

    /**
     * Adds tasks; those that the store has are counted.
     *
     * @throws InputException if the store has a task that differs, or the batch has tasks to rank
     */
    ImportResult add(List<JudgingTask> tasks, ImportOptions options) {
        long batch = Batches.make(handle, options.batch(), now);
        Batches.change(handle, batch, options.change());
        refuseOthers(handle, batch, options.batch(), true);
        Map<String, JudgingTask> known = read(ExportFilter.all(options.batch())).values().stream()
                .collect(Collectors.toMap(JudgingTask::id, Function.identity()));
        List<JudgingTask> added = new ArrayList<>();
        for (JudgingTask task : tasks) {
            JudgingTask there = known.get(task.id());
            if (there == null) {
                added.add(task);
            } else if (!there.sameTexts(task)) {
                throw new InputException("batch '" + options.batch() + "' has a task '" + task.id()
                        + "' with another question, other answers or another completion; give it a new id or import"
                        + " into another batch");
            }
        }
        insert(batch, added);
        Assignments.recount(handle, batch);
        return new ImportResult(added.size(), tasks.size() - added.size(), 0, 0, 0, 0);
    }

    private void insert(long batch, List<JudgingTask> tasks) {
        if (tasks.isEmpty()) {
            return;
        }
        int position = handle.createQuery("SELECT COALESCE(MAX(position), -1) FROM task WHERE batch_id = :batch")
                .bind("batch", batch)
                .mapTo(Integer.class)
                .one();
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO task (batch_id, external_id, position, queue, messages, plain, answers, is_open, created_at)
                VALUES (:batch, :id, :position, :position, :messages, TRUE, :answers, TRUE, :now)""");
        for (JudgingTask task : tasks) {
            position++;
            rows.bind("batch", batch)
                    .bind("id", task.id())
                    .bind("position", position)
                    .bind(
                            "messages",
                            TaskJson.writeMessages(List.of(Message.user(task.question())))
                                    .toString())
                    .bind("answers", json(task.answers()))
                    .bind("now", now)
                    .add();
        }
        List<Long> ids = rows.executePreparedBatch("id").mapTo(Long.class).list();
        PreparedBatch completions = handle.prepareBatch(
                "INSERT INTO completion (task_id, position, external_id, text) VALUES (:task, 0, 'answer', :text)");
        for (int i = 0; i < ids.size(); i++) {
            completions
                    .bind("task", ids.get(i))
                    .bind("text", tasks.get(i).completion())
                    .add();
        }
        completions.execute();
    }

    /** Returns the tasks of the filter's batch with their matching verdicts, by id in the store. */
    Map<Long, JudgingTask> read(ExportFilter filter) {
        Map<Long, Map<String, Verdict>> verdicts = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT t.id, w.name, l.verdict FROM task t JOIN batch b ON b.id = t.batch_id
                        JOIN assignment a ON a.task_id = t.id JOIN label l ON l.id = a.latest_label
                        JOIN labeler w ON w.id = a.labeler_id
                        WHERE l.verdict IS NOT NULL AND (:batch IS NULL OR b.name = :batch)
                            AND (:labeler IS NULL OR w.name = :labeler)
                            AND (:guideline IS NULL OR l.guideline_version = :guideline)
                            AND (:since IS NULL OR l.created_at >= :since) AND (:until IS NULL OR l.created_at < :until)
                        ORDER BY t.id, w.name""")
                .bind("batch", filter.batch())
                .bind("labeler", filter.labeler())
                .bind("guideline", filter.guideline())
                .bindByType("since", Times.utc(filter.since()), OffsetDateTime.class)
                .bindByType("until", Times.utc(filter.until()), OffsetDateTime.class)
                .map((row, context) -> verdicts.computeIfAbsent(row.getLong("id"), _ -> new LinkedHashMap<>())
                        .put(row.getString("name"), Verdict.of(row.getString("verdict"))))
                .forEach(_ -> {});
        Map<Long, JudgingTask> tasks = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT t.id, t.external_id, t.messages, t.answers, c.text FROM task t
                        JOIN batch b ON b.id = t.batch_id JOIN completion c ON c.task_id = t.id
                        WHERE t.answers IS NOT NULL AND (:batch IS NULL OR b.name = :batch)
                        ORDER BY t.batch_id, t.position""")
                .bind("batch", filter.batch())
                .map((row, context) -> tasks.put(
                        row.getLong("id"),
                        new JudgingTask(
                                row.getString("external_id"),
                                TaskReader.messages(row.getString("messages"))
                                        .getFirst()
                                        .content(),
                                list(row.getString("answers")),
                                row.getString("text"),
                                verdicts.getOrDefault(row.getLong("id"), Map.of()))))
                .forEach(_ -> {});
        return tasks;
    }

    /**
     * Returns the matching tasks with their matching verdicts.
     *
     * @param close whether labelers can no longer change these verdicts
     * @throws InputException if there is no such batch, labeler or version of the guidelines, or two batches
     *     share an id
     */
    JudgingExport export(ExportFilter filter, boolean close) {
        Exports.known(handle, filter);
        Map<Long, JudgingTask> all = read(filter);
        Set<String> ids = new HashSet<>();
        all.values().forEach(task -> {
            if (!ids.add(task.id())) {
                throw new InputException(
                        "two batches have a task '" + task.id() + "'; export one at a time with --batch");
            }
        });
        Map<Long, JudgingTask> kept = new LinkedHashMap<>(all);
        kept.values().removeIf(task -> task.verdicts().size() < filter.minOverlap());
        if (close) {
            close(kept);
        }
        int verdicts = count(kept);
        return new JudgingExport(
                List.copyOf(kept.values()),
                verdicts,
                all.size() - kept.size(),
                count(read(ExportFilter.all(filter.batch()))) - verdicts);
    }

    private void close(Map<Long, JudgingTask> tasks) {
        PreparedBatch rows = handle.prepareBatch("""
                UPDATE assignment SET exported_at = :now WHERE task_id = :task AND exported_at IS NULL
                AND labeler_id = (SELECT id FROM labeler WHERE name = :labeler)""");
        tasks.forEach((id, task) -> task.verdicts()
                .keySet()
                .forEach(labeler -> rows.bind("now", now)
                        .bind("task", id)
                        .bind("labeler", labeler)
                        .add()));
        if (rows.size() > 0) {
            rows.execute();
        }
    }

    private static int count(Map<Long, JudgingTask> tasks) {
        return tasks.values().stream().mapToInt(task -> task.verdicts().size()).sum();
    }

    private static String json(List<String> answers) {
        try {
            return Json.mapper().writeValueAsString(answers);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> list(@Nullable String json) {
        try {
            return List.of(Json.mapper().readValue(Objects.requireNonNull(json), String[].class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
