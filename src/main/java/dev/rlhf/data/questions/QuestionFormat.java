package dev.rlhf.data.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.data.QuestionRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public formats, each recognised by fields that no other has. */
enum QuestionFormat {
    /** Yin et al. 2023: {@code answerable}, and {@code answer} as a list. */
    SELF_AWARE("SelfAware") {
        @Override
        boolean fits(ObjectNode row) {
            return row.has("answerable") && row.has("question");
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            rows.add(
                    text(row, "question_id"),
                    text(row, "question"),
                    says(row, "answerable", true) ? texts(row.path("answer")) : Set.of(),
                    says(row, "answerable", false),
                    null,
                    meta("source", text(row, "source")));
        }
    },

    /**
     * Lin et al. 2022, as the authors' table or the hub's rows. "I have no comment", which the authors accept for every
     * question, is a refusal, so it is not an accepted answer here.
     */
    TRUTHFUL_QA("TruthfulQA") {
        @Override
        boolean fits(ObjectNode row) {
            return row.has("Correct Answers") || row.has("correct_answers");
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            Set<String> answers = new LinkedHashSet<>();
            for (String field : List.of("Best Answer", "Correct Answers", "best_answer", "correct_answers")) {
                JsonNode value = row.path(field);
                answers.addAll(value.isTextual() ? split(value.textValue()) : texts(value));
            }
            boolean given = !answers.isEmpty();
            answers.removeIf(answer ->
                    answer.toLowerCase(Locale.ROOT).replaceAll("\\.$", "").equals("i have no comment"));
            rows.add(
                    null,
                    text(row, "Question", "question"),
                    answers,
                    given && answers.isEmpty(),
                    null,
                    meta("kind", text(row, "Category", "category")));
        }

        private static Set<String> split(String answers) {
            Set<String> all = new LinkedHashSet<>();
            Stream.of(answers.split(";", -1))
                    .map(String::strip)
                    .filter(one -> !one.isEmpty())
                    .forEach(all::add);
            return all;
        }
    },

    /** Mallen et al. 2023: {@code possible_answers} as the JSON text of a list. */
    POP_QA("PopQA") {
        @Override
        boolean fits(ObjectNode row) {
            return row.has("possible_answers");
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            Map<String, String> meta = meta("kind", text(row, "prop"));
            meta.putAll(meta("relation", text(row, "prop")));
            meta.putAll(meta("popularity", text(row, "s_pop")));
            rows.add(
                    text(row, "id"),
                    text(row, "question"),
                    texts(row.path("possible_answers")),
                    false,
                    text(row, "subj"),
                    meta);
        }
    },

    /** Joshi et al. 2017, in the authors' spelling of the fields or the hub's. */
    TRIVIA_QA("TriviaQA") {
        @Override
        boolean fits(ObjectNode row) {
            return (row.has("QuestionId") && row.has("Question"))
                    || (row.has("question_id") && row.path("answer").has("aliases"));
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            JsonNode answer = row.has("Answer") ? row.path("Answer") : row.path("answer");
            Set<String> answers = new LinkedHashSet<>();
            for (String field : List.of("Value", "value", "Aliases", "aliases", "HumanAnswers")) {
                answers.addAll(texts(answer.path(field)));
            }
            answers.remove("<unk>"); // the hub's test part
            rows.add(
                    text(row, "QuestionId", "question_id"),
                    text(row, "Question", "question"),
                    answers,
                    false,
                    null,
                    Map.of());
        }
    },

    /** Vu et al. 2023: a table with {@code answer_0}, {@code answer_1}, … and {@code false_premise}. */
    FRESH_QA("FreshQA") {
        @Override
        boolean fits(ObjectNode row) {
            return row.has("answer_0") && row.has("question");
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            boolean falsePremise = says(row, "false_premise", true);
            Set<String> answers = new LinkedHashSet<>();
            if (!falsePremise) {
                row.properties().stream()
                        .filter(field -> field.getKey().matches("answer_\\d+"))
                        .forEach(field -> answers.addAll(texts(field.getValue())));
            }
            Map<String, String> meta = meta("kind", falsePremise ? "false premise" : text(row, "fact_type"));
            meta.putAll(meta("split", text(row, "split")));
            rows.add(text(row, "id"), text(row, "question"), answers, falsePremise, null, meta);
        }
    },

