package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Label;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.TaskLines;
import dev.rlhf.label.store.assignment.TagTable;
import dev.rlhf.text.Message;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Imports tasks and rankings into a batch, in the caller's transaction. One instance per import. */
final class Importer {
    /** Largest number of new tasks that wait to be inserted together. */
    private static final int PENDING_TASKS = 1000;

    private final Handle handle;
    private final OffsetDateTime now;
    private final Map<String, Labeler> labelers = new HashMap<>();
    /** New tasks by their id in the file, in the order of the file. */
    private final Map<String, ImportedRows.NewTask> pending = new LinkedHashMap<>();
    /** New labels of tasks that the store has. */
    private final List<ImportedRows.NewLabel> pendingLabels = new ArrayList<>();

    private final Set<Corrections.Withdrawn> withdrawn = new HashSet<>();
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
        JudgingTasks.refuseOthers(handle, batch, options.batch(), false);
        Map<String, TaskReader.Stored> known = new TaskReader(handle)
                .tasks(options.batch(), TaskReader.Which.ALL).stream()
                        .collect(Collectors.toMap(stored -> stored.task().id(), Function.identity()));
        withdrawn.addAll(Corrections.withdrawn(handle, batch));
        ImportedRows rows = new ImportedRows(handle, batch, now);
        for (TaskLines.Located located : tasks) {
            RankedTask task = located.task();
            if (pending.size() == PENDING_TASKS || pending.containsKey(task.id())) {
                insertPending(rows, known);
            }
            TaskReader.Stored stored = known.get(task.id());
            if (stored == null) {
                checkTexts(located);
                List<ImportedRows.TaskLabel> labels =
                        labels(task).map(label -> row(label, located.where())).toList();
                pending.put(task.id(), new ImportedRows.NewTask(task, labels));
                newTasks++;
            } else {
                merge(stored, located, options.batch());
                knownTasks++;
            }
        }
        insertPending(rows, known);
        rows.count();
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
        mergeAdjudicated(stored, located, batch);
        if (located.hasTags() && !here.tags().equals(there.tags())) {
            new TagTable(handle).set(TagTable.Owner.TASK, stored.id(), here.tags());
        }
        Map<String, Label> byLabeler = labels(there).collect(Collectors.toMap(Label::labeler, Function.identity()));
        labels(here).forEach(label -> {
            Label known = byLabeler.get(label.labeler());
            if (known != null && !known.equals(label)) {
                throw new InputException(located.where() + ": labeler '" + label.labeler() + "' has labelled task '"
                        + here.id() + "' of batch '" + batch
                        + "' differently in the store; remove that label or import into another batch");
            }
            if (withdrawn.contains(new Corrections.Withdrawn(stored.id(), label.labeler()))) {
                throw new InputException(located.where() + ": an admin has sent back or removed the label of task '"
                        + here.id() + "' by labeler '" + label.labeler() + "'; remove it from the file");
            }
            if (known == null) {
                pendingLabels.add(new ImportedRows.NewLabel(stored.id(), row(label, located.where())));
            } else if (label.isRanking()) {
                knownRankings++;
            } else {
                knownSkips++;
            }
        });
    }

    private void mergeAdjudicated(TaskReader.Stored stored, TaskLines.Located located, String batch) {
        List<Integer> there = stored.task().adjudicated();
        List<Integer> here = located.task().adjudicated();
        if (here == null || here.equals(there)) {
            return;
        }
        if (there != null) {
            throw new InputException(
                    located.where() + ": task '" + stored.task().id() + "' of batch '" + batch
                            + "' is adjudicated differently in the store; remove \"adjudicated\" from the line or"
                            + " import into another batch");
        }
        Corrections.adjudicate(handle, stored.id(), here, now);
    }

    private static Stream<Label> labels(RankedTask task) {
        return Stream.concat(task.rankings().stream(), task.skips().stream());
    }

    private void insertPending(ImportedRows rows, Map<String, TaskReader.Stored> known) {
        if (!pending.isEmpty()) {
            List<Long> ids = rows.insertTasks(pending.values());
            int i = 0;
            for (ImportedRows.NewTask added : pending.values()) {
                known.put(added.task().id(), new TaskReader.Stored(ids.get(i++), added.task()));
            }
            pending.clear();
        }
        rows.insertLabels(pendingLabels);
        pendingLabels.clear();
    }

    /** Counts a new label and returns it with its labeler, who is created if the name is new. */
    private ImportedRows.TaskLabel row(Label label, String where) {
        Labeler labeler = labelers.computeIfAbsent(
                label.labeler(),
                name -> Labelers.find(handle, name)
                        .orElseGet(() -> new Labeler(
                                Labelers.insert(handle, name, label.labelerKind(), now), name, label.labelerKind())));
        if (labeler.kind() != label.labelerKind()) {
            throw new InputException(where + ": labeler '" + labeler.name() + "' is known as "
                    + labeler.kind().word() + ", not " + label.labelerKind().word() + "; use another name");
        }
        newRankings += label.isRanking() ? 1 : 0;
        newSkips += label.isRanking() ? 0 : 1;
        return new ImportedRows.TaskLabel(labeler.id(), label.judgement());
    }
}
