package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.StoreMetrics;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.files.TaskLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tasks, labelers and rankings in one embedded H2 file. Whoever opens it closes it. Thread-safe: any number of threads
 * may share one store; a file is open in one store at a time. Killing the process loses nothing that a method has
 * returned from.
 */
public final class LabelStore implements AutoCloseable {
    private final Database database;
    private final Access access;

    private LabelStore(Database database, int passwordIterations) {
        this.database = database;
        this.access = new Access(database, passwordIterations);
    }

    /**
     * Opens {@code NAME.mv.db} (the suffix may be left out), makes it if absent, and brings an older schema up to date.
     *
     * @throws InputException in one line: in use by another process, no label store, damaged, of a later version
     */
    public static LabelStore open(Path file) throws IOException {
        return open(file, InstantSource.system());
    }

    /** As {@link #open(Path)}, but a file that is not there is an {@link InputException}. */
    public static LabelStore openExisting(Path file) throws IOException {
        if (!Files.exists(Database.mvFile(file))) {
            throw InputException.at(
                    Database.mvFile(file), "no such label store; make one with rlhf label init or import");
        }
        return open(file);
    }

    /**
     * Opens a store for reading alone: not a byte of the file changes, so that what was made of it stays up to date.
     */
    public static LabelStore openReadOnly(Path file) throws IOException {
        if (!Files.exists(Database.mvFile(file))) {
            throw InputException.at(
                    Database.mvFile(file), "no such label store; make one with rlhf label init or import");
        }
        return new LabelStore(Database.openReadOnly(file, InstantSource.system()), Passwords.ITERATIONS);
    }

    /** As {@link #open(Path)}, with a clock of the caller's, by which leases and sessions run out. */
    public static LabelStore open(Path file, InstantSource clock) throws IOException {
        return open(file, clock, Passwords.ITERATIONS);
    }

    /** As {@link #open(Path)}; passwords set through it are hashed so many times. */
    public static LabelStore open(Path file, InstantSource clock, int passwordIterations) throws IOException {
        return new LabelStore(Database.open(file, clock), passwordIterations);
    }

    /** Who may use it: invites, admins, sessions, and what admins did. */
    public Access access() {
        return access;
    }

    /**
     * Adds tasks and their rankings to a batch, all or nothing. A task is known by its id within the batch: what is
     * there already and equal is passed over, so importing twice changes nothing.
     *
     * @throws InputException if a task or a ranking is there already and different, or a labeler's kind differs
     */
    public ImportResult importTasks(List<RankedTask> tasks, ImportOptions options) {
        return importTasks(tasks, options, Actor.commandLine());
    }

    /** As {@link #importTasks(List, ImportOptions)}, by an admin. */
    public ImportResult importTasks(List<RankedTask> tasks, ImportOptions options, Actor by) {
        return importLocated(TaskLines.unlocated(tasks), options, by);
    }

    /** Reads a rankings file ({@link LabelFiles}) into a batch; errors name file and line. */
    public ImportResult importFile(Path file, ImportOptions options) throws IOException {
        return importFile(file, options, Actor.commandLine());
    }

    /** As {@link #importFile(Path, ImportOptions)}, by an admin. */
    public ImportResult importFile(Path file, ImportOptions options, Actor by) throws IOException {
        return importLocated(TaskLines.read(file), options, by);
    }

    /** What a reward model trains on: every task that is not gold and has a ranking, with each labeler's latest. */
    public List<RankedTask> rankedTasks() {
        return read(null, TaskReader.Which.RANKED);
    }

    /** {@link #rankedTasks()} of one batch. */
    public List<RankedTask> rankedTasks(String batch) {
        return read(known(batch), TaskReader.Which.RANKED);
    }

    /** All tasks, ranked or not, in the order of batches and imports; rankings by the labeler's name. */
    public List<RankedTask> tasks() {
        return read(null, TaskReader.Which.ALL);
    }

    /**
     * {@link #tasks()} of one batch.
     *
     * @throws InputException if there is no such batch
     */
    public List<RankedTask> tasks(String batch) {
        return read(known(batch), TaskReader.Which.ALL);
    }

    /** Names of all batches in the order they were made. */
    public List<String> batches() {
        return database.read(handle -> handle.createQuery("SELECT name FROM batch ORDER BY id")
                .mapTo(String.class)
                .list());
    }

    /**
     * The labeler of that name, made if there is none.
     *
     * @throws RefusedException if the name cannot be one, or belongs to a labeler of the other kind
     */
    public Labeler join(String name, LabelerKind kind) {
        return database.write(handle -> Labelers.join(handle, name, kind, database.now()));
    }

    /** What labelers do: claim tasks, save drafts, label, look back; and how batches are worked on. */
    public LabelerService labelerService() {
        return new LabelerService(database);
    }

    /** What the lead looks at and does. */
    public AdminService adminService() {
        return new AdminService(database);
    }

    /** How much is done and under way; fails if the file does not answer. */
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

    /** Makes a text the guidelines that labelers see from now on. Labels keep the version they were made by. */
    public Guidelines publishGuidelines(String text) {
        return publishGuidelines(text, Actor.commandLine());
    }

    /**
     * As {@link #publishGuidelines(String)}, by an admin; in the audit table if they were not the current ones already.
     */
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

    /** The current guidelines; empty until some were published. */
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
        return database.read(handle -> new TaskReader(handle)
                .tasks(batch, which).stream().map(TaskReader.Stored::task).toList());
    }

    private String known(String batch) {
        List<String> batches = batches();
        if (!batches.contains(batch)) {
            throw new InputException("no batch '" + batch + "' in the label store; it has "
                    + (batches.isEmpty() ? "none" : String.join(", ", batches)));
        }
        return batch;
    }
}
