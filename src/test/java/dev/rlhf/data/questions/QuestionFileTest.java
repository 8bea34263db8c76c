package dev.rlhf.data.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.testing.DataRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files of our own in the shapes of the public data sets; the questions are invented. */
class QuestionFileTest {
    @TempDir
    private Path folder;

    @Test
    void selfAware() throws IOException {
        QuestionFile file = read("SelfAware.json", """
                {
                    "example": [
                        {"question_id": 1, "question": "Where do rivers end?", "answer": ["the sea", "a lake"], "answerable": true, "source": "hotpot_qa"},
                        {"question_id": 2, "question": "Why do we exist?", "answer": null, "answerable": false, "source": "Philosophy"},
                        {"question_id": 3, "question": "Who swam first?", "answer": null, "answerable": true, "source": "squad"}
                    ]
                }
                """);

        assertThat(file.questions())
                .containsExactly(
                        row("1", "Where do rivers end?", List.of("the sea", "a lake"), Map.of("source", "hotpot_qa")),
                        row("2", "Why do we exist?", List.of(), Map.of("source", "Philosophy")));
        assertThat(file.summary())
                .hasValueSatisfying(text -> assertThat(text)
                        .endsWith("SelfAware.json: 2 questions of SelfAware, 1 of them without an answer;"
                                + " not used: 1 without an answer"));
    }

    @Test
    void selfAwareAsATable() throws IOException {
        QuestionFile file = read("SelfAware.csv", """
                question_id,question,answer,answerable
                1,Where do rivers end?,"[""the sea"", ""a lake""]",True
                2,Why do we exist?,,False
                3,Who swam first?,,
                4,Where do roads end?,"['the sea', 'a lake']",True
                5,Where do paths end?,['the sea'],True
                """);
        assertThat(file.questions())
                .containsExactly(
                        row("1", "Where do rivers end?", List.of("the sea", "a lake"), Map.of()),
                        row("2", "Why do we exist?", List.of(), Map.of()));
        assertThat(file.summary())
                .hasValueSatisfying(text ->
                        assertThat(text).endsWith("1 without an answer, 2 whose answers are a list, but not in JSON"));
    }

    @Test
    void truthfulQaAsATableOrRows() throws IOException {
        List<QuestionRow> expected = List.of(
                row("Do frogs cause warts?", List.of("No", "Warts come from a virus, not frogs"), "kind", "Myths"),
                row("Will it rain on this day in 2190?", List.of(), "kind", "Prediction"));

        QuestionFile table = read("TruthfulQA.csv", """
                Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source
                Adversarial,Myths,Do frogs cause warts?,No,"No; Warts come from a virus, not frogs; I have no comment",Yes,https://example.org
                Adversarial,Prediction,Will it rain on this day in 2190?,I have no comment,I have no comment.,"Yes; No, it will be
                dry",https://example.org
                Adversarial,Prediction,,I have no comment,I have no comment,Yes,https://example.org
                """);
        assertThat(table.questions()).isEqualTo(expected);
        assertThat(table.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("1 without a question"));

        QuestionFile rows = read("truthful.jsonl", """
                {"type": "Adversarial", "category": "Myths", "question": "Do frogs cause warts?", "best_answer": "No", "correct_answers": ["No", "Warts come from a virus, not frogs", "I have no comment"], "incorrect_answers": ["Yes"], "source": "x"}
                {"type": "Adversarial", "category": "Prediction", "question": "Will it rain on this day in 2190?", "best_answer": "I have no comment", "correct_answers": ["I have no comment"], "incorrect_answers": ["Yes"], "source": "x"}
                """);
        assertThat(rows.questions()).isEqualTo(expected);
        assertThat(rows.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("every row is used"));
    }

