package dev.rlhf.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.store.assignment.TagTable;
import dev.rlhf.text.Message;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/**
 * Reads tasks with the latest revision of every label: batches in the order they were created, tasks in the order they
 * were imported, labels by the labeler's name, whenever they were made.
 */
final class TaskReader {
    private final Handle handle;

    TaskReader(Handle handle) {
        this.handle = handle;
    }

    /**
     * A task with its id in the store.
     *
     * @param id id in the store
     */
    record Stored(long id, RankedTask task) {}

    /** The tasks to read: all but judging tasks, or those to train on, which are ranked and not gold. */
    enum Which {
        ALL(" AND t.answers IS NULL"),
        RANKED(" AND t.answers IS NULL AND (t.adjudicated IS NOT NULL"
                + " OR EXISTS (SELECT 1 FROM assignment d WHERE d.task_id = t.id AND d.state = 'done'))"
                + " AND NOT t.is_gold");

        private final String condition;

        Which(String condition) {
            this.condition = condition;
        }
    }

    /** Returns the completions of a task, in their order. */
    List<Completion> completions(long task) {
        return handle.createQuery("SELECT external_id, text, model, ended FROM completion WHERE task_id = :task"
                        + " ORDER BY position")
                .bind("task", task)
                .map((row, context) -> new Completion(
                        row.getString("external_id"),
                        row.getString("text"),
                        row.getString("model"),
                        row.getBoolean("ended")))
                .list();
    }

    /**
     * Returns tasks in the order described above.
     *
     * @param batch null: all batches
     */
    List<Stored> tasks(@Nullable String batch, Which which) {
        return tasks(ExportFilter.all(batch), which);
    }

    /**
     * Returns the tasks of the filter's batch with their matching labels, without regard to the filter's minimum
     * overlap.
     */
    List<Stored> tasks(ExportFilter filter, Which which) {
        String batch = filter.batch();
        Map<Long, List<Completion>> completions = new HashMap<>();
        each(
                "SELECT t.id AS task, c.external_id, c.text, c.model, c.ended FROM completion c JOIN task t ON t.id = "
                        + "c.task_id",
                "t.id, c.position",
                batch,
                which,
                (task, row) -> completions
                        .computeIfAbsent(task, id -> new ArrayList<>())
                        .add(new Completion(
                                row.getColumn("external_id", String.class),
                                row.getColumn("text", String.class),
                                row.getColumn("model", String.class),
                                row.getColumn("ended", Boolean.class))));
        Labels labels = labels(filter, which, completions);
        Map<Long, List<String>> tags = new TagTable(handle).ofTasks(batch);
        List<Stored> tasks = new ArrayList<>();
        each(
                "SELECT t.id AS task, t.external_id, t.messages, t.plain, t.gold, t.adjudicated, t.adjudicated_at"
                        + " FROM task t",
                "t.batch_id, t.position",
                batch,
                which,
                (id, row) -> tasks.add(new Stored(
                        id,
                        new RankedTask(
                                row.getColumn("external_id", String.class),
                                new Prompt(
                                        messages(row.getColumn("messages", String.class)),
                                        row.getColumn("plain", Boolean.class)),
                                completions.getOrDefault(id, List.of()),
                                labels.rankings().getOrDefault(id, List.of()),
                                labels.skips().getOrDefault(id, List.of()),
                                integers(row, "gold"),
                                adjudicated(filter, row),
                                tags.getOrDefault(id, List.of())))));
        return tasks;
    }

    /** Returns the adjudicated order; null if the filter selects one labeler, or another time. */
    private static @Nullable List<Integer> adjudicated(ExportFilter filter, RowView row) {
        OffsetDateTime at = row.getColumn("adjudicated_at", OffsetDateTime.class);
        return at == null || filter.labeler() != null || !inTime(filter, at.toInstant())
                ? null
                : integers(row, "adjudicated");
    }

    private static boolean inTime(ExportFilter filter, Instant at) {
        return (filter.since() == null || !at.isBefore(filter.since()))
                && (filter.until() == null || at.isBefore(filter.until()));
    }

