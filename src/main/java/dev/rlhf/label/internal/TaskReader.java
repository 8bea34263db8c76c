package dev.rlhf.label.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Message;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/**
 * Reads tasks with the latest revision of every ranking: batches in the order they were made, tasks in the order they were
 * imported, rankings by the labeler's name. When the rankings were made does not matter.
 */
public final class TaskReader {
    private final Handle handle;

    public TaskReader(Handle handle) {
        this.handle = handle;
    }

    /**
     * A task with the key it has in the store.
     *
     * @param id the store's own
     */
    public record Stored(long id, RankedTask task) {}

    /** Which tasks are wanted. */
    public enum Which {
        ALL(""),
        RANKED(" AND EXISTS (SELECT 1 FROM assignment d WHERE d.task_id = t.id AND d.state = 'done')");

        private final String condition;

        Which(String condition) {
            this.condition = condition;
        }
    }

    /**
     * The tasks that are wanted, in the order of the class comment.
     *
     * @param batch null: all batches
     */
    public List<Stored> tasks(@Nullable String batch, Which which) {
        Map<Long, List<Completion>> completions = new HashMap<>();
        each(
                "SELECT t.id AS task, c.external_id, c.text, c.model FROM completion c JOIN task t ON t.id = c.task_id",
                "t.id, c.position",
                batch,
                which,
                (task, row) -> completions
                        .computeIfAbsent(task, id -> new ArrayList<>())
                        .add(new Completion(
                                row.getColumn("external_id", String.class),
                                row.getColumn("text", String.class),
                                row.getColumn("model", String.class))));
        Map<Long, Map<String, List<String>>> flags = flags(batch, which, completions);
        Map<Long, List<Ranking>> rankings = rankings(batch, which, flags);
        List<Stored> tasks = new ArrayList<>();
        each(
                "SELECT t.id AS task, t.external_id, t.messages, t.plain FROM task t",
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
                                rankings.getOrDefault(id, List.of())))));
        return tasks;
    }

    /** Messages as {@link Importer} stored them. */
    static List<Message> messages(String json) {
        try {
            List<JsonNode> nodes = new ArrayList<>();
            Json.mapper().readTree(json).forEach(nodes::add);
            return TaskJson.readMessages(nodes);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<Long, List<Ranking>> rankings(
            @Nullable String batch, Which which, Map<Long, Map<String, List<String>>> flags) {
        Map<Long, List<Ranking>> rankings = new HashMap<>();
        each(
                """
                SELECT t.id AS task, r.id AS ranking, l.name, l.kind, r.ranks, r.seconds_active, r.guideline_version
                FROM latest_ranking r JOIN assignment a ON a.id = r.assignment_id
                JOIN labeler l ON l.id = a.labeler_id JOIN task t ON t.id = a.task_id""",
                "t.id, l.name",
                batch,
                which,
                (task, row) -> rankings.computeIfAbsent(task, id -> new ArrayList<>())
                        .add(new Ranking(
                                row.getColumn("name", String.class),
                                LabelerKind.of(row.getColumn("kind", String.class)),
                                List.of(row.getColumn("ranks", Integer[].class)),
                                flags.getOrDefault(row.getColumn("ranking", Long.class), Map.of()),
                                row.getColumn("seconds_active", Double.class),
                                row.getColumn("guideline_version", String.class))));
        return rankings;
    }

    /** Ranking's id to its flags by completion. */
    private Map<Long, Map<String, List<String>>> flags(
            @Nullable String batch, Which which, Map<Long, List<Completion>> completions) {
        Map<Long, Map<String, List<String>>> flags = new HashMap<>();
        each("""
                SELECT t.id AS task, f.ranking_id, f.completion_position, f.flag
                FROM ranking_flag f JOIN ranking r ON r.id = f.ranking_id
                JOIN assignment a ON a.id = r.assignment_id JOIN task t ON t.id = a.task_id""", "f.ranking_id, f.completion_position, f.flag", batch, which, (task, row) -> {
            int position = row.getColumn("completion_position", Integer.class);
            flags.computeIfAbsent(row.getColumn("ranking_id", Long.class), id -> new TreeMap<>())
                    .computeIfAbsent(
                            completions
                                    .getOrDefault(task, List.of())
                                    .get(position)
                                    .id(),
                            id -> new ArrayList<>())
                    .add(row.getColumn("flag", String.class));
        });
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
