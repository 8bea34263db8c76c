package dev.rlhf.label.store;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.agreement.Item;
import dev.rlhf.label.agreement.PairwiseAgreement;
import dev.rlhf.label.agreement.Tideman;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Dispute;
import dev.rlhf.label.api.GoldScore;
import dev.rlhf.label.api.GoldTask;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.GuidelinesVersion;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.assignment.TagDemand;
import dev.rlhf.label.judging.VerdictCounts;
import dev.rlhf.label.store.assignment.TagTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads the data of the admin page, in the caller's transaction. A null {@code batch} means all batches. */
final class AdminReader {
    /** Seed of the bootstrap, fixed so that the same labels give the same intervals. */
    private static final long SEED = 1;

    private final Handle handle;

    AdminReader(Handle handle) {
        this.handle = handle;
    }

    /** Returns all batches in the order they were created. */
    List<BatchStatus> batches(OffsetDateTime now) {
        Map<Long, List<TagDemand>> demand = new TagTable(handle).demand();
        return handle.createQuery("""
                        SELECT b.id, b.name, b.places, b.taken,
                            (SELECT COUNT(*) FROM task t WHERE t.batch_id = b.id AND t.is_gold = FALSE) AS tasks,
                            (SELECT COUNT(*) FROM task t WHERE t.batch_id = b.id AND t.is_gold = TRUE) AS gold,
                            (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id WHERE t.batch_id = b.id
                                AND t.is_gold = FALSE AND a.state = 'claimed' AND a.lease_until > :now) AS claims,
                            (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id WHERE t.batch_id = b.id
                                AND t.is_gold = FALSE AND a.state = 'skipped') AS skips,
                            EXISTS (SELECT 1 FROM task t WHERE t.batch_id = b.id AND t.answers IS NOT NULL) AS judging
                        FROM batch b ORDER BY b.id""")
                .bind("now", now)
                .map((row, context) -> new BatchStatus(
                        row.getString("name"),
                        Batches.settings(handle, row.getString("name")),
                        row.getInt("tasks"),
                        row.getInt("places"),
                        row.getInt("taken"),
                        row.getInt("claims"),
                        row.getInt("skips"),
                        row.getInt("gold"),
                        row.getBoolean("judging"),
                        demand.getOrDefault(row.getLong("id"), List.of())))
                .list();
    }

    /** Counts the verdicts of judging tasks. */
    VerdictCounts verdicts(@Nullable String batch) {
        Map<Long, Map<String, Verdict>> byTask = new HashMap<>();
        for (LatestLabel label : LatestLabel.read(handle, known(batch))) {
            if (label.verdict() != null) {
                byTask.computeIfAbsent(label.task(), _ -> new HashMap<>()).put(label.labeler(), label.verdict());
            }
        }
        return VerdictCounts.of(byTask.values());
    }

    /** Returns all labelers who have a label, by name. */
    List<LabelerStatus> labelers(@Nullable String batch) {
        return LabelerMetrics.of(LatestLabel.read(handle, known(batch)), new SecondOpinions(handle).ranks(batch));
    }

    AgreementReport agreement(@Nullable String batch) {
        return AgreementReport.of(LabelerMetrics.items(LatestLabel.read(handle, known(batch))), SEED);
    }

    /** Returns the undecided tasks on which labelers disagree, those with the least agreement first. */
    List<Dispute> disputes(@Nullable String batch, int limit) {
        record Scored(Item item, PairwiseAgreement pairs) {}
        Set<String> decided = handle.createQuery("SELECT id FROM task WHERE adjudicated IS NOT NULL")
                .mapTo(String.class)
                .set();
        return LabelerMetrics.items(LatestLabel.read(handle, known(batch))).stream()
                .filter(item -> item.ranks().size() > 1 && !decided.contains(item.id()))
                .map(item -> new Scored(item, PairwiseAgreement.of(List.of(item))))
                .filter(scored -> scored.pairs().tiesHalf() < 1)
                .sorted(Comparator.comparingDouble(
                        (Scored scored) -> scored.pairs().tiesHalf()))
                .limit(limit)
                .map(scored -> {
                    long task = Long.parseLong(scored.item().id());
                    Text text = text(task);
                    return new Dispute(
                            task,
                            text.batch(),
                            text.id(),
                            text.prompt(),
                            text.completions(),
                            scored.item().ranks(),
                            Tideman.order(List.copyOf(scored.item().ranks().values())),
                            scored.pairs());
                })
                .toList();
    }

