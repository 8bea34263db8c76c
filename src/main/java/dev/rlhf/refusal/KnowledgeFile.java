package dev.rlhf.refusal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.QuestionRow;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A probe's {@code knowledge.jsonl}: questions with the decision whether a model knows the answer. */
public final class KnowledgeFile {
    private KnowledgeFile() {}

    /**
     * Reads the decisions by {@link QuestionRow#key}.
     *
     * @throws InputException with file and line if a row has no decision
     */
    public static Map<String, Knowledge> decisions(Path file) {
        Map<String, Knowledge> decisions = new HashMap<>();
        JsonLines.forEachObject(file, (origin, row) -> {
            String decision = row.path("decision").asText();
            Knowledge value = Stream.of(Knowledge.values())
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(decision))
                    .findFirst()
                    .orElseThrow(() -> origin.error("\"decision\" must be known, unsure or unknown"));
            decisions.put(key(row), value);
        });
        return decisions;
    }

    private static String key(ObjectNode row) {
        return new QuestionRow(
                        row.hasNonNull("id") ? row.path("id").asText() : null,
                        row.path("question").asText(),
                        List.of(),
                        null,
                        row.hasNonNull("context") ? row.path("context").asText() : null,
                        Map.of())
                .key();
    }
}
