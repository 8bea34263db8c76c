package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.agreement.PairwiseAgreement;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.learning.SecondOpinion;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** A reward model's scores of tasks, in the caller's transaction. Labelers never see them. */
final class SecondOpinions {
    /** Added to the position of tasks that are not disputed; larger than any batch. */
    private static final int BEHIND_DISPUTED = 1_000_000_000;

    private final Handle handle;

    SecondOpinions(Handle handle) {
        this.handle = handle;
    }

    private record Task(long id, int completions) {}

    /**
     * Stores scores of a batch's tasks; they replace earlier ones.
     *
     * @throws InputException if there is no such batch or task, or a task has another number of completions
     */
    void add(List<SecondOpinion> opinions, String batch, BatchChange change) {
        Batches.settings(handle, batch);
        long id = Batches.find(handle, batch).orElseThrow();
        Batches.change(handle, id, change);
        Map<String, Task> tasks = new HashMap<>();
        handle.createQuery("""
                        SELECT t.id, t.external_id, (SELECT COUNT(*) FROM completion c WHERE c.task_id = t.id) AS size
                        FROM task t WHERE t.batch_id = :batch AND t.answers IS NULL""")
                .bind("batch", id)
                .map((row, context) ->
                        tasks.put(row.getString("external_id"), new Task(row.getLong("id"), row.getInt("size"))))
                .forEach(_ -> {});
        PreparedBatch rows = handle.prepareBatch("MERGE INTO second_opinion KEY (task_id) VALUES (:task, :scores)");
        for (SecondOpinion opinion : opinions) {
            Task task = tasks.get(opinion.task());
            if (task == null) {
                throw new InputException("batch '" + batch + "' has no task '" + opinion.task() + "' to rank");
            }
            if (task.completions() != opinion.scores().size()) {
                throw new InputException("task '" + opinion.task() + "' has " + task.completions()
                        + " completions, but " + opinion.scores().size() + " scores");
            }
            rows.bind("task", task.id())
                    .bindArray("scores", Double.class, opinion.scores())
                    .add();
        }
        rows.execute();
        Assignments.recount(handle, id);
    }

    /** Returns the ranks of a batch's tasks, or of all if it is null, by the task's id in the store. */
    Map<Long, List<Integer>> ranks(@Nullable String batch) {
        Map<Long, List<Integer>> ranks = new HashMap<>();
        handle.createQuery("""
                        SELECT t.id, o.scores FROM second_opinion o JOIN task t ON t.id = o.task_id
                        JOIN batch b ON b.id = t.batch_id WHERE :batch IS NULL OR b.name = :batch""")
                .bind("batch", batch)
                .map((row, context) -> ranks.put(
                        row.getLong("id"), SecondOpinion.ranks(scores(Objects.requireNonNull(row.getArray("scores"))))))
                .forEach(_ -> {});
        return ranks;
    }

    private static List<Double> scores(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(Double.class::cast)
                .toList();
    }

    /**
     * Orders the tasks of a batch for handing out: by their position or, with {@code disputed_first}, those first whose
     * labelers agree least with the second opinion. Writes only the places in the queue that change.
     */
    static void order(Handle handle, long batch) {
        boolean disputedFirst = handle.createQuery("SELECT disputed_first FROM batch WHERE id = :batch")
                .bind("batch", batch)
                .mapTo(Boolean.class)
                .one();
        if (!disputedFirst) {
            handle.createUpdate("UPDATE task SET queue = position WHERE batch_id = :batch AND queue <> position")
                    .bind("batch", batch)
                    .execute();
            return;
        }
        Map<Long, Integer> first = disputed(handle, batch);
        record Queued(long task, int position, int queue) {}
        PreparedBatch rows = handle.prepareBatch("UPDATE task SET queue = :queue WHERE id = :task");
        handle.createQuery("SELECT id, position, queue FROM task WHERE batch_id = :batch")
                .bind("batch", batch)
                .map((row, context) -> new Queued(row.getLong("id"), row.getInt("position"), row.getInt("queue")))
                .list()
                .forEach(task -> {
                    int queue = first.getOrDefault(task.task(), BEHIND_DISPUTED + task.position());
                    if (queue != task.queue()) {
                        rows.bind("queue", queue).bind("task", task.task()).add();
                    }
                });
        if (rows.size() > 0) {
            rows.execute();
        }
    }

    /** Returns the disputed tasks of a batch with their places in the queue, the most disputed first. */
    private static Map<Long, Integer> disputed(Handle handle, long batch) {
        record Compared(long task, int position, PairwiseAgreement agreement) {}
        Map<Long, Compared> tasks = new HashMap<>();
        handle.createQuery("""
                        SELECT t.id, t.position, o.scores, l.ranks FROM task t
                        JOIN second_opinion o ON o.task_id = t.id
                        JOIN assignment a ON a.task_id = t.id AND a.state = 'done'
                        JOIN label l ON l.id = a.latest_label WHERE t.batch_id = :batch AND l.ranks IS NOT NULL""")
                .bind("batch", batch)
                .map((row, context) -> new Compared(
                        row.getLong("id"),
                        row.getInt("position"),
                        PairwiseAgreement.between(
                                SecondOpinion.ranks(scores(row.getArray("scores"))),
                                LabelTable.integers(row.getArray("ranks")))))
                .forEach(one -> tasks.merge(
                        one.task(),
                        one,
                        (sum, more) -> new Compared(
                                sum.task(), sum.position(), sum.agreement().plus(more.agreement()))));
        List<Compared> disputed = tasks.values().stream()
                .filter(one -> one.agreement().tiesHalf() < 1)
                .sorted((one, other) -> {
                    int least = Double.compare(
                            one.agreement().tiesHalf(), other.agreement().tiesHalf());
                    return least != 0 ? least : Integer.compare(one.position(), other.position());
                })
                .toList();
        Map<Long, Integer> places = new HashMap<>();
        disputed.forEach(task -> places.put(task.task(), places.size()));
        return places;
    }
}