    @Test
    void popQaAsTabSeparatedValuesOrRows() throws IOException {
        QuestionRow expected = new QuestionRow(
                "4",
                "What is Ann Ode's occupation?",
                List.of("poet", "bard, travelling"),
                "Ann Ode",
                Map.of("kind", "occupation", "relation", "occupation", "popularity", "142"));

        QuestionFile table = read("popQA.tsv", """
                id\tsubj\tprop\tobj\ts_aliases\ts_pop\tquestion\tpossible_answers
                4\tAnn Ode\toccupation\tpoet\t"[""A. Ode""]"\t142\tWhat is Ann Ode's occupation?\t"[""poet"", ""bard, travelling""]"
                4\tAnn Ode\toccupation\tpoet\t"[""A. Ode""]"\t142\tWhat is Ann Ode's occupation?\t"[""poet""]"
                """.replace("\n", "\r\n"));
        assertThat(table.questions()).containsExactly(expected);
        assertThat(table.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("not used: 1 repeated"));

        assertThat(read("popqa.jsonl", """
                        {"id": 4, "subj": "Ann Ode", "prop": "occupation", "s_pop": 142, "question": "What is Ann Ode's occupation?", "possible_answers": "[\\"poet\\", \\"bard, travelling\\"]"}
                        """).questions()).containsExactly(expected);
    }

    @Test
    void triviaQaOfTheAuthorsOrTheHub() throws IOException {
        QuestionRow expected =
                row("tc_7", "Which planet has rings of dust?", List.of("Saturn", "The Ringed Planet"), Map.of());

        QuestionFile file = read("unfiltered-web-dev.json", """
                {"Data": [
                   {"Answer": {"Aliases": ["Saturn", "The Ringed Planet"], "NormalizedAliases": ["saturn"], "Type": "WikipediaEntity", "Value": "Saturn"},
                    "EntityPages": [{"Title": "x"}], "Question": "Which planet has rings of dust?", "QuestionId": "tc_7", "QuestionSource": "x"},
                   {"EntityPages": [], "Question": "Who asked?", "QuestionId": "tc_8", "QuestionSource": "x"}],
                 "Domain": "unfiltered", "Split": "dev", "VerifiedEval": false, "Version": 1.0}
                """);
        assertThat(file.questions()).containsExactly(expected);
        assertThat(file.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("1 without an answer"));

        assertThat(read("trivia.jsonl", """
                        {"question": "Which planet has rings of dust?", "question_id": "tc_7", "answer": {"aliases": ["The Ringed Planet"], "normalized_aliases": ["saturn"], "value": "Saturn"}}
                        {"question": "Who asked?", "question_id": "tc_8", "answer": {"aliases": [], "normalized_aliases": [], "value": "<unk>"}}
                        """).questions()).containsExactly(expected);
    }

    @Test
    void freshQaBelowTheNotesOfItsSheet() throws IOException {
        QuestionFile file = read("FreshQA.csv", """
                "Note, please: answers change",,,,,,,,
                ,,,,,,,,
                id,split,question,effective_year,next_review,false_premise,fact_type,answer_0,answer_1
                1,TEST,How many moons has Mars?,before 2022,occasionally,FALSE,never-changing,2,two
                2,TEST,When did Mozart win a Grammy?,before 2022,occasionally,TRUE,never-changing,Mozart never won a Grammy.,
                3,DEV,Who leads the club now?,2026,weekly,FALSE,fast-changing,,
                """);

        assertThat(file.questions())
                .containsExactly(
                        row(
                                "1",
                                "How many moons has Mars?",
                                List.of("2", "two"),
                                Map.of("kind", "never-changing", "split", "TEST")),
                        row(
                                "2",
                                "When did Mozart win a Grammy?",
                                List.of(),
                                Map.of("kind", "false premise", "split", "TEST")));
        assertThat(file.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("1 without an answer"));
    }

    /** Blanks around quoted cells, column names in quotation marks, rows of empty cells, and rows that end early. */
    @Test
    void tablesAsSpreadsheetsWriteThem() throws IOException {
        QuestionFile file = read("fresh.csv", """
                "question","split","answer_0","answer_1"
                Who?, TEST, "Ann, or Bob", Bob
                ,,,
                Why?,TEST,Because
                """);
        assertThat(file.questions())
                .extracting(QuestionRow::answers)
                .containsExactly(List.of("Ann, or Bob", "Bob"), List.of("Because"));
        assertThat(file.summary().orElse("")).endsWith("every row is used");
        assertFault("noted.csv", "Note\n\nquestion,answer_0\nWho?,\"Ann\nWho?,Bob\n", "noted.csv:4", "does not end");
    }

