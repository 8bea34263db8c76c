package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.store.database.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the rows that H2 reads for a claim, a label and the progress, by its own {@code EXPLAIN ANALYZE}. */
class RowsReadTest {
    private static final Pattern SCANNED = Pattern.compile("scanCount: ([0-9]+)");
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    @TempDir
    Path folder;

    /** Runs every statement under EXPLAIN ANALYZE first, rolls that back, and sums the rows read. */
    private static final class Scans implements SqlLogger {
        private final Handle handle;
        private boolean explaining;
        private long rows;

        Scans(Handle handle) {
            this.handle = handle;
        }

        /** Uses a deprecated method, because Jdbi has no other access to a binding's values. */
        @Override
        @SuppressWarnings("removal")
        public void logBeforeExecution(StatementContext context) {
            String sql = context.getRenderedSql().strip();
            if (explaining || sql.startsWith("INSERT")) {
                return;
            }
            explaining = true;
            handle.savepoint("explain");
            Query query = handle.createQuery("EXPLAIN ANALYZE " + sql);
            for (String name : context.getParsedSql().getParameters().getParameterNames()) {
                query.bind(name, context.getBinding().findForName(name, context).orElseThrow());
            }
            Matcher matcher = SCANNED.matcher(query.mapTo(String.class).one());
            while (matcher.find()) {
                rows += Long.parseLong(matcher.group(1));
            }
            handle.rollbackToSavepoint("explain");
            explaining = false;
        }
    }

    private record Reads(long claim, long submit, long progress) {}

    /**
     * A labeler who is ahead of all others: the tasks she has ranked are still open, because every task needs two
     * rankings.
     *
     * @param tagged whether every second task has a tag that the labeler has not
     */
    private Reads ofALabelerAhead(int ranked, boolean tagged) throws Exception {
        Path file = folder.resolve("store-" + ranked + tagged);
        try (LabelStore store = LabelStore.open(file)) {
            store.importTasks(tagged ? tagged(ranked + 10) : tasks(ranked + 10), new ImportOptions("work", 2));
        }
        try (Database database = Database.open(file, () -> NOW)) {
            // Others hold both places of the first task all the time.
            claim(database, join(database, "Bo"), Duration.ofDays(1));
            claim(database, join(database, "Cy"), Duration.ofDays(1));
            Labeler ada = join(database, "Ada");
            for (int i = 0; i < ranked; i++) {
                long task = claim(database, ada, Duration.ofMinutes(30));
                Submission ranking = new Submission("key-%06d".formatted(i), List.of(1, 2), 2.5, null);
                database.write(handle -> new Submissions(handle, database.now()).submit(ada, task, ranking));
            }
            return database.write(handle -> {
                Scans scans = new Scans(handle);
                handle.getConfig(SqlStatements.class).setSqlLogger(scans);
                long task = new TaskQueue(handle, database.now())
                        .claim(ada, Duration.ofMinutes(30))
                        .orElseThrow();
                long claim = scans.rows;
                new Submissions(handle, database.now())
                        .submit(ada, task, new Submission("key-last-one", List.of(1, 2), 2.5, null));
                long submit = scans.rows - claim;
                new ProgressReader(handle, database.now()).of(ada, ZoneOffset.UTC);
                return new Reads(claim, submit, scans.rows - claim - submit);
            });
        }
    }

    private static List<RankedTask> tasks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new RankedTask(
                        "t" + i,
                        Prompt.text("question " + i),
                        List.of(new Completion("1", "a", null), new Completion("2", "b", null)),
                        List.of()))
                .toList();
    }

    /** Returns twice as many tasks; every second one has a tag that nobody has. */
    private static List<RankedTask> tagged(int count) {
        return IntStream.range(0, 2 * count)
                .mapToObj(i -> new RankedTask(
                        "t" + i,
                        Prompt.text("question " + i),
                        List.of(new Completion("1", "a", null), new Completion("2", "b", null)),
                        List.of(),
                        List.of(),
                        null,
                        null,
                        i % 2 == 1 ? List.of("arabic") : List.of()))
                .toList();
    }

    private static Labeler join(Database database, String name) {
        return database.write(handle -> Users.invitable(handle, name, LabelerKind.SIMULATED, database.now()));
    }

    private static long claim(Database database, Labeler labeler, Duration lease) {
        return database.write(handle -> new TaskQueue(handle, database.now()).claim(labeler, lease))
                .orElseThrow();
    }

    @Test
    void rowsReadDoNotGrowWithTheStore() throws Exception {
        for (boolean tagged : new boolean[] {false, true}) {
            Reads small = ofALabelerAhead(20, tagged);
            Reads large = ofALabelerAhead(400, tagged);
            assertThat(small.claim()).isPositive();
            assertThat(small.submit()).isPositive();
            assertThat(small.progress()).isPositive();
            assertThat(large).isEqualTo(small);
        }
    }

    /** Returns the rows that a claim reads while others hold as many tasks, all before the first free one. */
    private long ofAClaimBeside(int others) throws Exception {
        Path file = folder.resolve("store-beside-" + others);
        try (LabelStore store = LabelStore.open(file)) {
            store.importTasks(tasks(60), new ImportOptions("work", 1));
        }
        try (Database database = Database.open(file, () -> NOW)) {
            for (int i = 0; i < others; i++) {
                claim(database, join(database, "Other " + i), Duration.ofDays(1));
            }
            Labeler ada = join(database, "Ada");
            return database.write(handle -> {
                Scans scans = new Scans(handle);
                handle.getConfig(SqlStatements.class).setSqlLogger(scans);
                new TaskQueue(handle, database.now())
                        .claim(ada, Duration.ofMinutes(30))
                        .orElseThrow();
                return scans.rows;
            });
        }
    }

    @Test
    void aClaimReadsNoTasksThatOthersHold() throws Exception {
        assertThat(ofAClaimBeside(50)).isPositive().isEqualTo(ofAClaimBeside(2));
    }
}
