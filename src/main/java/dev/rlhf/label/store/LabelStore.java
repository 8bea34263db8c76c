package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.api.StoreFailedException;
import dev.rlhf.label.api.StoreMetrics;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.files.TaskLines;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.learning.SecondOpinion;
import dev.rlhf.label.store.credentials.Passwords;
import dev.rlhf.label.store.credentials.Tokens;
import dev.rlhf.label.store.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store of tasks, labelers and labels in one embedded H2 file, which can be open in one store at a time. The caller
 * closes it. Thread-safe. When a method has returned, its changes survive the process being killed.
 */
public final class LabelStore implements AutoCloseable {
    private static final String SECRET = "secret";

    private final Database database;
    private final Access access;

    private LabelStore(Database database, int passwordIterations) {
        this.database = database;
        this.access = new Access(database, passwordIterations);
    }

    /**
     * Opens {@code NAME.mv.db} (the suffix may be left out), creates it if it does not exist, and migrates an older
     * schema.
     *
     * @throws InputException in one line: in use by another process, not a label store, damaged, from a later version
     */
    public static LabelStore open(Path file) throws IOException {
        return open(file, InstantSource.system());
    }

    /** Opens a store; a missing file is an {@link InputException}. */
    public static LabelStore openExisting(Path file) throws IOException {
        Database.requireExisting(file);
        return open(file);
    }

    /**
     * Opens a store for reading only. The file does not change at all, so results computed from it stay up to date.
     */
    public static LabelStore openReadOnly(Path file) throws IOException {
        return new LabelStore(Database.openReadOnly(file, InstantSource.system()), Passwords.ITERATIONS);
    }

    /** Opens a store with a clock that decides when leases and sessions expire. */
    public static LabelStore open(Path file, InstantSource clock) throws IOException {
        return open(file, clock, Passwords.ITERATIONS);
    }

    /** Opens a store with a number of PBKDF2 iterations for new passwords. */
    public static LabelStore open(Path file, InstantSource clock, int passwordIterations) throws IOException {
        return new LabelStore(Database.open(file, clock), passwordIterations);
    }

    /** Returns the access control: invites, admins, sessions and the audit table. */
    public Access access() {
        return access;
    }

    /**
     * Adds tasks and their labels to a batch, all or nothing. A task is identified by its id within the batch; tasks
     * and labels that exist already and are equal are skipped, so importing twice changes nothing.
     *
     * @throws InputException if a task or a label exists already and differs, or a labeler's kind differs
     */
    public ImportResult importTasks(List<RankedTask> tasks, ImportOptions options) {
        return importTasks(tasks, options, Actor.commandLine());
    }

    /** Imports tasks on behalf of an admin, as {@link #importTasks(List, ImportOptions)}. */
    public ImportResult importTasks(List<RankedTask> tasks, ImportOptions options, Actor by) {
        return importLocated(TaskLines.unlocated(tasks), options, by);
    }

    /** Imports a rankings file ({@link LabelFiles}) into a batch; errors name file and line. */
    public ImportResult importFile(Path file, ImportOptions options) throws IOException {
        return importFile(file, options, Actor.commandLine());
    }

    /** Imports a rankings file on behalf of an admin, as {@link #importFile(Path, ImportOptions)}. */
    public ImportResult importFile(Path file, ImportOptions options, Actor by) throws IOException {
        return importLocated(TaskLines.read(file), options, by);
    }

    /**
     * Adds judging tasks to a batch, all or nothing; those that exist already and are equal are skipped.
     *
     * @throws InputException if a task exists already and differs, or the batch has tasks to rank
     */
    public ImportResult importJudging(List<JudgingTask> tasks, ImportOptions options, Actor by) {
        return database.write(handle -> {
            ImportResult result = new JudgingTasks(handle, database.now()).add(tasks, options);
            Audit.add(
                    handle,
                    database.now(),
                    by,
                    "import",
                    options.batch(),
                    "%d new judging tasks".formatted(result.newTasks()));
            return result;
        });
    }

    /**
     * Stores a reward model's scores of a batch's tasks, all or nothing; they replace earlier ones.
     *
     * @throws InputException if there is no such batch or task, or a task has another number of completions
     */
    public void importSecondOpinions(List<SecondOpinion> opinions, ImportOptions options, Actor by) {
        database.write(handle -> {
            new SecondOpinions(handle).add(opinions, options.batch(), options.change());
            String detail = opinions.size() + " second opinions";
            Audit.add(handle, database.now(), by, "import", options.batch(), detail);
            return true;
        });
    }