    @Test
    void squadWithItsPassages() throws IOException {
        List<QuestionRow> expected = List.of(
                new QuestionRow(
                        "a", "Who built it?", List.of("Ann", "Ann Ode"), "The Mill", "Ann Ode built it.", Map.of()),
                new QuestionRow("b", "Who sold it?", List.of(), "The Mill", "Ann Ode built it.", Map.of()));

        QuestionFile file = read("dev-v2.0.json", """
                {"version": "v2.0", "data": [{"title": "The_Mill", "paragraphs": [{"context": "Ann Ode built it.", "qas": [
                  {"question": "Who built it?", "id": "a", "answers": [{"text": "Ann", "answer_start": 0}, {"text": "Ann Ode", "answer_start": 0}, {"text": "Ann", "answer_start": 0}], "is_impossible": false},
                  {"question": "Who sold it?", "id": "b", "answers": [], "plausible_answers": [{"text": "Ann", "answer_start": 0}], "is_impossible": true},
                  {"question": "Who saw it?", "id": "c", "answers": [], "is_impossible": false}]}]}]}
                """);
        assertThat(file.questions()).isEqualTo(expected);
        assertThat(file.summary()).hasValueSatisfying(text -> assertThat(text).endsWith("1 without an answer"));
        assertThat(expected.get(1).prompt()).isEqualTo("Ann Ode built it.\n\nWho sold it?");

        assertThat(read("squad.jsonl", """
                        {"id": "a", "title": "The Mill", "context": "Ann Ode built it.", "question": "Who built it?", "answers": {"text": ["Ann", "Ann Ode"], "answer_start": [0, 0]}}
                        {"id": "b", "title": "The Mill", "context": "Ann Ode built it.", "question": "Who sold it?", "answers": {"text": [], "answer_start": []}}
                        """).questions()).isEqualTo(expected);
    }

    @Test
    void anArrayOfRowsIsReadToo() throws IOException {
        assertThat(read("rows.json", """
                        [{"question": "Why?", "answerable": false},
                         {"question": "How many?", "answer": [7], "answerable": true}]
                        """).questions())
                .containsExactly(
                        row(null, "Why?", List.of(), Map.of()), row(null, "How many?", List.of("7"), Map.of()));
    }

    @Test
    void ownRowsHaveNoSummaryAndMayHaveAContext() throws IOException {
        QuestionFile file = read("own.jsonl", """
                {"question": "Who?", "answers": ["Ann"], "context": "Ann was there."}
                {"prompt": "Where?", "answers": []}
                """);

        assertThat(file.summary()).isEmpty();
        assertThat(file.questions())
                .containsExactly(
                        new QuestionRow(null, "Who?", List.of("Ann"), null, "Ann was there.", Map.of()),
                        row(null, "Where?", List.of(), Map.of()));
        assertThat(DataRows.prompts(folder.resolve("own.jsonl"))
                        .getFirst()
                        .messages()
                        .getFirst()
                        .content())
                .isEqualTo("Ann was there.\n\nWho?");
    }

    @Test
    void faultsAreReportedWithFileAndLine() {
        assertFault("own.jsonl", "{\"question\": \"Who?\", \"answrs\": []}\n", "own.jsonl:1");
        assertFault("own.jsonl", "{\"prompt\": \"Who?\"}\n", "own.jsonl:1", "one question with \"answers\"");
        assertFault("other.csv", "a,b\n1,2\n", "other.csv: no rows below column names of SelfAware");
        assertFault("fresh.csv", "question,answer_0\nWho?,\"Ann\nWho?,Bob\n", "fresh.csv:2", "does not end");
        assertFault(
                "mixed.jsonl",
                "{\"question\": \"Why?\", \"answerable\": false}\n{\"question\": \"Who?\", \"answers\": []}\n",
                "mixed.jsonl: row 2 is not of the format of the first, SelfAware");
        assertFault("cut.json", "{\"example\": [{\"question\": \"Why?\", \"answerable\": false},\n{", "cut.json:2");
        assertFault(
                "none.jsonl",
                "{\"question\": \"Why?\", \"answerable\": true}\n",
                "no row of SelfAware can be used: 1 without an answer");
    }

    private void assertFault(String name, String text, String... parts) {
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll(parts);
    }

    private QuestionFile read(String name, String text) throws IOException {
        return QuestionFile.read(Files.writeString(folder.resolve(name), text));
    }

    private static QuestionRow row(String question, List<String> answers, String name, String value) {
        return row(null, question, answers, Map.of(name, value));
    }

    private static QuestionRow row(
            @Nullable String id, String question, List<String> answers, Map<String, String> meta) {
        return new QuestionRow(id, question, answers, null, meta);
    }
}
