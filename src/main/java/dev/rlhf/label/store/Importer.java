package dev.rlhf.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.files.TaskLines;
import dev.rlhf.text.Message;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Imports tasks and rankings into a batch, in the caller's transaction. One instance per import. */
final class Importer {
    private final Handle handle;
    private final OffsetDateTime now;
    private int newTasks;
    private int knownTasks;
    private int newRankings;
    private int knownRankings;
    private int newSkips;
    private int knownSkips;

    Importer(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Adds new tasks and labels, and skips those that the store already has.
     *
     * @throws InputException if the store has a task or label that differs; the caller must roll the transaction back
     */
    ImportResult run(List<TaskLines.Located> tasks, ImportOptions options) {
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
                checkTexts(located);
                position++;
                long id = insert(batch, position, task);
                labels(task).forEach(label -> insert(id, label, located.where()));
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

    /**
     * Refuses prompts that are empty or hold the character NUL, which browsers drop. In completions NUL is accepted:
     * models with a vocabulary of bytes write it.
     */
    private static void checkTexts(TaskLines.Located located) {
        RankedTask task = located.task();
        List<String> questions =
                task.prompt().messages().stream().map(Message::content).toList();
        if (questions.stream().allMatch(String::isBlank)) {
            throw new InputException(
                    located.where() + ": the prompt is empty; labelers could not judge the completions");
        }
        if (questions.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
            throw new InputException(located.where() + ": the prompt holds the character NUL (U+0000); remove it");
        }
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
        Map<String, Label> byLabeler = labels(there).collect(Collectors.toMap(Label::labeler, Function.identity()));
        labels(here).forEach(label -> {
            Label known = byLabeler.get(label.labeler());
            if (known != null && !known.equals(label)) {
                throw new InputException(located.where() + ": labeler '" + label.labeler() + "' has labelled task '"
                        + here.id() + "' of batch '" + batch
                        + "' differently in the store; remove that label or import into another batch");
            }
            if (known == null) {
                insert(stored.id(), label, located.where());
            } else if (label.isRanking()) {
                knownRankings++;
            } else {
                knownSkips++;
            }
        });
    }

    private static Stream<Label> labels(RankedTask task) {
        return Stream.concat(task.rankings().stream(), task.skips().stream());
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

    /** Inserts a label. Its assignment replaces the labeler's claim of the task, if there is one. */
    private void insert(long task, Label label, String where) {
        long labeler = labeler(label.labeler(), label.labelerKind(), where);
        boolean ranking = label.isRanking();
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
                .bind("state", ranking ? "done" : "skipped")
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        new LabelTable(handle).insert(assignment, label.judgement(), LabelTable.IMPORT_KEY, now);
        LabelerCounters counters = new LabelerCounters(handle);
        counters.given(labeler, 1 - held);
        counters.settled(labeler, ranking ? 1 : 0, ranking ? 0 : 1);
        newRankings += ranking ? 1 : 0;
        newSkips += ranking ? 0 : 1;
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
