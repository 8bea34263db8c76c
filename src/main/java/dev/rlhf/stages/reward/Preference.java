package dev.rlhf.stages.reward;

import dev.rlhf.base.InputException;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Origin;
import dev.rlhf.data.PairRow;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.files.ForeignFormat;
import dev.rlhf.label.files.ForeignLabels;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Preferences among the completions of one prompt: a ranked task or a pair.
 *
 * @param place file, line and id
 * @param rankings one list of ranks per labeler, in the order of the completions; 1 is best, equal is tied
 * @param margin margin that the better completion should win by, in units of reward; 0: none
 */
public record Preference(
        KeyedRow place, Chat prompt, List<Completion> completions, List<List<Integer>> rankings, float margin) {
    public Preference {
        completions = List.copyOf(completions);
        rankings = List.copyOf(rankings);
    }

    /**
     * Reads a file of ranked tasks, pairs or both, or of a public data set ({@link ForeignFormat#detect}). Gold tasks
     * are left out, since they are not trained on.
     *
     * @param order applied to every task's rankings, such as a {@link Consensus}; pairs are unchanged
     * @param console shows what a public data set has that cannot be used
     * @throws InputException with file and line
     */
    public static List<Preference> read(Path file, UnaryOperator<RankedTask> order, PrintStream console)
            throws IOException {
        ForeignFormat format = ForeignFormat.detect(file).orElse(null);
        if (format != null) {
            ForeignLabels labels = format.read(file, Fields.DEFAULT);
            console.printf(
                    "%s: %d rows, %d tasks%n",
                    file, labels.rows(), labels.tasks().size());
            labels.leftOut().forEach((what, count) -> console.printf("left out: %d %s%n", count, what));
            return labels.tasks().stream()
                    .map(task -> of(file.toString(), null, order.apply(task)))
                    .toList();
        }
        List<Preference> all = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        JsonLines.forEachObject(file, (origin, object) -> {
            if (object.hasNonNull("chosen") || object.hasNonNull("rejected")) {
                all.add(of(origin, PairRow.parse(origin, object)));
                return;
            }
            RankedTask task = LabelFiles.parse(origin, object);
            Long first = lineOf.putIfAbsent(task.id(), origin.line());
            if (first != null) {
                throw origin.error("id '" + task.id() + "' is also on line " + first + "; ids are unique");
            }
            if (!task.isGold()) {
                all.add(of(file.toString(), origin.line(), order.apply(task)));
            }
        });
        return all;
    }

    /** Reads the tasks of a store of labels, of one batch or of all. */
    static List<Preference> read(Path db, @Nullable String batch, UnaryOperator<RankedTask> order) throws IOException {
        try (LabelStore store = LabelStore.openReadOnly(db)) {
            return store.rankedTasks(batch).stream()
                    .map(task -> of(db.toString(), null, order.apply(task)))
                    .toList();
        }
    }

    /** Returns the file, line and id as text, for messages. */
    String where() {
        return place.line() == null ? "task " + place.id() : place.file() + ":" + place.line();
    }

    private static Preference of(String file, @Nullable Long line, RankedTask task) {
        List<Message> messages = task.prompt().messages();
        return new Preference(
                new KeyedRow(file, line, task.id(), ContentKey.ofPrompt(messages), KeyedRow.TRAIN),
                Chat.of(messages),
                task.completions(),
                task.decisiveRankings().stream().map(Label::ranks).toList(),
                0);
    }

    private static Preference of(Origin origin, PairRow pair) {
        return new Preference(
                KeyedRow.of(origin, pair.id(), ContentKey.ofPrompt(pair.messages()), KeyedRow.TRAIN),
                Chat.of(pair.messages()),
                List.of(
                        new Completion("chosen", pair.chosen(), null, pair.chosenEnded()),
                        new Completion("rejected", pair.rejected(), null, pair.rejectedEnded())),
                List.of(List.of(1, 2)),
                pair.margin() == null ? 0 : pair.margin().floatValue());
    }
}
