package dev.rlhf.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import dev.rlhf.label.Remarks;
import dev.rlhf.label.Skip;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.files.TaskLines;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Puts tasks and rankings into one batch, inside the caller's transaction. One instance an import. */
public final class Importer {
    private final Handle handle;
    private final OffsetDateTime now;
    private int newTasks;
    private int knownTasks;
    private int newRankings;
    private int knownRankings;
    private int newSkips;
    private int knownSkips;

    public Importer(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Adds what is new and passes over what is there already and equal.
     *
     * @throws InputException if a task or a ranking is there already and different; the transaction is to be rolled back
     */
    public ImportResult run(List<TaskLines.Located> tasks, ImportOptions options) {
        long batch = Batches.make(handle, options.batch(), now);
        Batches.change(handle, batch, options.change());
        Map<String, TaskReader.Stored> known = new TaskReader(handle)
                .tasks(options.batch(), TaskReader.Which.ALL).stream()
                        .collect(Collectors.toMap(stored -> stored.task().id(), Function.identity()));
        int position = handle.createQuery("SELECT COALESCE(MAX(position), -1) FROM task WHERE batch_id = :batch")
                .bind("batch", batch)
                .mapTo(Integer.class)
                .one();
        for (TaskLines.Located located : tasks) {
            RankedTask task = located.task();
            TaskReader.Stored stored = known.get(task.id());
            if (stored == null) {
                position++;
                long id = insert(batch, position, task);
                task.rankings().forEach(ranking -> insert(id, task, ranking, located.where()));
                task.skips().forEach(skip -> insert(id, task, skip, located.where()));
                newTasks++;
                known.put(task.id(), new TaskReader.Stored(id, task));
            } else {
                merge(stored, located, options.batch());
                knownTasks++;
            }
        }
        Assignments.recount(handle, batch);
        return new ImportResult(newTasks, knownTasks, newRankings, knownRankings, newSkips, knownSkips);
    }

    private void merge(TaskReader.Stored stored, TaskLines.Located located, String batch) {
        RankedTask there = stored.task();
        RankedTask here = located.task();
        if (!there.prompt().equals(here.prompt())
                || !there.completions().equals(here.completions())
                || !Objects.equals(there.gold(), here.gold())) {
            throw new InputException(located.where() + ": batch '" + batch + "' has a task '" + here.id()
                    + "' with another prompt, other completions or another gold; give it a new id or import into"
                    + " another batch");
        }
        Map<String, Object> byLabeler = new HashMap<>();
        there.rankings().forEach(ranking -> byLabeler.put(ranking.labeler(), ranking));
        there.skips().forEach(skip -> byLabeler.put(skip.labeler(), skip));
        for (Ranking ranking : here.rankings()) {
            if (isNew(byLabeler.get(ranking.labeler()), ranking, ranking.labeler(), located, batch)) {
                insert(stored.id(), here, ranking, located.where());
            } else {
                knownRankings++;
            }
        }
        for (Skip skip : here.skips()) {
            if (isNew(byLabeler.get(skip.labeler()), skip, skip.labeler(), located, batch)) {
                insert(stored.id(), here, skip, located.where());
            } else {
                knownSkips++;
            }
        }
    }

    private static boolean isNew(
            @Nullable Object known, Object label, String labeler, TaskLines.Located located, String batch) {
        if (known != null && !known.equals(label)) {
            throw new InputException(located.where() + ": labeler '" + labeler + "' has labelled task '"
                    + located.task().id() + "' of batch '" + batch
                    + "' differently in the store; remove that label or import into another batch");
        }
        return known == null;
    }

    private long insert(long batch, int position, RankedTask task) {
        long id = handle.createUpdate("""
                        INSERT INTO task (batch_id, external_id, position, messages, plain, gold, is_open, created_at)
                        VALUES (:batch, :id, :position, :messages, :plain, :gold, TRUE, :now)""")
                .bind("batch", batch)
                .bind("id", task.id())
                .bind("position", position)
                .bind("messages", json(task.prompt()))
                .bind("plain", task.prompt().plain())
                .bindByType("gold", task.gold() == null ? null : task.gold().toArray(Integer[]::new), Integer[].class)
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO completion (task_id, position, external_id, text, model, ended)
                VALUES (:task, :position, :id, :text, :model, :ended)""");
        for (int i = 0; i < task.completions().size(); i++) {
            Completion completion = task.completions().get(i);
            rows.bind("task", id)
                    .bind("position", i)
                    .bind("id", completion.id())
                    .bind("text", completion.text())
                    .bind("model", completion.model())
                    .bind("ended", completion.ended())
                    .add();
        }
        rows.execute();
        return id;
    }

    private void insert(long task, RankedTask content, Ranking ranking, String where) {
        Remarks remarks = ranking.remarks();
        Integer topK = remarks.topK();
        List<@Nullable Integer> ranks = new ArrayList<>(ranking.ranks());
        insert(
                task,
                labeler(ranking.labeler(), ranking.kind(), where),
                "done",
                new Judgement(
                        LabelKind.RANKING,
                        topK == null ? ranks : LabelTable.bestOnly(ranks, topK),
                        remarks.strength(),
                        remarks.scores(),
                        flags(content, ranking.flags()),
                        remarks.allBad(),
                        remarks.personalData(),
                        null,
                        remarks.comment(),
                        ranking.seconds(),
                        ranking.guideline()));
        newRankings++;
    }

    private void insert(long task, RankedTask content, Skip skip, String where) {
        insert(
                task,
                labeler(skip.labeler(), skip.kind(), where),
                "skipped",
                new Judgement(
                        skip.cannotJudge() ? LabelKind.CANNOT_JUDGE : LabelKind.SKIP,
                        null,
                        null,
                        null,
                        flags(content, skip.flags()),
                        false,
                        skip.personalData(),
                        skip.reason(),
                        skip.comment(),
                        skip.seconds(),
                        skip.guideline()));
        newSkips++;
    }

    private static List<List<String>> flags(RankedTask task, Map<String, List<String>> flags) {
        return task.completions().stream()
                .map(completion -> flags.getOrDefault(completion.id(), List.of()))
                .toList();
    }

    /** The assignment the label hangs on takes over one that the labeler holds but has not labelled. */
    private void insert(long task, long labeler, String state, Judgement judgement) {
        int held = 0;
        for (String delete : List.of(
                "DELETE FROM draft WHERE assignment_id IN (SELECT id FROM assignment WHERE %s)",
                "DELETE FROM assignment WHERE %s")) {
            held = handle.createUpdate(
                            delete.formatted("task_id = :task AND labeler_id = :labeler AND state = 'claimed'"))
                    .bind("task", task)
                    .bind("labeler", labeler)
                    .execute();
        }
        long assignment = handle.createUpdate("""
                        INSERT INTO assignment (task_id, labeler_id, state, claimed_at, lease_until, done_at)
                        VALUES (:task, :labeler, :state, :now, :now, :now)""")
                .bind("task", task)
                .bind("labeler", labeler)
                .bind("state", state)
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        new LabelTable(handle).insert(assignment, judgement, LabelTable.IMPORT_KEY, now);
        LabelerCounters counters = new LabelerCounters(handle);
        counters.given(labeler, 1 - held);
        counters.settled(labeler, state.equals("done") ? 1 : 0, state.equals("skipped") ? 1 : 0);
    }

    private long labeler(String name, LabelerKind kind, String where) {
        return Labelers.find(handle, name)
                .map(labeler -> {
                    if (labeler.kind() != kind) {
                        throw new InputException(where + ": labeler '" + name + "' is known as "
                                + labeler.kind().word() + ", not " + kind.word() + "; use another name");
                    }
                    return labeler.id();
                })
                .orElseGet(() -> Labelers.insert(handle, name, kind, now));
    }

    private static String json(Prompt prompt) {
        try {
            return Json.mapper().writeValueAsString(TaskJson.writeMessages(prompt.messages()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
