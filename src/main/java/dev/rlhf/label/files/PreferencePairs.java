package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Splits rankings into pairs, for tools that read nothing else. Tied completions make no pair. The pairs of a prompt
 * are consecutive: a trainer should keep them in one batch, or it overfits (Ouyang 2022, section 3.5).
 */
final class PreferencePairs {
    /** A pair of a ranking: indices of its completions, {@code first} before {@code second} in the task. */
    record Pair(RankedTask task, Label ranking, int first, int second) {
        boolean tied() {
            return rank(first) == rank(second);
        }

        boolean firstBetter() {
            return rank(first) < rank(second);
        }

        Completion chosen() {
            return task.completions().get(firstBetter() ? first : second);
        }

        Completion rejected() {
            return task.completions().get(firstBetter() ? second : first);
        }

        private int rank(int completion) {
            return ranking.ranks().get(completion);
        }
    }

    /** A pair as seen by a reader that has only the texts. */
    private record Preference(String better, boolean betterEnded, String worse, boolean worseEnded) {
        static Preference of(Completion better, Completion worse, UnaryOperator<String> read) {
            return new Preference(read.apply(better.text()), better.ended(), read.apply(worse.text()), worse.ended());
        }
    }

    private PreferencePairs() {}

    /**
     * Writes rows that TRL and {@code rlhf label import --format pairs} read. All are conversational if one prompt is a
     * conversation, because a data set has one form. Leaves out pairs that the import refuses: equal completions, and
     * prompts that end with the assistant.
     */
    static void pairs(List<RankedTask> tasks, ExportLines lines) {
        boolean plain = tasks.stream().allMatch(task -> task.prompt().plain());
        for (RankedTask task : tasks) {
            boolean answered = task.prompt().messages().getLast().byAssistant();
            for (Label ranking : task.decisiveRankings()) {
                if (answered) {
                    ordered(task, ranking, lines)
                            .forEach(_ -> lines.leaveOut("pairs whose prompt ends with the assistant"));
                } else {
                    consistent(task, ranking, UnaryOperator.identity(), lines)
                            .forEach(pair -> lines.add(row(pair, plain)));
                }
            }
        }
    }

    /**
     * Writes comparisons: {@code choice} is the index of the better one of two {@code summaries}, which are in the
     * task's order.
     */
    static void comparisons(List<RankedTask> tasks, ExportLines lines) {
        for (RankedTask task : tasks) {
            for (Label ranking : task.decisiveRankings()) {
                ordered(task, ranking, lines).forEach(pair -> lines.add(comparison(pair)));
            }
        }
    }

    /**
     * Returns the pairs that a reader can learn from, and counts the others: ties, equal completions, and equal pairs
     * in opposite orders.
     *
     * @param read converts a completion's text to what a reader of the file sees
     */
    static List<Pair> consistent(RankedTask task, Label ranking, UnaryOperator<String> read, ExportLines lines) {
        List<Pair> pairs = ordered(task, ranking, lines);
        Set<Preference> preferences = new HashSet<>();
        pairs.forEach(pair -> preferences.add(Preference.of(pair.chosen(), pair.rejected(), read)));
        List<Pair> kept = new ArrayList<>();
        for (Pair pair : pairs) {
            Preference opposite = Preference.of(pair.rejected(), pair.chosen(), read);
            if (opposite.equals(Preference.of(pair.chosen(), pair.rejected(), read))) {
                lines.leaveOut("pairs of equal completions");
            } else if (preferences.contains(opposite)) {
                lines.leaveOut("pairs that the same labeler also ordered the other way");
            } else {
                kept.add(pair);
            }
        }
        return kept;
    }

    /** Returns the pairs whose completions have different ranks, and counts the others. */
    private static List<Pair> ordered(RankedTask task, Label ranking, ExportLines lines) {
        List<Pair> pairs = new ArrayList<>();
        int count = task.completions().size();
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                Pair pair = new Pair(task, ranking, i, j);
                if (pair.tied()) {
                    lines.leaveOut("tied pairs");
                } else {
                    pairs.add(pair);
                }
            }
        }
        return pairs;
    }

    private static ObjectNode row(Pair pair, boolean plain) {
        RankedTask task = pair.task();
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("id", task.id());
        if (plain) {
            line.put("prompt", task.prompt().messages().getFirst().content());
            line.put("chosen", pair.chosen().text());
            line.put("rejected", pair.rejected().text());
        } else {
            line.set("prompt", TaskJson.writeMessages(task.prompt().messages()));
            assistant(line, "chosen", pair.chosen());
            assistant(line, "rejected", pair.rejected());
        }
        Integer strength = pair.ranking().judgement().strength();
        if (strength != null) {
            line.put("margin", Math.abs(strength));
        }
        ExportLines.ended(line, "chosen_ended", pair.chosen());
        ExportLines.ended(line, "rejected_ended", pair.rejected());
        return line.put("labeler", pair.ranking().labeler());
    }

    private static ObjectNode comparison(Pair pair) {
        RankedTask task = pair.task();
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ObjectNode info = line.putObject("info").put("id", task.id());
        if (task.prompt().plain()) {
            info.put("post", task.prompt().messages().getFirst().content());
        } else {
            info.set("messages", TaskJson.writeMessages(task.prompt().messages()));
        }
        ArrayNode summaries = line.putArray("summaries");
        for (int at : new int[] {pair.first(), pair.second()}) {
            Completion completion = task.completions().get(at);
            ObjectNode summary = summaries
                    .addObject()
                    .put("text", completion.text())
                    .put("policy", completion.model() == null ? completion.id() : completion.model());
            ExportLines.ended(summary, "ended", completion);
        }
        line.put("choice", pair.firstBetter() ? 0 : 1);
        line.put("worker", pair.ranking().labeler());
        line.putObject("extra");
        return line;
    }

    private static void assistant(ObjectNode line, String key, Completion completion) {
        line.putArray(key).addObject().put("role", "assistant").put("content", completion.text());
    }
}
