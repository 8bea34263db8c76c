package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignFormatTest {
    @TempDir
    Path folder;

    private ForeignLabels read(ForeignFormat format, Fields fields, String text) throws Exception {
        return format.read(Files.writeString(folder.resolve("in.json"), text), fields);
    }

    @Test
    void anthropicPairsAreConversationsWithTwoAnswers() throws Exception {
        Path file = folder.resolve("pairs.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("""
                    {"chosen": "\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Who are you?\\n\\nAssistant: A model.", "rejected": \
                    "\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Who are you?\\n\\nAssistant:"}
                    {"chosen": "\\n\\nHuman: One?\\n\\nAssistant: 1", "rejected": "\\n\\nHuman: One?\\n\\nAssistant: 2"}
                    {"chosen": "\\n\\nHuman: A?\\n\\nAssistant: B", "rejected": "\\n\\nHuman: Z?\\n\\nAssistant: B"}
                    {"chosen": "\\n\\nHuman: A?\\n\\nAssistant: B", "rejected": "\\n\\nHuman: A?\\n\\nAssistant: B"}
                    """.getBytes(StandardCharsets.UTF_8));
        }
        ForeignLabels labels = ForeignFormat.HH.read(file, Fields.DEFAULT);
        assertThat(labels.rows()).isEqualTo(4);
        assertThat(labels.leftOut())
                .isEqualTo(Map.of("pairs that part before the last answer", 1, "pairs of equal answers", 1));
        RankedTask talk = labels.tasks().get(0);
        assertThat(talk.prompt().messages()).hasSize(3);
        assertThat(talk.prompt().messages().get(2).content()).isEqualTo("Who are you?");
        assertThat(talk.completions())
                .containsExactly(new Completion("chosen", "A model.", null), new Completion("rejected", "", null));
        RankedTask plain = labels.tasks().get(1);
        assertThat(plain.prompt().plain()).isTrue();
        assertThat(plain.rankings()).containsExactly(Label.ranking("anthropic-hh", List.of(1, 2)));
    }

    @Test
    void argillasUsersWithTiesAndStatus() throws Exception {
        ForeignLabels labels = read(ForeignFormat.ARGILLA, new Fields("question", List.of()), """
                [{"id": "r1", "fields": {"question": "Q", "response-1": "A", "response-2": "B", "response-3": "C"}, "metadata": {},
                  "responses": [
                    {"user_id": "u1", "status": "submitted", "values": {"preference": {"value": [
                      {"value": "response-2", "rank": 1}, {"value": "response-1", "rank": 2}, {"value": "response-3", "rank": 2}]},
                      "why": {"value": "shorter"}}},
                    {"user_id": "u2", "status": "discarded", "values": {}}]}]
                """);
        RankedTask task = labels.tasks().getFirst();
        assertThat(task.id()).isEqualTo("r1");
        assertThat(task.completions())
                .extracting(Completion::id)
                .containsExactly("response-1", "response-2", "response-3");
        assertThat(task.rankings()).containsExactly(Label.ranking("u1", List.of(2, 1, 2)));
        assertThat(labels.leftOut())
                .isEqualTo(Map.of("responses that are discarded", 1, "answers to other questions than a ranking", 1));
    }

    @Test
    void argillasQuestionsWithPlainLists() throws Exception {
        ForeignLabels labels = read(
                ForeignFormat.ARGILLA,
                new Fields("prompt", List.of("b", "a")),
                "{\"fields\": {\"prompt\": \"Q\", \"a\": \"A\", \"b\": \"B\", \"note\": \"-\"}, \"responses\":"
                        + " {\"ranking\": [{\"value\": [\"a\", \"b\"], \"user_id\": \"u1\"}]}}");
        RankedTask task = labels.tasks().getFirst();
        assertThat(task.id()).isEqualTo("row-1");
        assertThat(task.completions()).extracting(Completion::id).containsExactly("b", "a");
        assertThat(task.rankings()).containsExactly(Label.ranking("u1", List.of(2, 1)));
    }

    @Test
    void labelStudiosRankersWithTheirTime() throws Exception {
        ForeignLabels labels = read(ForeignFormat.LABEL_STUDIO, Fields.DEFAULT, """
                [{"id": 7, "data": {"prompt": "Q", "items": [{"id": "x", "body": "X"}, {"id": "y", "title": "t", "body": "Y"}, {"id": 3, "title": "Z"}]},
                  "annotations": [
                    {"completed_by": 10, "lead_time": 4.25, "result": [{"type": "ranker", "value": {"ranker": {"rank": ["y", "3", "x"], "_": []}}}]},
                    {"completed_by": {"id": 11, "email": "ann@example.org"}, "result": [{"type": "ranker", "value": {"ranker": ["x", "y", "3"]}}]},
                    {"completed_by": 12, "was_cancelled": true, "result": []},
                    {"completed_by": 13, "result": [{"type": "choices", "value": {}}]}]}]
                """);
        RankedTask task = labels.tasks().getFirst();
        assertThat(task.id()).isEqualTo("7");
        assertThat(task.completions()).extracting(Completion::text).containsExactly("X", "Y", "Z");
        assertThat(task.rankings())
                .containsExactly(
                        Label.ranking("label-studio-10", List.of(3, 1, 2), 4.25),
                        Label.ranking("ann@example.org", List.of(1, 2, 3)));
        assertThat(labels.leftOut())
                .isEqualTo(Map.of(
                        "skipped annotations", 1, "results of type choices", 1, "annotations without a ranking", 1));
    }

    @Test
    void labelStudiosPairs() throws Exception {
        ForeignLabels labels = read(
                ForeignFormat.LABEL_STUDIO,
                new Fields("q", List.of("one", "two")),
                "[{\"id\": 1, \"data\": {\"q\": \"Q\", \"one\": \"A\", \"two\": \"B\"}, \"annotations\": "
                        + "[{\"completed_by\": 1,"
                        + " \"result\": [{\"type\": \"pairwise\", \"value\": {\"selected\": \"right\"}}]}]}]");
        assertThat(labels.tasks().getFirst().rankings())
                .containsExactly(Label.ranking("label-studio-1", List.of(2, 1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HH | {\"chosen\": \"x\", \"rejected\": \"y\"} | :1: \"chosen\" does not begin with",
                "HH | {\"chosen\": \"x\" | :1: not JSON",
                "HH | {\"prompt\": \"x\"} | :1: the row has an unknown key \"prompt\"",
                "HH | [] | no task in 0 rows",
                "HH | {\"chosen\": \"\\ud83d\"} | :1: contains a lone surrogate",
                "ARGILLA | {\"fields\": {\"a\": \"A\", \"b\": \"B\", \"c\": \"C\"}} | :1: \"fields\" of the row has "
                        + "no \"prompt\"",
                "ARGILLA | {\"fields\": {\"prompt\": \"Q\", \"a\": \"A\", \"b\": \"B\"}, \"responses\": {\"r\": "
                        + "[{\"value\": [\"a\"], \"user_id\": \"u\"}]}} | --completion_fields",
                "LABEL_STUDIO | [{\"data\": {\"prompt\": \"Q\"}}] | name the completions' fields with "
                        + "--completion_fields",
                "LABEL_STUDIO | [{\"data\": {\"prompt\": \"Q\", \"items\": [{\"id\": \"x\", \"body\": \"X\"}, "
                        + "{\"id\": \"y\", \"body\": \"Y\"}]}, \"annotations\": [{\"completed_by\": 1, \"result\": "
                        + "[{\"type\": \"ranker\", \"value\": {\"ranker\": {\"good\": [\"x\"], \"bad\": "
                        + "[\"y\"]}}}]}]}] | have no order",
            })
    void aRowOfAnotherFormatIsOneLineWithItsPlace(ForeignFormat format, String text, String message) {
        assertThatThrownBy(() -> read(format, Fields.DEFAULT, text))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.json")
                .hasMessageContaining(message);
    }

    @Test
    void aByteOrderMarkIsSkipped() throws Exception {
        String row =
                "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: B\", \"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: "
                        + "C\"}";
        assertThat(read(ForeignFormat.HH, Fields.DEFAULT, "\uFEFF[" + row + "]").tasks())
                .hasSize(1);
    }

    @Test
    void theLineOfAnArraysElementIsNamed() {
        assertThatThrownBy(() -> read(
                        ForeignFormat.HH,
                        Fields.DEFAULT,
                        "[\n{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: B\","
                                + " \"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: C\"},\n{\"x\": 1}\n]"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.json:3:");
    }
}
