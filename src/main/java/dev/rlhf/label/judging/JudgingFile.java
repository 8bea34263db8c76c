package dev.rlhf.label.judging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.files.ExportFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the rows of {@code rlhf judge} as tasks, and writes tasks with their verdicts as such rows. */
public final class JudgingFile {
    private JudgingFile() {}

    /**
     * The content of a file.
     *
     * @param leftOut number of things that were not imported, by reason
     */
    public record Content(List<JudgingTask> tasks, SortedMap<String, Integer> leftOut) {
        public Content {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * Reads a file of rows with {@code question}, {@code answers} and {@code completion}. A passage ({@code context})
     * is shown before the question. A row without an id is called {@code row-N}. Verdicts in the file are left out.
     *
     * @throws InputException with file and line: a row without a question or answers, or an id twice
     */
    public static Content read(Path file) {
        List<JudgingTask> tasks = new ArrayList<>();
        SortedMap<String, Integer> leftOut = new TreeMap<>();
        Map<String, Long> lineOf = new HashMap<>();
        for (AnswerRow row : AnswerRow.read(file)) {
            String question = row.prompt();
            List<String> answers = row.answers();
            if (question == null || answers == null) {
                throw row.origin().error("a task to judge has \"question\", \"answers\" and \"completion\"");
            }
            JsonNode given = row.id();
            String id = given == null ? "row-" + (tasks.size() + 1) : given.asText();
            Long first = lineOf.putIfAbsent(id, row.origin().line());
            if (first != null) {
                throw row.origin().error("id '" + id + "' is also on line " + first + "; ids are unique");
            }
            if (row.verdict() != null) {
                leftOut.merge("verdicts that the file has already", 1, Integer::sum);
            }
            try {
                tasks.add(new JudgingTask(id, question, answers, row.completion()));
            } catch (IllegalArgumentException e) {
                throw row.origin().error(String.valueOf(e.getMessage()));
            }
        }
        return new Content(tasks, leftOut);
    }

    /**
     * Writes one row per task with the verdict of most of its labelers. Replaces the file atomically.
     *
     * @throws InputException if no task has such a verdict
     */
    public static ExportFormat.Written write(Path file, List<JudgingTask> tasks) throws IOException {
        SortedMap<String, Integer> leftOut = new TreeMap<>();
        List<ObjectNode> rows = new ArrayList<>();
        for (JudgingTask task : tasks) {
            Optional<Verdict> majority = task.majority();
            if (majority.isPresent()) {
                rows.add(row(task, majority.get()));
            } else {
                String reason = task.verdicts().isEmpty() ? "tasks without a verdict" : "tasks without a majority";
                leftOut.merge(reason, 1, Integer::sum);
            }
        }
        if (rows.isEmpty()) {
            throw new InputException(
                    "no verdict to write to " + file + (leftOut.isEmpty() ? "" : "; left out: " + leftOut));
        }
        JsonLines.write(file, rows);
        return new ExportFormat.Written(rows.size(), "verdicts", leftOut);
    }

    private static ObjectNode row(JudgingTask task, Verdict verdict) {
        ObjectNode row =
                JsonNodeFactory.instance.objectNode().put("id", task.id()).put("question", task.question());
        task.answers().forEach(row.putArray("answers")::add);
        row.put("completion", task.completion()).put("verdict", verdict.name());
        long agreeing =
                task.verdicts().values().stream().filter(one -> one == verdict).count();
        row.putObject("meta")
                .put("labelers", String.valueOf(task.verdicts().size()))
                .put("agreeing", String.valueOf(agreeing));
        return row;
    }
}