    /** Returns messages as {@link Importer} stored them. */
    static List<Message> messages(String json) {
        try {
            List<JsonNode> nodes = new ArrayList<>();
            Json.mapper().readTree(json).forEach(nodes::add);
            return TaskJson.readMessages(nodes);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Labels by the task's id. */
    private record Labels(Map<Long, List<Label>> rankings, Map<Long, List<Label>> skips) {}

    private Labels labels(ExportFilter filter, Which which, Map<Long, List<Completion>> completions) {
        String batch = filter.batch();
        Map<Long, List<List<String>>> flags = flags(batch, which, completions);
        Labels labels = new Labels(new HashMap<>(), new HashMap<>());
        each("""
                SELECT t.id AS task, r.id AS label, l.name, l.kind AS labeler_kind, r.kind, r.ranks, r.top_k,
                    r.strength, r.scores,
                    r.all_bad, r.personal_data, r.reason, r.comment, r.seconds_active, r.guideline_version, r.demonstration,
                    r.created_at
                FROM assignment a JOIN label r ON r.id = a.latest_label
                JOIN labeler l ON l.id = a.labeler_id JOIN task t ON t.id = a.task_id""", "t.id, l.name", batch, which, (task, row) -> {
            if (!fits(filter, row)) {
                return;
            }
            Label label = label(row, flags.getOrDefault(row.getColumn("label", Long.class), List.of()));
            (label.isRanking() ? labels.rankings() : labels.skips())
                    .computeIfAbsent(task, _ -> new ArrayList<>())
                    .add(label);
        });
        return labels;
    }

    private static boolean fits(ExportFilter filter, RowView row) {
        Instant made = row.getColumn("created_at", OffsetDateTime.class).toInstant();
        return (filter.guideline() == null
                        || filter.guideline().equals(row.getColumn("guideline_version", String.class)))
                && (filter.labeler() == null || filter.labeler().equals(row.getColumn("name", String.class)))
                && inTime(filter, made);
    }

    private static Label label(RowView row, List<List<String>> flags) {
        Integer[] ranks = row.getColumn("ranks", Integer[].class);
        return new Label(
                row.getColumn("name", String.class),
                LabelerKind.of(row.getColumn("labeler_kind", String.class)),
                new Judgement(
                        LabelKind.of(row.getColumn("kind", String.class)),
                        ranks == null
                                ? null
                                : Judgement.bestOnly(List.of(ranks), row.getColumn("top_k", Integer.class)),
                        row.getColumn("strength", Integer.class),
                        integers(row, "scores"),
                        flags,
                        row.getColumn("all_bad", Boolean.class),
                        row.getColumn("personal_data", Boolean.class),
                        row.getColumn("reason", String.class),
                        row.getColumn("comment", String.class),
                        row.getColumn("seconds_active", Double.class),
                        row.getColumn("guideline_version", String.class),
                        row.getColumn("demonstration", String.class),
                        null));
    }

    private static @Nullable List<@Nullable Integer> integers(RowView row, String column) {
        Integer[] array = row.getColumn(column, Integer[].class);
        return array == null ? null : Arrays.asList(array);
    }

    /** Returns the flags of each label, by the label's id; one list per completion. */
    private Map<Long, List<List<String>>> flags(
            @Nullable String batch, Which which, Map<Long, List<Completion>> completions) {
        Map<Long, List<List<String>>> flags = new HashMap<>();
        each(
                """
                SELECT t.id AS task, f.label_id, f.completion_position, f.flag
                FROM label_flag f JOIN label r ON r.id = f.label_id
                JOIN assignment a ON a.id = r.assignment_id JOIN task t ON t.id = a.task_id""",
                "f.label_id, f.completion_position, f.flag",
                batch,
                which,
                (task, row) -> flags.computeIfAbsent(
                                row.getColumn("label_id", Long.class),
                                _ -> completions.getOrDefault(task, List.of()).stream()
                                        .map(_ -> (List<String>) new ArrayList<String>())
                                        .toList())
                        .get(row.getColumn("completion_position", Integer.class))
                        .add(row.getColumn("flag", String.class)));
        return flags;
    }

    private void each(
            String select, String order, @Nullable String batch, Which which, BiConsumer<Long, RowView> consumer) {
        handle.createQuery(select + " JOIN batch b ON b.id = t.batch_id WHERE (:batch IS NULL OR b.name = :batch)"
                        + which.condition + " ORDER BY " + order)
                .bind("batch", batch)
                .reduceRows(0, (count, row) -> {
                    consumer.accept(row.getColumn("task", Long.class), row);
                    return count + 1;
                });
    }
}
