package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.agreement.PairwiseAgreement;
import dev.rlhf.label.agreement.Tideman;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.LabelerPause;
import dev.rlhf.label.api.LabelerPause.Measure;
import dev.rlhf.label.api.QualityLines;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Pauses labelers who fall below the project's thresholds ({@link QualityLines}), in the caller's transaction. Only a
 * labeler's latest rankings since their last pause was lifted are measured.
 */
final class Quality {
    /** Maximum number of tasks compared. */
    static final int WINDOW = 50;

    /** Maximum number of a labeler's latest labels to search for tasks that others have ranked too. */
    private static final int SEARCHED = 150;

    private static final String GOLD = "quality_gold";
    private static final String AGREEMENT = "quality_agreement";
    private static final String AFTER = "quality_after";
    private static final String QUIZ = "quality_quiz";

    private static final Actor PROGRAM = new Actor("rlhf", null);

    private static final String SINCE = """
            (SELECT COALESCE(MAX(p.lifted_at), TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z') FROM labeler_pause p
             WHERE p.labeler_id = :me)""";

    private final Handle handle;
    private final OffsetDateTime now;

    Quality(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    QualityLines lines() {
        Map<String, String> settings = new LinkedHashMap<>();
        handle.createQuery("SELECT name, content FROM setting WHERE name >= 'quality_' AND name < 'quality`'")
                .map((row, context) -> settings.put(row.getString("name"), row.getString("content")))
                .list();
        return new QualityLines(
                share(settings.get(GOLD)),
                share(settings.get(AGREEMENT)),
                Integer.parseInt(settings.getOrDefault(AFTER, String.valueOf(QualityLines.NONE.after()))),
                Integer.parseInt(settings.getOrDefault(QUIZ, "0")));
    }

    void set(QualityLines lines, Actor by) {
        put(GOLD, lines.gold());
        put(AGREEMENT, lines.agreement());
        put(AFTER, lines.after());
        put(QUIZ, lines.quiz());
        Audit.add(handle, now, by, "set_quality", null, lines.words());
    }

    /** Returns the labeler's pause, if they are paused now. */
    Optional<LabelerPause> pause(Labeler labeler) {
        return handle.createQuery("""
                        SELECT w.name, p.* FROM labeler_pause p JOIN labeler w ON w.id = p.labeler_id
                        WHERE p.labeler_id = :me AND p.lifted_at IS NULL""")
                .bind("me", labeler.id())
                .map((row, context) -> pause(row))
                .findFirst();
    }

    /** Returns all who are paused now, the latest first. */
    List<LabelerPause> pauses() {
        return handle.createQuery("""
                        SELECT w.name, p.* FROM labeler_pause p JOIN labeler w ON w.id = p.labeler_id
                        WHERE p.lifted_at IS NULL ORDER BY p.id DESC""").map((row, context) -> pause(row)).list();
    }

    /**
     * Ends a pause. Earlier rankings do not count towards the next one.
     *
     * @throws InputException if the labeler is not paused
     */
    void lift(String name, Actor by) {
        int lifted =
                handle.createUpdate("""
                        UPDATE labeler_pause SET lifted_at = :now WHERE lifted_at IS NULL
                        AND labeler_id = (SELECT id FROM labeler WHERE name = :name)""").bind("now", now).bind("name", name).execute();
        if (lifted == 0) {
            throw new InputException("'" + name + "' is not paused");
        }
        Audit.add(handle, now, by, "lift_pause", name, null);
    }

    /** Returns how many gold tasks of the quiz the labeler still has to rank. */
    int quizLeft(Labeler labeler) {
        int quiz = lines().quiz();
        return quiz == 0
                ? 0
                : quiz
                        - handle.createQuery("""
                                        SELECT COUNT(*) FROM (SELECT 1 FROM task t JOIN assignment a ON a.task_id = t.id
                                            WHERE t.is_gold = TRUE AND a.labeler_id = :me AND a.state = 'done'
                                            LIMIT :quiz) AS ranked""")
                                .bind("me", labeler.id())
                                .bind("quiz", quiz)
                                .mapTo(Integer.class)
                                .one();
    }

    /**
     * Pauses the labeler, who has just labelled the task, if they are below a threshold.
     *
     * @param ranked whether the label is a ranking; another one can only end the quiz
     */
    void check(Labeler labeler, long task, boolean ranked) {
        QualityLines lines = lines();
        Measure measure = isGold(task) ? Measure.GOLD : Measure.AGREEMENT;
        if (!ranked && (measure == Measure.AGREEMENT || lines.quiz() == 0)) {
            return;
        }
        Double line = measure == Measure.GOLD ? lines.gold() : lines.agreement();
        if (line == null || pause(labeler).isPresent()) {
            return;
        }
        List<PairwiseAgreement> tasks = measure == Measure.GOLD ? gold(labeler) : agreement(labeler);
        boolean quizDone = measure == Measure.GOLD
                && ((ranked && tasks.size() == lines.quiz()) || ranOut(labeler, tasks.size(), lines.quiz()));
        if (!quizDone && (!ranked || tasks.size() < lines.after())) {
            return;
        }
        PairwiseAgreement pairs = tasks.stream().reduce(PairwiseAgreement.NONE, PairwiseAgreement::plus);
        double share = measure == Measure.GOLD ? pairs.asWritten() : pairs.tiesHalf();
        if (share < line) {
            pause(labeler, measure, share, line, tasks.size());
        }
    }

    /** Returns whether the labeler was given all gold tasks before they had ranked as many as the quiz has. */
    private boolean ranOut(Labeler labeler, int ranked, int quiz) {
        return ranked < quiz
                && new GoldMix(handle).running(labeler).stream().allMatch(batch -> batch.golds() == 0)
                && handle.createQuery("SELECT NOT EXISTS (SELECT 1 FROM labeler_pause WHERE labeler_id = :me)")
                        .bind("me", labeler.id())
                        .mapTo(Boolean.class)
                        .one();
    }

    private boolean isGold(long task) {
        return handle.createQuery("SELECT is_gold FROM task WHERE id = :task")
                .bind("task", task)
                .mapTo(Boolean.class)
                .one();
    }

    private List<PairwiseAgreement> gold(Labeler labeler) {
        return handle.createQuery("""
                        SELECT l.ranks, t.gold FROM assignment a LEFT JOIN task t ON t.id = a.task_id
                        LEFT JOIN label l ON l.id = a.latest_label
                        WHERE t.is_gold = TRUE AND a.labeler_id = :me AND a.state = 'done' AND l.created_at > %s
                        ORDER BY l.id DESC LIMIT :window""".formatted(SINCE))
                .bind("me", labeler.id())
                .bind("window", WINDOW)
                .map((row, context) -> PairwiseAgreement.between(
                        LabelTable.integers(row.getArray("ranks")), LabelTable.integers(row.getArray("gold"))))
                .list();
    }

    /** Compares the labeler's latest rankings with the common order of the others. */
    private List<PairwiseAgreement> agreement(Labeler labeler) {
        record Ranked(long task, boolean own, List<Integer> ranks) {}
        Optional<Long> from = handle.createQuery("""
                        SELECT MIN(latest_label) FROM (SELECT latest_label FROM assignment
                            WHERE labeler_id = :me AND latest_label IS NOT NULL
                            ORDER BY latest_label DESC LIMIT :searched) AS latest""")
                .bind("me", labeler.id())
                .bind("searched", SEARCHED)
                .mapTo(Long.class)
                .findOne();
        List<Ranked> rankings = handle.createQuery("""
                        SELECT o.task_id, o.labeler_id = :me AS own, l.ranks FROM (
                            SELECT a.task_id, a.latest_label FROM assignment a LEFT JOIN task t ON t.id = a.task_id
                            LEFT JOIN label l ON l.id = a.latest_label
                            WHERE a.labeler_id = :me AND a.latest_label >= :from AND a.state = 'done'
                            AND NOT t.is_gold AND t.answers IS NULL AND l.created_at > %s AND EXISTS (SELECT 1 FROM assignment s
                                WHERE s.task_id = a.task_id AND s.state = 'done' AND s.labeler_id <> :me)
                            ORDER BY a.latest_label DESC LIMIT :window) mine
                        LEFT JOIN assignment o ON o.task_id = mine.task_id AND o.state = 'done'
                        LEFT JOIN label l ON l.id = o.latest_label""".formatted(SINCE))
                .bind("me", labeler.id())
                .bind("from", from.orElse(0L))
                .bind("window", WINDOW)
                .map((row, context) -> new Ranked(
                        row.getLong("task_id"), row.getBoolean("own"), LabelTable.integers(row.getArray("ranks"))))
                .list();
        Map<Long, List<Integer>> own = new LinkedHashMap<>();
        Map<Long, List<List<Integer>>> others = new LinkedHashMap<>();
        for (Ranked ranked : rankings) {
            if (ranked.own()) {
                own.put(ranked.task(), ranked.ranks());
            } else {
                others.computeIfAbsent(ranked.task(), _ -> new ArrayList<>()).add(ranked.ranks());
            }
        }
        List<PairwiseAgreement> tasks = new ArrayList<>();
        own.forEach((task, ranks) ->
                tasks.add(PairwiseAgreement.between(ranks, Tideman.order(Objects.requireNonNull(others.get(task))))));
        return tasks;
    }

    /** Pauses a labeler and frees the tasks that they hold. */
    private void pause(Labeler labeler, Measure measure, double share, double line, int tasks) {
        handle.createUpdate("""
                        INSERT INTO labeler_pause (labeler_id, paused_at, measure, share, line, tasks)
                        VALUES (:me, :now, :measure, :share, :line, :tasks)""")
                .bind("me", labeler.id())
                .bind("now", now)
                .bind("measure", measure.word())
                .bind("share", share)
                .bind("line", line)
                .bind("tasks", tasks)
                .execute();
        Assignments.release(handle, labeler.id(), now);
        Audit.add(
                handle,
                now,
                PROGRAM,
                "pause_labeler",
                labeler.name(),
                String.format(Locale.ROOT, "%s %.3f on %d tasks, below %.3f", measure.word(), share, tasks, line));
    }

    private static LabelerPause pause(ResultSet row) throws SQLException {
        return new LabelerPause(
                row.getString("name"),
                Times.instant(row, "paused_at"),
                Measure.of(row.getString("measure")),
                row.getDouble("share"),
                row.getDouble("line"),
                row.getInt("tasks"));
    }

    private void put(String name, @Nullable Number value) {
        StoreSettings.put(handle, name, value == null ? "" : value.toString());
    }

    private static @Nullable Double share(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Double.valueOf(text);
    }
}
