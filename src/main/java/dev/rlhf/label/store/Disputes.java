package dev.rlhf.label.store;

import dev.rlhf.label.agreement.Item;
import dev.rlhf.label.agreement.PairwiseAgreement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Marks tasks on which labelers disagree: they order at most half of the pairs of completions the same way, ties half.
 * Marks exist only in batches with a {@code max_overlap}, which then ask more labelers.
 */
final class Disputes {
    private static final double HALF = 0.5;

    private Disputes() {}

    /** Updates the mark of a task. */
    static void update(Handle handle, long task) {
        boolean marked =
                handle.createQuery("""
                        SELECT b.max_overlap IS NOT NULL FROM task t JOIN batch b ON b.id = t.batch_id
                        WHERE t.id = :task""").bind("task", task).mapTo(Boolean.class).one();
        if (marked) {
            update(handle, "t.id = :id", task);
        }
    }

    /** Updates the marks of a batch's tasks. */
    static void updateAll(Handle handle, long batch) {
        update(handle, "t.batch_id = :id", batch);
    }

    private record Ranked(long task, List<Integer> ranks) {}

    private static void update(Handle handle, String condition, long id) {
        List<Ranked> rankings = handle.createQuery("""
                        SELECT t.id, l.ranks FROM task t JOIN batch b ON b.id = t.batch_id
                        JOIN assignment a ON a.task_id = t.id AND a.state = 'done' JOIN label l ON l.id = a.latest_label
                        WHERE %s AND b.max_overlap IS NOT NULL AND NOT t.is_gold AND t.answers IS NULL
                        ORDER BY t.id, a.id""".formatted(condition))
                .bind("id", id)
                .map((row, context) -> new Ranked(row.getLong("id"), LabelTable.integers(row.getArray("ranks"))))
                .list();
        handle.createUpdate("UPDATE task t SET disputed = FALSE WHERE t.disputed = TRUE AND " + condition)
                .bind("id", id)
                .execute();
        Map<Long, Map<String, List<Integer>>> byTask = new LinkedHashMap<>();
        for (Ranked ranked : rankings) {
            Map<String, List<Integer>> of = byTask.computeIfAbsent(ranked.task(), _ -> new LinkedHashMap<>());
            of.put(String.valueOf(of.size()), ranked.ranks());
        }
        byTask.forEach((task, ranks) -> {
            if (ranks.size() > 1
                    && PairwiseAgreement.of(List.of(new Item("", ranks))).tiesHalf() <= HALF) {
                mark(handle, task);
            }
        });
        verdicts(handle, condition, id).forEach((task, verdicts) -> {
            int most = verdicts.stream()
                    .mapToInt(verdict -> Collections.frequency(verdicts, verdict))
                    .max()
                    .orElse(0);
            if (verdicts.size() > 1 && most <= HALF * verdicts.size()) {
                mark(handle, task);
            }
        });
    }

    /** Returns the verdicts of judging tasks, by task. */
    private static Map<Long, List<String>> verdicts(Handle handle, String condition, long id) {
        Map<Long, List<String>> byTask = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT t.id, l.verdict FROM task t JOIN batch b ON b.id = t.batch_id
                        JOIN assignment a ON a.task_id = t.id AND a.state = 'done' JOIN label l ON l.id = a.latest_label
                        WHERE %s AND b.max_overlap IS NOT NULL AND l.verdict IS NOT NULL""".formatted(condition))
                .bind("id", id)
                .map((row, context) -> byTask.computeIfAbsent(row.getLong("id"), _ -> new ArrayList<>())
                        .add(row.getString("verdict")))
                .forEach(_ -> {});
        return byTask;
    }

    private static void mark(Handle handle, long task) {
        handle.createUpdate("UPDATE task SET disputed = TRUE WHERE id = :task")
                .bind("task", task)
                .execute();
    }
}
