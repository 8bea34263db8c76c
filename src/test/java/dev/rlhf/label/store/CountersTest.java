package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelPage;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelStatus;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Submission;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the store's counters and positions with a recount of its rows, after random operations. */
class CountersTest {
    private static final Duration LEASE = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
    private final Map<String, List<Long>> given = new HashMap<>();
    private int keys;
    private int tasks;
    private int refused;
    private int edits;
    private int removed;
    private int sentBack;
    private int restored;
    private final Set<String> imported = new HashSet<>();

    private static final String DONE =
            "(SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done')";

    private static final String PLACES = """
            (CASE WHEN t.is_gold THEN 0
                WHEN b.skip_limit <= (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'skipped')
                    THEN LEAST(b.overlap, %1$s)
                WHEN b.max_overlap > b.overlap AND t.disputed THEN LEAST(b.max_overlap, GREATEST(b.overlap, %1$s + 1))
                ELSE b.overlap END)""".formatted(DONE);

    @Test
    void countersEqualARecountAfterRandomWork() throws Exception {
        Path file = folder.resolve("labels");
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 12; round++) {
            try (LabelStore store = LabelStore.open(file, now::get)) {
                if (round == 0) {
                    importTasks(store, random, 12);
                }
                for (int i = 0; i < 60; i++) {
                    step(store, random);
                }
            }
            check(file, now.get(), "round " + round);
        }
        assertThat(edits).isGreaterThan(60);
        assertThat(refused).isGreaterThan(0);
        assertThat(removed).isGreaterThan(0);
        assertThat(sentBack).isGreaterThan(0);
        assertThat(restored).isGreaterThan(0);
    }

    private void step(LabelStore store, SplittableRandom random) {
        now.updateAndGet(time -> time.plusSeconds(1 + random.nextInt(10)));
        LabelerService service = store.labelerService();
        Labeler labeler = TestLabelers.person(store, "Labeler " + random.nextInt(4));
        List<Long> own = given.computeIfAbsent(labeler.name(), _ -> new ArrayList<>());
        int kind = random.nextInt(100);
        try {
            if (kind < 45) {
                service.next(labeler, LEASE).ifPresent(task -> {
                    own.add(task.id());
                    if (random.nextInt(4) > 0) {
                        submit(service, labeler, task.id(), random);
                    }
                });
            } else if (kind < 80 && !own.isEmpty()) {
                edits++;
                submit(service, labeler, own.get(random.nextInt(own.size())), random);
            } else if (kind < 90) {
                now.updateAndGet(time -> time.plusSeconds(random.nextInt(2400)));
            } else if (kind < 93) {
                importTasks(store, random, 6);
            } else if (kind < 97) {
                correct(store, random);
            } else {
                TestBatches.change(
                        store,
                        "work",
                        Change.of()
                                .overlap(1 + random.nextInt(3))
                                .goldRate(random.nextDouble() / 2)
                                .skipLimit(random.nextInt(4))
                                .maxOverlap(random.nextInt(5))
                                .build());
            }
        } catch (RefusedException e) {
            refused++;
        }
    }

    /** Sends a label back, removes it, or lets it count again. */
    private void correct(LabelStore store, SplittableRandom random) {
        List<LabelPage.Entry> labels =
                store.adminService().labels(LabelQuery.ALL, null, 30).labels();
        Optional<LabelPage.Entry> withdrawn = labels.stream()
                .filter(label -> label.status() != LabelStatus.COUNTED)
                .findFirst();
        if (withdrawn.isPresent() && random.nextInt(3) == 0) {
            store.adminService().restore(withdrawn.get().id(), null, Actor.commandLine());
            restored++;
            return;
        }
        LabelPage.Entry label = labels.get(random.nextInt(labels.size()));
        if (random.nextBoolean()) {
            store.adminService().remove(label.id(), null, Actor.commandLine());
            removed++;
        } else if (imported.contains(label.labeler() + " " + label.name())) {
            assertThatThrownBy(() -> store.adminService().sendBack(label.id(), null, Actor.commandLine()))
                    .isInstanceOf(InputException.class);
        } else {
            store.adminService().sendBack(label.id(), null, Actor.commandLine());
            sentBack++;
        }
    }

    private void submit(LabelerService service, Labeler labeler, long task, SplittableRandom random) {
        Double seconds = random.nextInt(5) == 0 ? null : random.nextInt(100) / 4.0;
        Judgement judgement = random.nextInt(3) == 0 ? Judgement.skip("unclear") : Judgement.ranking(List.of(1, 2));
        service.submit(labeler, task, new Submission("key-%06d".formatted(keys++), judgement.with(seconds, null)));
    }

    /** Imports new tasks, some gold, some with labels of the test's labelers. */
    private void importTasks(LabelStore store, SplittableRandom random, int count) {
        List<RankedTask> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String labeler = "Labeler " + random.nextInt(4);
            int label = random.nextInt(4);
            if (label < 2) {
                imported.add(labeler + " t" + tasks);
            }
            list.add(new RankedTask(
                    "t" + tasks,
                    Prompt.text("question " + tasks++),
                    List.of(new Completion("1", "a", null), new Completion("2", "b", null)),
                    label == 0 ? List.of(Label.ranking(labeler, List.of(2, 1))) : List.of(),
                    label == 1
                            ? List.of(new Label(
                                    labeler,
                                    LabelerKind.PERSON,
                                    Judgement.skip("no").with(3.0, null)))
                            : List.of(),
                    random.nextInt(4) == 0 ? List.of(1, 2) : null));
        }
        store.importTasks(list, new ImportOptions("work", BatchChange.NONE));
    }

    private static void check(Path file, Instant now, String when) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + file, "rlhf", "");
                Statement statement = connection.createStatement()) {
            assertThat(rows(statement, "SELECT id, given, done, skipped FROM labeler ORDER BY id"))
                    .as(when + ": labelers")
                    .isNotEmpty()
                    .isEqualTo(rows(statement, """
                            SELECT l.id, COUNT(a.id), COUNT(CASE a.state WHEN 'done' THEN 1 END),
                                COUNT(CASE a.state WHEN 'skipped' THEN 1 END)
                            FROM labeler l LEFT JOIN assignment a ON a.labeler_id = l.id GROUP BY l.id ORDER BY l.id"""));
            assertThat(rows(
                            statement,
                            "SELECT labeler_id, utc_minute, done FROM labeler_minute WHERE done <> 0 ORDER BY 1, 2"))
                    .as(when + ": minutes")
                    .isNotEmpty()
                    .isEqualTo(rows(statement, """
                            SELECT me, utc_minute, SUM(done) AS d FROM (
                                SELECT a.labeler_id AS me, CAST(FLOOR(EXTRACT(EPOCH FROM l.created_at) / 60) AS BIGINT) AS utc_minute,
                                    CASE WHEN l.revision = 1 AND a.state = 'done' THEN 1 ELSE 0 END AS done
                                FROM assignment a JOIN label l ON l.assignment_id = a.id
                                WHERE a.shown_order IS NOT NULL) w
                            GROUP BY me, utc_minute HAVING SUM(done) <> 0 ORDER BY 1, 2"""));
            assertThat(rows(
                            statement,
                            "SELECT labeler_id, utc_minute, seconds FROM labeler_minute WHERE seconds <> 0"
                                    + " ORDER BY 1, 2"))
                    .as(when + ": seconds")
                    .isNotEmpty()
                    .isEqualTo(seconds(rows(statement, """
                            SELECT a.labeler_id, a.id, EXTRACT(EPOCH FROM a.claimed_at), EXTRACT(EPOCH FROM l.created_at),
                                COALESCE(l.seconds_active, 0)
                            FROM assignment a JOIN label l ON l.assignment_id = a.id
                            WHERE a.shown_order IS NOT NULL ORDER BY l.id""")));
            assertThat(rows(statement, "SELECT gold_done, places, taken FROM batch"))
                    .as(when + ": batch")
                    .isEqualTo(rows(statement, """
                            SELECT SUM(CASE WHEN gold THEN done ELSE 0 END),
                                SUM(places), SUM(CASE WHEN gold THEN 0 ELSE LEAST(done, places) END) FROM (
                                SELECT t.is_gold AS gold, %1$s AS places, %2$s AS done
                                FROM task t JOIN batch b ON b.id = t.batch_id)""".formatted(PLACES, DONE)));
            assertThat(rows(statement, """
                            SELECT t.id FROM task t JOIN batch b ON b.id = t.batch_id
                            WHERE t.places <> %1$s OR t.is_open <> (%2$s < %1$s)""".formatted(PLACES, DONE)))
                    .as(when + ": wrongly open or closed")
                    .isEmpty();
            assertThat(rows(statement, """
                            SELECT q.labeler_id, t.id FROM queue_position q
                            JOIN task t ON t.batch_id = q.batch_id AND t.is_open AND t.position < q.position
                            AND t.full_until < '1971-01-01 00:00:00Z'
                            WHERE NOT EXISTS (SELECT 1 FROM assignment a WHERE a.task_id = t.id
                                AND a.labeler_id = q.labeler_id)
                            AND NOT EXISTS (SELECT 1 FROM passed_task p WHERE p.task_id = t.id
                                AND p.labeler_id = q.labeler_id)"""))
                    .as(when + ": tasks that a labeler would never be given")
                    .isEmpty();
            // A full task whose first claim has expired stays marked until the next claim in its batch.
            String taken = """
                    (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND (a.state = 'done'
                        OR (a.state = 'claimed' AND a.lease_until > '%1$s')))
                        >= GREATEST(t.places, b.overlap)""".formatted(now);
            assertThat(rows(statement, """
                            SELECT t.id FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.is_open
                            AND (t.full_until > '%1$s' OR t.full_until < '1971-01-01 00:00:00Z')
                            AND (t.full_until > '%1$s') <> (%2$s)""".formatted(now, taken)))
                    .as(when + ": wrongly marked as full or not")
                    .isEmpty();
        }
    }

    /**
     * Adds up active time by labeler and minute. A label adds what it reports beyond the earlier revision, at most the
     * time since then or since the claim, less what the labeler's other labels added in that time.
     *
     * @param labels labeler, assignment, time of the claim, time of the label, reported seconds; in order
     */
    private static List<List<Object>> seconds(List<List<Object>> labels) {
        record Added(double at, double seconds) {}
        Map<Double, List<Added>> added = new HashMap<>();
        Map<Double, double[]> last = new HashMap<>();
        TreeMap<Double, TreeMap<Double, Double>> minutes = new TreeMap<>();
        for (List<Object> row : labels) {
            double[] label = row.stream().mapToDouble(value -> (Double) value).toArray();
            List<Added> own = added.computeIfAbsent(label[0], _ -> new ArrayList<>());
            double[] before = last.getOrDefault(label[1], new double[] {label[2], 0, -1});
            // Labels at the same instant as the start of the window count if they were made after it.
            double others = 0;
            for (int i = 0; i < own.size(); i++) {
                boolean later = before[2] < 0 ? own.get(i).at() > before[0] : i > before[2];
                others += later ? own.get(i).seconds() : 0;
            }
            double seconds = Math.max(0, Math.min(label[4] - before[1], label[3] - before[0] - others));
            last.put(label[1], new double[] {label[3], label[4], own.size()});
            own.add(new Added(label[3], seconds));
            minutes.computeIfAbsent(label[0], _ -> new TreeMap<>())
                    .merge(Math.floor(label[3] / 60), seconds, Double::sum);
        }
        List<List<Object>> rows = new ArrayList<>();
        minutes.forEach((labeler, of) -> of.forEach((minute, seconds) -> {
            if (seconds > 0) {
                rows.add(List.of(labeler, minute, seconds));
            }
        }));
        return rows;
    }

    private static List<List<Object>> rows(Statement statement, String query) throws Exception {
        List<List<Object>> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(((Number) result.getObject(i)).doubleValue());
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
