package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads Nectar (Zhu 2023): a transcript as the prompt, and answers of several models with ranks by GPT-4, 1 the best.
 * The ranking counts as simulated.
 */
final class NectarRows implements RowReader {
    static final String LABELER = "nectar";

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        List<ScoredCompletions.Scored> answers = new ArrayList<>();
        for (JsonNode node : row.list("answers")) {
            JsonObject answer = JsonObject.of(node, "an answer");
            Double rank = answer.numberOrNull("rank");
            if (rank == null) {
                leftOut.accept("answers without a rank");
            } else {
                answers.add(new ScoredCompletions.Scored(
                        new Completion(
                                String.valueOf(answers.size() + 1),
                                answer.text("answer").strip(),
                                answer.textOrNull("model")),
                        -rank));
            }
        }
        return ScoredCompletions.task(
                row.has("id") ? row.id("id") : id,
                ScoredCompletions.prompt(HhPairs.question(row.text("prompt"), "prompt")),
                answers,
                LABELER,
                LabelerKind.SIMULATED,
                leftOut);
    }
}
