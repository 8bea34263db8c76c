package dev.rlhf.testing;

import dev.rlhf.data.JsonLines;
import dev.rlhf.data.Located;
import dev.rlhf.data.PairRow;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.SftRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the rows of a file as the stages do, without the rows' places. */
public final class DataRows {
    private DataRows() {}

    public static List<SftRow> sft(Path path) {
        return Located.rows(SftRow.readLocated(path));
    }

    public static List<PromptRow> prompts(Path path) {
        return Located.rows(PromptRow.readLocated(path));
    }

    public static List<QuestionRow> questions(Path path) {
        return QuestionRow.readAny(path);
    }

    public static List<PairRow> pairs(Path path) {
        List<PairRow> pairs = new ArrayList<>();
        JsonLines.forEachObject(path, (origin, object) -> pairs.add(PairRow.parse(origin, object)));
        return pairs;
    }
}
