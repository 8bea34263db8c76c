package dev.rlhf.label.store;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.api.Revision;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The table of labels: rows are added, never changed. All lists are in the stored order of the task's completions. */
final class LabelTable {
    /** Submission key of imported labels; too short for a key of a client. */
    static final String IMPORT_KEY = "import";

    private static final String COLUMNS =
            "l.id, l.kind, l.ranks, l.top_k, l.strength, l.scores, l.all_bad, l.personal_data, "
                    + "l.reason, l.comment, l.seconds_active, l.guideline_version, l.demonstration, l.verdict, "
                    + "l.revision, l.created_at";

    private final Handle handle;

    LabelTable(Handle handle) {
        this.handle = handle;
    }

    /** Adds the next revision, makes it the latest, and returns its number. */
    int insert(long assignment, Judgement judgement, String submitKey, OffsetDateTime now) {
        int revision = handle.createQuery(
                        "SELECT COALESCE(MAX(revision), 0) + 1 FROM label WHERE assignment_id = :assignment")
                .bind("assignment", assignment)
                .mapTo(Integer.class)
                .one();
        insert(List.of(assignment), List.of(judgement), revision, submitKey, now);
        return revision;
    }

    /** Adds the first revision of each of several assignments that have none, and makes it the latest. */
    void insertFirst(List<Long> assignments, List<Judgement> judgements, String submitKey, OffsetDateTime now) {
        insert(assignments, judgements, 1, submitKey, now);
    }

    private void insert(
            List<Long> assignments, List<Judgement> judgements, int revision, String submitKey, OffsetDateTime now) {
        PreparedBatch labels = handle.prepareBatch("""
                INSERT INTO label (assignment_id, revision, kind, ranks, top_k, strength, scores, all_bad,
                    personal_data, reason, comment, seconds_active, guideline_version, demonstration, verdict, submit_key,
                    created_at)
                VALUES (:assignment, :revision, :kind, :ranks, :topK, :strength, :scores, :allBad,
                    :personalData, :reason, :comment, :seconds, :guideline, :demonstration, :verdict, :key, :now)""");
        for (int i = 0; i < assignments.size(); i++) {
            Judgement judgement = judgements.get(i);
            labels.bind("assignment", assignments.get(i))
                    .bind("revision", revision)
                    .bind("kind", judgement.kind().word())
                    .bindByType("ranks", array(judgement.allRanks()), Integer[].class)
                    .bind("topK", judgement.topK())
                    .bind("strength", judgement.strength())
                    .bindByType("scores", array(judgement.scores()), Integer[].class)
                    .bind("allBad", judgement.allBad())
                    .bind("personalData", judgement.personalData())
                    .bind("reason", judgement.reason())
                    .bind("comment", judgement.comment())
                    .bind("seconds", judgement.seconds())
                    .bind("guideline", judgement.guideline())
                    .bind("demonstration", judgement.demonstration())
                    .bind("verdict", word(judgement.verdict()))
                    .bind("key", submitKey)
                    .bind("now", now)
                    .add();
        }
        List<Long> ids = labels.executePreparedBatch("id").mapTo(Long.class).list();
        PreparedBatch flags = handle.prepareBatch("INSERT INTO label_flag VALUES (:label, :position, :flag)");
        PreparedBatch latest =
                handle.prepareBatch("UPDATE assignment SET latest_label = :label, withdrawn_label = NULL,"
                        + " review_note = NULL WHERE id = :assignment");
        for (int i = 0; i < ids.size(); i++) {
            addFlags(flags, ids.get(i), judgements.get(i).flags());
            latest.bind("label", ids.get(i))
                    .bind("assignment", assignments.get(i))
                    .add();
        }
        flags.execute();
        latest.execute();
    }

    /** Returns all revisions of an assignment, oldest first. */
    List<Revision> revisions(long assignment) {
        return read("l.assignment_id = :value ORDER BY l.revision", assignment);
    }

    /** Returns the latest revision, if there is one. */
    Optional<Revision> latest(long assignment) {
        return read("l.id = (SELECT latest_label FROM assignment WHERE id = :value)", assignment).stream()
                .findFirst();
    }

