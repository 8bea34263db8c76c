package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairTasksTest {
    @TempDir
    Path folder;

    private ForeignLabels read(String text) throws Exception {
        return ForeignFormat.PAIRS.read(Files.writeString(folder.resolve("in.json"), text), Fields.DEFAULT);
    }

    @Test
    void labelersOfTheSameTwoCompletionsRankOneTask() throws Exception {
        ForeignLabels labels = read("""
                {"id": "t", "prompt": "Q", "chosen": "A", "rejected": "B", "labeler": "Ada"}
                {"id": "t", "prompt": "Q", "chosen": "B", "rejected": "A", "labeler": "Bo"}
                {"id": "t", "prompt": "Q", "chosen": "A", "rejected": "B", "labeler": "Ada"}
                {"id": "t", "prompt": "Q", "chosen": "A", "rejected": "B", "rejected_ended": false, "labeler": "Ada"}
                {"prompt": "Q", "chosen": "A", "rejected": "B"}
                {"id": 7, "prompt": "Q", "chosen": "A", "rejected": "B"}
                """);
        assertThat(labels.rows()).isEqualTo(6);
        assertThat(labels.leftOut())
                .isEqualTo(Map.of("rows that say the same as an earlier row of the same labeler", 1));
        assertThat(labels.tasks()).extracting(RankedTask::id).containsExactly("t-1", "t-2", "row-5", "7");
        assertThat(labels.tasks().getFirst().completions())
                .containsExactly(new Completion("1", "A", null), new Completion("2", "B", null));
        assertThat(labels.tasks().getFirst().rankings())
                .containsExactly(Label.ranking("Ada", List.of(1, 2)), Label.ranking("Bo", List.of(2, 1)));
        assertThat(labels.tasks().get(1).completions())
                .containsExactly(new Completion("1", "A", null), new Completion("2", "B", null, false));
        assertThat(labels.tasks().get(2).rankings()).containsExactly(Label.ranking("pairs", List.of(1, 2)));
    }

    @Test
    void wholeMarginsAreStrengthsAndOthersAreCounted() throws Exception {
        ForeignLabels labels = read("""
                [{"prompt": "Q", "chosen": "A", "rejected": "B", "margin": 2.0, "labeler": "Ada"},
                {"prompt": "Q", "chosen": "B", "rejected": "A", "margin": 3, "labeler": "Bo"},
                {"prompt": "Q", "chosen": "A", "rejected": "B", "margin": 0.5, "labeler": "Cy"},
                {"prompt": "Q", "chosen": "A", "rejected": "B", "margin": 0, "labeler": "Di"},
                {"prompt": "Q", "chosen": "A", "rejected": "B", "margin": 4, "labeler": "Ed"}]
                """);
        assertThat(labels.tasks()).hasSize(1);
        assertThat(labels.tasks().getFirst().rankings())
                .extracting(ranking -> ranking.judgement().strength())
                .containsExactly(-2, 3, null, null, null);
        assertThat(labels.leftOut()).isEqualTo(Map.of("margins other than 1, 2 and 3", 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"A\"} | :2: \"chosen\" and \"rejected\" are "
                        + "the same",
                "{\"prompt\": \"Q\", \"chosen\": \"Y\", \"rejected\": \"X\"} | :2: labeler 'pairs' prefers the other "
                        + "completion on line 1",
                "{\"id\": \"a\", \"prompt\": \"Z\", \"chosen\": \"A\", \"rejected\": \"B\"} | :3: id 'a' has another "
                        + "prompt on line 2",
                "{\"id\": \"row-1\", \"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"B\"} | :2: its task would "
                        + "have the id 'row-1', which the task of line 1 has",
                "{\"prompt\": \"Q\", \"chosen\": \"A\"} | :2: \"rejected\" is missing",
                "{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"B\", \"labeler\": \" \"} | :2: a labeler's "
                        + "name has 1 to 100",
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"Q\", \"name\": \"x\"}], \"chosen\": \"A\", "
                        + "\"rejected\": \"B\"} | :2: a message has [role, content, name]",
                "{\"messages\": [{\"role\": \"bot\", \"content\": \"Q\"}], \"chosen\": \"A\", \"rejected\": \"B\"} | "
                        + ":2: \"messages\"[0]: role must be one of system, user, assistant, tool, developer, "
                        + "function, ipython",
                "{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"B\", \"scores\": 1} | :2: unknown field "
                        + "\"scores\"",
                "3 | :2: the row is not a JSON object",
            })
    void anInvalidPairIsOneLineWithItsPlace(String row, String message) {
        String first = "{\"prompt\": \"Q\", \"chosen\": \"X\", \"rejected\": \"Y\"}\n";
        String last = "\n{\"id\": \"a\", \"prompt\": \"Q\", \"chosen\": \"C\", \"rejected\": \"D\"}\n";
        assertThatThrownBy(() -> read(first + row + last))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.json" + message);
    }

    @Test
    void aFileWithoutRowsIsRefused() {
        assertThatThrownBy(() -> read("[]")).isInstanceOf(InputException.class).hasMessageContaining("no rows");
    }
}