    /** Rajpurkar et al. 2018: articles with paragraphs, or the hub's rows; the passage becomes the context. */
    SQUAD("SQuAD") {
        @Override
        boolean fits(ObjectNode row) {
            return row.has("paragraphs")
                    || (row.has("context") && row.path("answers").isObject());
        }

        @Override
        void read(ObjectNode row, Rows rows) {
            Optional<String> title = Optional.ofNullable(text(row, "title")).map(one -> one.replace('_', ' '));
            if (!row.has("paragraphs")) {
                Set<String> answers = texts(row.path("answers").path("text"));
                rows.add(about(row, row, answers, answers.isEmpty(), title.orElse(null)));
                return;
            }
            for (JsonNode paragraph : row.path("paragraphs")) {
                for (JsonNode question : paragraph.path("qas")) {
                    Set<String> answers = new LinkedHashSet<>();
                    question.path("answers").forEach(answer -> answers.addAll(texts(answer.path("text"))));
                    boolean impossible = says(question, "is_impossible", true);
                    rows.add(about(
                            question, paragraph, impossible ? Set.of() : answers, impossible, title.orElse(null)));
                }
            }
        }

        private static Candidate about(
                JsonNode question,
                JsonNode passage,
                Set<String> answers,
                boolean unanswerable,
                @Nullable String title) {
            return new Candidate(
                    text(question, "id"),
                    text(question, "question"),
                    List.copyOf(answers),
                    unanswerable,
                    title,
                    text(passage, "context"),
                    Map.of());
        }
    };

    /** The beginning of a list as Python prints it, with strings in quotation marks. */
    private static final Pattern LIST = Pattern.compile("\\[\\s*['\"]");

    private final String title;

    QuestionFormat(String title) {
        this.title = title;
    }

    /** Returns the name of the data set. */
    String title() {
        return title;
    }

    /** Returns whether a row, or an object that has all columns of a table, is of this format. */
    abstract boolean fits(ObjectNode row);

    /** Adds the questions of a row. */
    abstract void read(ObjectNode row, Rows rows);

    /** Finds the format of a row. */
    static Optional<QuestionFormat> of(ObjectNode row) {
        return Stream.of(values()).filter(format -> format.fits(row)).findFirst();
    }

    /**
     * A question as it is in the file.
     *
     * @param unanswerable whether the file says that nobody can answer it
     */
    record Candidate(
            @Nullable String id,
            @Nullable String question,
            List<String> answers,
            boolean unanswerable,
            @Nullable String subject,
            @Nullable String context,
            Map<String, String> meta) {}

    /** The questions of a file, and counts of the rows that cannot be used. Not thread-safe. */
    static final class Rows {
        private final Map<String, QuestionRow> questions = new LinkedHashMap<>();
        private final Map<String, Integer> unusable = new LinkedHashMap<>();

        void add(
                @Nullable String id,
                @Nullable String question,
                Set<String> answers,
                boolean unanswerable,
                @Nullable String subject,
                Map<String, String> meta) {
            add(new Candidate(id, question, List.copyOf(answers), unanswerable, subject, null, meta));
        }

        void add(Candidate row) {
            if (row.question() == null) {
                skip("without a question");
            } else if (row.answers().isEmpty() && !row.unanswerable()) {
                skip("without an answer");
            } else if (row.answers().stream()
                    .anyMatch(answer -> LIST.matcher(answer).lookingAt())) {
                skip("whose answers are a list, but not in JSON");
            } else {
                QuestionRow question = new QuestionRow(
                        row.id(), row.question(), row.answers(), row.subject(), row.context(), row.meta());
                if (questions.putIfAbsent(question.key(), question) != null) {
                    skip("repeated");
                }
            }
        }

        /** Counts a row that cannot be used. */
        void skip(String why) {
            unusable.merge(why, 1, Integer::sum);
        }

        List<QuestionRow> questions() {
            return List.copyOf(questions.values());
        }

        /** Returns the number of unusable rows by reason, in the order in which they were found. */
        Map<String, Integer> unusable() {
            return unusable;
        }
    }

    /** Returns whether a field has a truth value, in JSON or as a table writes it: "TRUE", "True". */
    private static boolean says(JsonNode row, String field, boolean truth) {
        return row.path(field).asText().strip().equalsIgnoreCase(Boolean.toString(truth));
    }

    /** Returns the first of these fields that is a number or a text that is not blank; null if none is. */
    private static @Nullable String text(JsonNode row, String... fields) {
        for (String field : fields) {
            JsonNode value = row.path(field);
            if ((value.isTextual() || value.isNumber()) && !value.asText().isBlank()) {
                return value.asText().strip();
            }
        }
        return null;
    }

    /** Returns the texts of a list, of the JSON text of a list, or a single text; numbers count as texts. */
    private static Set<String> texts(JsonNode value) {
        Set<String> texts = new LinkedHashSet<>();
        List<JsonNode> all = new ArrayList<>();
        if (value.isTextual() && value.textValue().startsWith("[")) {
            try {
                Json.mapper().readTree(value.textValue()).forEach(all::add);
            } catch (JsonProcessingException e) {
                all.add(value); // an answer that begins with a bracket
            }
        } else if (value.isArray()) {
            value.forEach(all::add);
        } else {
            all.add(value);
        }
        for (JsonNode one : all) {
            if ((one.isTextual() || one.isNumber()) && !one.asText().isBlank()) {
                texts.add(one.asText().strip());
            }
        }
        return texts;
    }

    private static Map<String, String> meta(String name, @Nullable String value) {
        Map<String, String> meta = new LinkedHashMap<>();
        if (value != null) {
            meta.put(name, value);
        }
        return meta;
    }
}
