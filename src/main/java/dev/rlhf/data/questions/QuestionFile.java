package dev.rlhf.data.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import dev.rlhf.data.QuestionRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a file, in the program's own format ({@link QuestionRow#readAny}) or a public one.
 * @param summary for a public format: its name, and how many rows were used and not used; empty for the program's
 *     format
 */
public record QuestionFile(List<QuestionRow> questions, Optional<String> summary) {
    private static final String FORMATS = "SelfAware, TruthfulQA, PopQA, TriviaQA, FreshQA or SQuAD 2";

    public QuestionFile {
        questions = List.copyOf(questions);
    }

    /**
     * Reads a file; its format is recognised by its first row.
     *
     * @throws InputException if it has none of the formats, a row has another format than the first, or no row can be
     *     used
     */
    public static QuestionFile read(Path file) {
        try {
            Optional<QuestionFile> known = beginsWithJson(file) ? json(file) : table(file);
            return known.orElseGet(() -> new QuestionFile(QuestionRow.readAny(file), Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean beginsWithJson(Path file) throws IOException {
        try (InputStream in = InputFile.open(file)) {
            int next = in.read();
            while (next >= 0 && Character.isWhitespace(next)) {
                next = in.read();
            }
            return next == '{' || next == '[';
        }
    }

    /** Reads JSON; empty if the first row has no public format, or is not JSON. */
    private static Optional<QuestionFile> json(Path file) throws IOException {
        Reading reading = new Reading(file);
        try {
            JsonObjects.forEach(file, reading::add);
        } catch (JsonProcessingException e) {
            if (reading.format != null) {
                throw InputException.at(file, Json.line(e), "not JSON: " + Json.reason(e));
            }
        }
        return reading.result();
    }

    private static Optional<QuestionFile> table(Path file) {
        Reading reading = new Reading(file);
        List<ObjectNode> rows = Table.read(
                file,
                InputFile.text(file),
                columns -> QuestionFormat.of(columns).isPresent());
        if (rows.isEmpty() && file.toString().matches("(?i).*\\.[ct]sv(\\.gz)?")) {
            throw InputException.at(file, "no rows below column names of " + FORMATS);
        }
        rows.forEach(reading::add);
        return reading.result();
    }

    /** The state of reading a file of a public format. */
    private static final class Reading {
        private final Path file;
        private final QuestionFormat.Rows rows = new QuestionFormat.Rows();
        private @Nullable QuestionFormat format;
        private long read;

        Reading(Path file) {
            this.file = file;
        }

        /** Adds a row; returns false if the first row has no public format. */
        boolean add(ObjectNode row) {
            read++;
            if (format == null) {
                format = QuestionFormat.of(row).orElse(null);
                if (format == null) {
                    return false;
                }
            }
            if (!format.fits(row)) {
                throw InputException.at(
                        file, "row %d is not of the format of the first, %s".formatted(read, format.title()));
            }
            format.read(row, rows);
            return true;
        }

        Optional<QuestionFile> result() {
            if (format == null) {
                return Optional.empty();
            }
            List<QuestionRow> questions = rows.questions();
            String unusable = unusable();
            if (questions.isEmpty()) {
                throw InputException.at(file, "no row of %s can be used: %s".formatted(format.title(), unusable));
            }
            long without = questions.stream().filter(q -> q.answers().isEmpty()).count();
            return Optional.of(new QuestionFile(
                    questions,
                    Optional.of("%s: %d questions of %s, %d of them without an answer; %s"
                            .formatted(
                                    file,
                                    questions.size(),
                                    format.title(),
                                    without,
                                    unusable.isEmpty() ? "every row is used" : "not used: " + unusable))));
        }

        private String unusable() {
            return rows.unusable().entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", "));
        }
    }
}