    /** Returns the last revision, also if it was sent back. */
    Optional<Revision> last(long assignment) {
        return read("l.id = (SELECT MAX(id) FROM label WHERE assignment_id = :value)", assignment).stream()
                .findFirst();
    }

    /** Returns the revision submitted with this key. */
    Optional<Revision> byKey(long assignment, String key) {
        return handle.createQuery(
                        "SELECT l.id FROM label l WHERE l.assignment_id = :assignment AND l.submit_key = :key")
                .bind("assignment", assignment)
                .bind("key", key)
                .mapTo(Long.class)
                .findOne()
                .map(id -> read("l.id = :value", id).getFirst());
    }

    private List<Revision> read(String condition, long value) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM label l WHERE " + condition)
                .bind("value", value)
                .map((row, context) ->
                        new Revision(judgement(row), row.getInt("revision"), Times.instant(row, "created_at")))
                .list();
    }

    private Judgement judgement(ResultSet row) throws SQLException {
        List<Integer> ranks = ranksOrNull(row, "ranks");
        return new Judgement(
                LabelKind.of(row.getString("kind")),
                ranks == null ? null : Judgement.bestOnly(ranks, row.getObject("top_k", Integer.class)),
                row.getObject("strength", Integer.class),
                integersOrNull(row, "scores"),
                flags(row.getLong("id"), ranks == null ? null : ranks.size()),
                row.getBoolean("all_bad"),
                row.getBoolean("personal_data"),
                row.getString("reason"),
                row.getString("comment"),
                row.getObject("seconds_active", Double.class),
                row.getString("guideline_version"),
                row.getString("demonstration"),
                verdict(row.getString("verdict")));
    }

    private static @Nullable String word(@Nullable Verdict verdict) {
        return verdict == null ? null : verdict.word();
    }

    static @Nullable Verdict verdict(@Nullable String word) {
        return word == null ? null : Verdict.of(word);
    }

    private static void addFlags(PreparedBatch rows, long label, List<List<String>> flags) {
        for (int i = 0; i < flags.size(); i++) {
            for (String flag : flags.get(i)) {
                rows.bind("label", label).bind("position", i).bind("flag", flag).add();
            }
        }
    }

    private List<List<String>> flags(long label, @Nullable Integer size) {
        record Flag(int position, String word) {}
        List<Flag> rows = handle.createQuery(
                        "SELECT completion_position, flag FROM label_flag WHERE label_id = :label ORDER BY flag")
                .bind("label", label)
                .map((row, context) -> new Flag(row.getInt("completion_position"), row.getString("flag")))
                .list();
        if (rows.isEmpty()) {
            return List.of();
        }
        int count = size != null
                ? size
                : handle.createQuery("""
                                SELECT COUNT(*) FROM label l JOIN assignment a ON a.id = l.assignment_id
                                JOIN completion c ON c.task_id = a.task_id WHERE l.id = :label""")
                        .bind("label", label)
                        .mapTo(Integer.class)
                        .one();
        List<List<String>> flags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int position = i;
            flags.add(rows.stream()
                    .filter(flag -> flag.position() == position)
                    .map(Flag::word)
                    .toList());
        }
        return flags;
    }

    static Integer @Nullable [] array(@Nullable List<? extends @Nullable Integer> list) {
        return list == null ? null : list.toArray(Integer[]::new);
    }

    /** Returns an integer array that is not null and contains no null. */
    static List<Integer> integers(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(Integer.class::cast)
                .toList();
    }

    /** Returns an integer array that contains no null, or null. */
    static @Nullable List<Integer> ranksOrNull(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? null : integers(array);
    }

    /** Returns an integer array, or null. */
    static @Nullable List<@Nullable Integer> integersOrNull(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
            return null;
        }
        List<@Nullable Integer> list = new ArrayList<>();
        for (Object item : (Object[]) array.getArray()) {
            list.add((Integer) item);
        }
        return list;
    }
}