    /** Returns all gold tasks in the order of batches and imports. */
    List<GoldTask> gold(@Nullable String batch) {
        Map<Long, GoldScore> scores = new HashMap<>();
        for (LatestLabel label : LatestLabel.read(handle, known(batch))) {
            if (label.gold() != null && label.ranks() != null) {
                scores.merge(
                        label.task(),
                        GoldScore.NONE.plus(label.ranks(), label.gold()),
                        (sum, one) -> new GoldScore(
                                sum.tasks() + one.tasks(),
                                sum.exact() + one.exact(),
                                sum.pairs().plus(one.pairs())));
            }
        }
        record Known(long task, List<Integer> ranks) {}
        List<Known> tasks = handle.createQuery("""
                        SELECT t.id, t.gold FROM task t JOIN batch b ON b.id = t.batch_id
                        WHERE t.is_gold = TRUE AND (:batch IS NULL OR b.name = :batch) ORDER BY t.batch_id,
                            t.position""")
                .bind("batch", batch)
                .map((row, context) -> new Known(row.getLong("id"), LabelTable.integers(row.getArray("gold"))))
                .list();
        List<GoldTask> gold = new ArrayList<>();
        for (Known known : tasks) {
            Text text = text(known.task());
            gold.add(new GoldTask(
                    text.batch(),
                    text.id(),
                    text.prompt(),
                    text.completions(),
                    known.ranks(),
                    scores.getOrDefault(known.task(), GoldScore.NONE)));
        }
        return gold;
    }

    /** Returns all versions, the current one first, the others by the time they were last current. */
    List<GuidelinesVersion> guidelines() {
        List<GuidelinesVersion> versions = handle.createQuery("""
                        SELECT g.version, g.text, g.created_at,
                            g.current_no = (SELECT MAX(current_no) FROM guideline) AS is_current,
                            (SELECT COUNT(*) FROM guideline_seen s WHERE s.version = g.version) AS seen,
                            (SELECT COUNT(*) FROM assignment a JOIN label l ON l.id = a.latest_label
                                WHERE l.guideline_version = g.version) AS labels
                        FROM guideline g ORDER BY g.current_no DESC""")
                .map((row, context) -> new GuidelinesVersion(
                        new Guidelines(
                                row.getString("version"), row.getString("text"), Times.instant(row, "created_at")),
                        row.getBoolean("is_current"),
                        row.getInt("seen"),
                        row.getInt("labels")))
                .list();
        return versions;
    }

    /** Returns the name of a batch; an unknown one is an {@link dev.rlhf.base.InputException}. */
    @Nullable
    String known(@Nullable String batch) {
        if (batch != null) {
            Batches.settings(handle, batch);
        }
        return batch;
    }

    private record Text(String batch, String id, Prompt prompt, List<Completion> completions) {}

    private Text text(long task) {
        List<Completion> completions = new TaskReader(handle).completions(task);
        return handle.createQuery("""
                        SELECT b.name, t.external_id, t.messages, t.plain FROM task t JOIN batch b ON b.id = t.batch_id
                        WHERE t.id = :task""")
                .bind("task", task)
                .map((row, context) -> text(row, completions))
                .one();
    }

    private static Text text(ResultSet row, List<Completion> completions) throws SQLException {
        return new Text(
                row.getString("name"),
                row.getString("external_id"),
                new Prompt(
                        TaskReader.messages(Objects.requireNonNull(row.getString("messages"))),
                        row.getBoolean("plain")),
                completions);
    }
}
