package dev.rlhf.label.learning;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.JsonLines;
import dev.rlhf.label.files.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the scores that {@code rlhf score} writes for a rankings file. */
public final class SecondOpinionFile {
    private SecondOpinionFile() {}

    /**
     * Reads rows of {@code {"id": task, "scores": [number…]}}.
     *
     * @throws InputException with file and line: another row, or an id twice
     */
    public static List<SecondOpinion> read(Path file) {
        List<SecondOpinion> all = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        JsonLines.forEachObject(file, (origin, object) -> {
            try {
                JsonObject row = JsonObject.of(object, "the row");
                row.allow("id", "scores");
                List<Double> scores = new ArrayList<>();
                for (JsonNode score : row.list("scores")) {
                    if (!score.isNumber()) {
                        throw new IllegalArgumentException("\"scores\" is not a list of numbers");
                    }
                    scores.add(score.doubleValue());
                }
                all.add(new SecondOpinion(row.id("id"), scores));
            } catch (IllegalArgumentException e) {
                throw origin.error(String.valueOf(e.getMessage()));
            }
            Long first = lineOf.putIfAbsent(all.getLast().task(), origin.line());
            if (first != null) {
                throw origin.error("id '" + all.getLast().task() + "' is also on line " + first + "; ids are unique");
            }
        });
        return all;
    }
}
