package dev.rlhf.label.files;

import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads UltraFeedback (Cui 2023): an instruction and completions of several models, scored by GPT-4. The completions
 * are ordered by {@code fine-grained_score}, the mean of four ratings, or by {@code overall_score} if a completion
 * lacks the former; equal scores are ties. The ranking counts as simulated.
 */
final class UltraFeedbackRows implements RowReader {
    static final String LABELER = "ultrafeedback";

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        List<JsonObject> completions = row.list("completions").stream()
                .map(node -> JsonObject.of(node, "a completion"))
                .toList();
        String field = completions.stream().allMatch(completion -> completion.has("fine-grained_score"))
                ? "fine-grained_score"
                : "overall_score";
        List<ScoredCompletions.Scored> scored = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            JsonObject completion = completions.get(i);
            @Nullable Double score = completion.numberOrNull(field);
            if (score == null) {
                leftOut.accept("completions without a score");
            } else {
                scored.add(new ScoredCompletions.Scored(
                        new Completion(
                                String.valueOf(i + 1),
                                completion.text("response"),
                                completion.textOrNull("model"),
                                completion.flagOrTrue("ended")),
                        score));
            }
        }
        return ScoredCompletions.task(
                row.has("id") ? row.id("id") : id,
                Prompt.text(row.text("instruction")),
                scored,
                LABELER,
                LabelerKind.SIMULATED,
                leftOut);
    }
}
