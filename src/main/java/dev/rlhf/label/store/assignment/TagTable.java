package dev.rlhf.label.store.assignment;

import dev.rlhf.label.assignment.TagDemand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The tags of tasks, batches and labelers, in the caller's transaction. The caller checks them. */
public final class TagTable {
    /** SQL: whether {@code :me} has all tags of task {@code t}. */
    public static final String HAS_TASK_TAGS = hasTaskTags(":me");

    /** SQL: whether {@code :me} has all tags of batch {@code b}. */
    public static final String HAS_BATCH_TAGS = """
            NOT EXISTS (SELECT 1 FROM batch_tag g WHERE g.batch_id = b.id AND NOT EXISTS (
                SELECT 1 FROM labeler_tag h WHERE h.labeler_id = :me AND h.tag = g.tag))""";

    private final Handle handle;

    public TagTable(Handle handle) {
        this.handle = handle;
    }

    /** Returns the SQL condition whether a labeler has all tags of task {@code t}. */
    public static String hasTaskTags(String labeler) {
        return """
                NOT EXISTS (SELECT 1 FROM task_tag g WHERE g.task_id = t.id AND NOT EXISTS (
                    SELECT 1 FROM labeler_tag h WHERE h.labeler_id = %s AND h.tag = g.tag))""".formatted(labeler);
    }

    /** What a tag belongs to. */
    public enum Owner {
        TASK,
        BATCH,
        LABELER;

        private String table() {
            return name().toLowerCase(Locale.ROOT) + "_tag";
        }

        private String key() {
            return name().toLowerCase(Locale.ROOT) + "_id";
        }
    }

    /** Replaces the tags of one owner. */
    public void set(Owner owner, long id, List<String> tags) {
        handle.createUpdate("DELETE FROM %s WHERE %s = :id".formatted(owner.table(), owner.key()))
                .bind("id", id)
                .execute();
        add(owner, Map.of(id, tags));
    }

    /** Adds tags of owners that have none. */
    public void add(Owner owner, Map<Long, List<String>> tags) {
        PreparedBatch rows = handle.prepareBatch("INSERT INTO %s VALUES (:id, :tag)".formatted(owner.table()));
        tags.forEach((id, words) ->
                words.forEach(tag -> rows.bind("id", id).bind("tag", tag).add()));
        if (rows.size() > 0) {
            rows.execute();
        }
    }

    /** Returns the tags of one owner, sorted. */
    public List<String> of(Owner owner, long id) {
        return handle.createQuery(
                        "SELECT tag FROM %s WHERE %s = :id ORDER BY tag".formatted(owner.table(), owner.key()))
                .bind("id", id)
                .mapTo(String.class)
                .list();
    }

    /** Returns all tags of labelers or batches, sorted, by id. */
    public Map<Long, List<String>> all(Owner owner) {
        return byId("SELECT %s AS id, tag FROM %s ORDER BY tag".formatted(owner.key(), owner.table()), null);
    }

    /** Returns the tags of a batch's tasks, sorted, by the task's id; of all tasks if the batch is null. */
    public Map<Long, List<String>> ofTasks(@Nullable String batch) {
        return byId("""
                SELECT g.task_id AS id, g.tag FROM task_tag g JOIN task t ON t.id = g.task_id
                JOIN batch b ON b.id = t.batch_id WHERE :batch IS NULL OR b.name = :batch ORDER BY g.tag""", batch);
    }

    private Map<Long, List<String>> byId(String sql, @Nullable String batch) {
        record Row(long id, String tag) {}
        Map<Long, List<String>> tags = new LinkedHashMap<>();
        var query = handle.createQuery(sql);
        if (sql.contains(":batch")) {
            query.bind("batch", batch);
        }
        query.map((row, context) -> new Row(row.getLong("id"), row.getString("tag")))
                .forEach(row ->
                        tags.computeIfAbsent(row.id(), _ -> new ArrayList<>()).add(row.tag()));
        return tags;
    }

    /** Returns all tags in use, sorted. */
    public List<String> known() {
        return handle.createQuery("""
                        SELECT tag FROM task_tag UNION SELECT tag FROM batch_tag UNION SELECT tag FROM labeler_tag
                        ORDER BY tag""").mapTo(String.class).list();
    }

    private record Wanted(long batch, String tags, int open) {}

    /** Returns the demand for labelers with tags, by the batch's id; batches without tags are left out. */
    public Map<Long, List<TagDemand>> demand() {
        Map<Long, List<String>> ofBatch = all(Owner.BATCH);
        List<Wanted> wanted = wanted();
        Map<Long, List<TagDemand>> demand = new TreeMap<>();
        if (ofBatch.isEmpty() && wanted.stream().allMatch(one -> one.tags().isEmpty())) {
            return demand;
        }
        List<Set<String>> labelers = labelers();
        for (Wanted one : wanted) {
            TreeSet<String> tags = new TreeSet<>(ofBatch.getOrDefault(one.batch(), List.of()));
            if (!one.tags().isEmpty()) {
                tags.addAll(Arrays.asList(one.tags().split(",", -1)));
            }
            if (!tags.isEmpty()) {
                int able = (int) labelers.stream()
                        .filter(labeler -> labeler.containsAll(tags))
                        .count();
                demand.computeIfAbsent(one.batch(), _ -> new ArrayList<>())
                        .add(new TagDemand(List.copyOf(tags), one.open(), able));
            }
        }
        return demand;
    }

    /** Counts the open tasks of each batch by their tags. */
    private List<Wanted> wanted() {
        return handle.createQuery("""
                        SELECT s.batch_id, s.tags, COUNT(*) AS open_tasks FROM (
                            SELECT t.batch_id, COALESCE(LISTAGG(g.tag, ',') WITHIN GROUP (ORDER BY g.tag), '') AS tags
                            FROM task t LEFT JOIN task_tag g ON g.task_id = t.id WHERE t.is_open = TRUE
                            GROUP BY t.id, t.batch_id) s
                        GROUP BY s.batch_id, s.tags ORDER BY s.batch_id, s.tags""")
                .map((row, context) ->
                        new Wanted(row.getLong("batch_id"), row.getString("tags"), row.getInt("open_tasks")))
                .list();
    }

    /** Returns the tags of each labeler who is not disabled; labelers without tags are left out. */
    private List<Set<String>> labelers() {
        record Tagged(long labeler, String tag) {}
        Map<Long, Set<String>> tags = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT h.labeler_id, h.tag FROM labeler_tag h JOIN labeler l ON l.id = h.labeler_id
                        WHERE l.disabled_at IS NULL AND l.role = 'labeler'""")
                .map((row, context) -> new Tagged(row.getLong("labeler_id"), row.getString("tag")))
                .forEach(one -> tags.computeIfAbsent(one.labeler(), _ -> new HashSet<>())
                        .add(one.tag()));
        return List.copyOf(tags.values());
    }
}
