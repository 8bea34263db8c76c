package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.Origin;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the HelpSteer data sets; a file may mix their rows.
 *
 * <ul>
 *   <li>HelpSteer and HelpSteer2 (Wang 2023, 2024): one {@code response} per row with ratings. All rows with one prompt
 *       are a task, ordered by {@code helpfulness}; equal ratings are ties.
 * <li>HelpSteer2-Preference and HelpSteer3-Preference (Wang 2024, 2025): two responses per row and a preference from
 * -3, the first is much better, to 3, the second is much better, which corresponds to {@code strength}.
 * </ul>
 */
final class HelpSteerRows {
    static final String LABELER = "helpsteer";

    /** Precedes every turn of a prompt but the first, which is the user's. */
    private static final Pattern TURN = Pattern.compile("\\n?<extra_id_1>(User|Assistant)\\n");

    /** The rated responses to one prompt. */
    private record Rated(String id, List<ScoredCompletions.Scored> completions) {}

    private final Map<String, Rated> ratedByPrompt = new LinkedHashMap<>();
    private final List<RankedTask> tasks = new ArrayList<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();
    private int rows;

    private HelpSteerRows() {}

    /** Returns whether a row is of one of these data sets. */
    static boolean matches(JsonNode row) {
        return (row.has("response") && row.has("helpfulness"))
                || row.has("preference_strength")
                || row.has("overall_preference");
    }

    /**
     * Reads a file.
     *
     * @throws InputException with file and line, or if no task is left
     */
    static ForeignLabels read(Path file) throws IOException {
        HelpSteerRows all = new HelpSteerRows();
        ForeignRows.forEach(file, all::take);
        all.ratedByPrompt.forEach((prompt, rated) -> all.tasks.addAll(ScoredCompletions.task(
                rated.id(),
                prompt(prompt),
                rated.completions(),
                LABELER,
                LabelerKind.PERSON,
                reason -> all.leftOut.merge(reason, 1, Integer::sum))));
        if (all.tasks.isEmpty()) {
            throw InputException.at(file, "no task in " + all.rows + " rows; left out: " + all.leftOut);
        }
        return new ForeignLabels(all.tasks, all.rows, all.leftOut);
    }

    private void take(Origin origin, JsonNode node) {
        rows++;
        try {
            JsonObject row = JsonObject.of(node, "the row");
            if (row.has("response")) {
                rate(row);
            } else {
                prefer(row, row.has("overall_preference") ? "overall_preference" : "preference_strength");
            }
        } catch (IllegalArgumentException e) {
            throw origin.error(String.valueOf(e.getMessage()));
        }
    }

    private void rate(JsonObject row) {
        Rated rated =
                ratedByPrompt.computeIfAbsent(row.text("prompt"), _ -> new Rated("row-" + rows, new ArrayList<>()));
        @Nullable Double score = row.numberOrNull("helpfulness");
        if (score == null) {
            leaveOut("responses without a rating of helpfulness");
            return;
        }
        String id = String.valueOf(rated.completions().size() + 1);
        rated.completions().add(new ScoredCompletions.Scored(new Completion(id, row.text("response"), null), score));
    }

    private void prefer(JsonObject row, String field) {
        boolean third = field.equals("overall_preference");
        String first = row.text(third ? "response1" : "response_1");
        String second = row.text(third ? "response2" : "response_2");
        Integer strength = row.intOrNull(field);
        Prompt prompt = third
                ? ScoredCompletions.prompt(TaskJson.readMessages(row.list("context")))
                : prompt(row.text("prompt"));
        if (strength == null) {
            leaveOut("pairs without a preference");
        } else if (first.equals(second)) {
            leaveOut("pairs of equal responses");
        } else if (!ScoredCompletions.readable(prompt)) {
            leaveOut("prompts that are empty or hold the character NUL");
        } else {
            tasks.add(new RankedTask(
                    "row-" + rows,
                    prompt,
                    List.of(
                            new Completion("1", first, null, row.flagOrTrue("response1_ended")),
                            new Completion("2", second, null, row.flagOrTrue("response2_ended"))),
                    List.of(new Label(LABELER, LabelerKind.PERSON, judgement(strength)))));
        }
    }

    private static Judgement judgement(int strength) {
        return new Judgement(LabelKind.RANKING, null, strength, null, List.of(), false, false, null, null, null, null);
    }

    private void leaveOut(String reason) {
        leftOut.merge(reason, 1, Integer::sum);
    }

    private static Prompt prompt(String text) {
        List<Message> messages = new ArrayList<>();
        String role = "user";
        int start = 0;
        Matcher marker = TURN.matcher(text);
        while (marker.find()) {
            messages.add(new Message(role, text.substring(start, marker.start())));
            role = marker.group(1).equals("User") ? "user" : "assistant";
            start = marker.end();
        }
        String rest = text.substring(start);
        if (messages.isEmpty() || !rest.isEmpty()) { // a prompt may end with the marker of the answer
            messages.add(new Message(role, rest));
        }
        return ScoredCompletions.prompt(messages);
    }
}