    /**
     * Returns the tasks a reward model trains on: all that are not gold and have a ranking, with each labeler's latest
     * label.
     *
     * @param batch null: all batches
     * @throws InputException if there is no such batch
     */
    public List<RankedTask> rankedTasks(@Nullable String batch) {
        return read(batch, TaskReader.Which.RANKED);
    }

    /**
     * Returns all tasks but judging tasks, ranked or not, in the order of batches and imports; labels by the labeler's
     * name.
     *
     * @param batch null: all batches
     * @throws InputException if there is no such batch
     */
    public List<RankedTask> tasks(@Nullable String batch) {
        return read(batch, TaskReader.Which.ALL);
    }

    /** Returns the names of all batches in the order they were created. */
    public List<String> batches() {
        return database.read(handle -> handle.createQuery("SELECT name FROM batch ORDER BY id")
                .mapTo(String.class)
                .list());
    }

    /**
     * Returns the labelers' operations: claim tasks, save drafts, submit labels, read the history; also the export.
     */
    public LabelerService labelerService() {
        return new LabelerService(database);
    }

    /** Returns the admins' operations. */
    public AdminService adminService() {
        return new AdminService(database);
    }

    /**
     * Returns counts for monitoring.
     *
     * @throws StoreFailedException if the file could not be written, and still cannot be
     */
    public StoreMetrics metrics() {
        return database.read(handle -> handle.createQuery("""
                        SELECT (SELECT COUNT(*) FROM assignment WHERE state = 'done') AS labels,
                            (SELECT COUNT(*) FROM task WHERE is_open) AS open_tasks,
                            (SELECT COUNT(*) FROM assignment WHERE state = 'claimed' AND lease_until > :now) AS claims,
                            (SELECT COUNT(*) FROM labeler_session WHERE expires_at > :now) AS sessions""")
                .bind("now", database.now())
                .map((row, context) -> new StoreMetrics(
                        row.getLong("labels"),
                        row.getLong("open_tasks"),
                        row.getLong("claims"),
                        row.getLong("sessions")))
                .one());
    }

    /** Returns a random text that only this store has, always the same one. */
    public String secret() {
        return database.read(handle -> StoreSettings.get(handle, SECRET))
                .orElseGet(() -> database.write(
                        handle -> StoreSettings.get(handle, SECRET).orElseGet(() -> {
                            String made = Tokens.make();
                            StoreSettings.put(handle, SECRET, made);
                            return made;
                        })));
    }

    /** Publishes guidelines, which labelers see from now on. Labels keep the version by which they were made. */
    public Guidelines publishGuidelines(String text) {
        return publishGuidelines(text, Actor.commandLine());
    }

    /** Publishes guidelines on behalf of an admin, with a row in the audit table unless they are current already. */
    public Guidelines publishGuidelines(String text, Actor by) {
        return database.write(handle -> {
            Optional<Guidelines> before = GuidelineTable.current(handle);
            Guidelines published = GuidelineTable.publish(handle, text, database.now());
            if (!before.map(Guidelines::version).equals(Optional.of(published.version()))) {
                Audit.add(handle, database.now(), by, "publish_guidelines", published.version(), null);
            }
            return published;
        });
    }

    /** Returns the current guidelines; empty until some are published. */
    public Optional<Guidelines> guidelines() {
        return database.read(GuidelineTable::current);
    }

    @Override
    public void close() {
        database.close();
    }

    private ImportResult importLocated(List<TaskLines.Located> tasks, ImportOptions options, Actor by) {
        return database.write(handle -> {
            ImportResult result = new Importer(handle, database.now()).run(tasks, options);
            String detail = "%d new tasks, %d new rankings".formatted(result.newTasks(), result.newRankings());
            Audit.add(handle, database.now(), by, "import", options.batch(), detail);
            return result;
        });
    }

    private List<RankedTask> read(@Nullable String batch, TaskReader.Which which) {
        if (batch != null) {
            requireBatch(batch);
        }
        return database.read(handle -> new TaskReader(handle)
                .tasks(batch, which).stream().map(TaskReader.Stored::task).toList());
    }

    private void requireBatch(String batch) {
        List<String> batches = batches();
        if (!batches.contains(batch)) {
            throw new InputException("no batch '" + batch + "' in the label store; it has "
                    + (batches.isEmpty() ? "none" : String.join(", ", batches)));
        }
    }
}
