package dev.rlhf.label.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Splits rankings into pairs, for tools that read nothing else. Tied completions make no pair. The pairs of a prompt
 * are consecutive: a trainer should keep them in one batch, or it overfits (Ouyang 2022, section 3.5).
 */
final class PreferencePairs {
    /**
     * The lines of a file.
     *
     * @param leftOut pairs that the file does not contain, by reason
     */
    record Lines(List<String> lines, SortedMap<String, Integer> leftOut) {}

    /** A pair of a ranking: indices of its completions, {@code first} before {@code second} in the task. */
    private record Pair(RankedTask task, Label ranking, int first, int second) {
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

    /** What a pair tells a reader that sees only texts. */
    private record Preference(String better, boolean betterEnded, String worse, boolean worseEnded) {
        static Preference of(Completion better, Completion worse) {
            return new Preference(better.text(), better.ended(), worse.text(), worse.ended());
        }
    }

    private final List<String> lines = new ArrayList<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();

    private PreferencePairs() {}

    /**
     * Returns rows that TRL and {@code rlhf label import --format pairs} read. All are conversational if one prompt is
     * a conversation, because a data set has one form. Leaves out pairs that the import refuses: equal completions, and
     * prompts that end with the assistant.
     */
    static Lines pairs(List<RankedTask> tasks) {
        boolean plain = tasks.stream().allMatch(task -> task.prompt().plain());
        PreferencePairs file = new PreferencePairs();
        for (RankedTask task : tasks) {
            boolean answered = task.prompt().messages().getLast().byAssistant();
            for (Label ranking : task.decisiveRankings()) {
                List<Pair> pairs = file.ordered(task, ranking);
                Set<Preference> preferences = new HashSet<>();
                pairs.forEach(pair -> preferences.add(Preference.of(pair.chosen(), pair.rejected())));
                for (Pair pair : pairs) {
                    Preference opposite = Preference.of(pair.rejected(), pair.chosen());
                    if (answered) {
                        file.leaveOut("pairs whose prompt ends with the assistant");
                    } else if (opposite.equals(Preference.of(pair.chosen(), pair.rejected()))) {
                        file.leaveOut("pairs of equal completions");
                    } else if (preferences.contains(opposite)) {
                        file.leaveOut("pairs that the same labeler also ordered the other way");
                    } else {
                        file.add(row(pair, plain));
                    }
                }
            }
        }
        return new Lines(file.lines, file.leftOut);
    }

    /**
     * Returns comparisons: {@code choice} is the index of the better one of two {@code summaries}, which are in the
     * task's order.
     */
    static Lines comparisons(List<RankedTask> tasks) {
        PreferencePairs file = new PreferencePairs();
        for (RankedTask task : tasks) {
            for (Label ranking : task.decisiveRankings()) {
                file.ordered(task, ranking).forEach(pair -> file.add(comparison(pair)));
            }
        }
        return new Lines(file.lines, file.leftOut);
    }

    /** Returns the pairs whose completions have different ranks, and counts the others. */
    private List<Pair> ordered(RankedTask task, Label ranking) {
        List<Pair> pairs = new ArrayList<>();
        int count = task.completions().size();
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                Pair pair = new Pair(task, ranking, i, j);
                if (pair.tied()) {
                    leaveOut("tied pairs");
                } else {
                    pairs.add(pair);
                }
            }
        }
        return pairs;
    }

    private void leaveOut(String reason) {
        leftOut.merge(reason, 1, Integer::sum);
    }

    private void add(ObjectNode line) {
        try {
            lines.add(Json.mapper().writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
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
        ended(line, "chosen_ended", pair.chosen());
        ended(line, "rejected_ended", pair.rejected());
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
            ended(summary, "ended", completion);
        }
        line.put("choice", pair.firstBetter() ? 0 : 1);
        line.put("worker", pair.ranking().labeler());
        line.putObject("extra");
        return line;
    }

    private static void assistant(ObjectNode line, String key, Completion completion) {
        line.putArray(key).addObject().put("role", "assistant").put("content", completion.text());
    }

    /** Writes the field only for a completion that was cut off, as a rankings file does. */
    private static void ended(ObjectNode node, String key, Completion completion) {
        if (!completion.ended()) {
            node.put(key, false);
        }
    }
}
