package dev.rlhf.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFilesTest {
    private static final String GOOD =
            "{\"id\":\"a\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\",\"text\":\"Y\"}]}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"labels.jsonl", "labels.jsonl.gz"})
    void everythingThatIsWrittenIsRead(String name) throws Exception {
        Ranking full = new Ranking(
                "simulated-1",
                LabelerKind.SIMULATED,
                List.of(1, 2, 2, 4),
                Map.of("c1", List.of("hallucinates", "fails_task")),
                12.5,
                "3f2a");
        RankedTask talk = new RankedTask(
                "talk",
                Prompt.conversation(List.of(
                        new Message("system", "Be brief."),
                        new Message("user", "Was ist \u201eH\u2082\u201c? \uD83D\uDE00"))),
                List.of(new Completion("1", "", null), new Completion("2", "water\n\"gas\"", "m")),
                List.of());
        List<RankedTask> tasks = List.of(Samples.task("a", 4, full, Ranking.of("Zoe", List.of(1, 1, 3, 4))), talk);
        Path file = folder.resolve(name);
        LabelFiles.write(file, tasks);
        assertThat(LabelFiles.read(file)).isEqualTo(tasks);

        byte[] first = Files.readAllBytes(file);
        LabelFiles.write(file, LabelFiles.read(file));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void aPersonIsTheKindThatNeedNotBeWritten() throws Exception {
        Path file = folder.resolve("f.jsonl");
        LabelFiles.write(file, List.of(Samples.task("a", 2, Ranking.of("Ada", List.of(2, 1)))));
        assertThat(file).content().contains("{\"labeler\":\"Ada\",\"ranks\":[2,1]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"b\" | not a line of JSON",
                "[] | the line is not a JSON object",
                "{\"id\":\"b\",\"id\":\"c\"} | Duplicate",
                "{\"id\":\"b\",\"completions\":[]} | \"prompt\" or \"messages\"",
                "{\"id\":7,\"prompt\":\"Q\",\"completions\":[]} | \"id\" of the line is not a string",
                "{\"id\":\"b\",\"promt\":\"Q\"} | unknown key \"promt\"; known are id, prompt",
                "{\"id\":\"b\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"}]} | 1 completions; a task has 2 to 9",
                "{\"id\":\"b\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"x\",\"text\":\"Y\"}]} | two completions have the id 'x'",
                "{\"id\":\"a\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\",\"text\":\"Y\"}]} | id 'a' is also on line 1",
                "{\"id\":\"b\",\"messages\":[{\"role\":\"bot\",\"content\":\"\"}],\"completions\":[]} | role 'bot' is unknown",
            })
    void aWrongLineIsNamed(String line, String message) throws Exception {
        Path file = folder.resolve("f.jsonl");
        Files.writeString(file, GOOD + "\n\n" + line + "\n");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ":3: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,2,3] | 3 ranks for 2 completions",
                "[2,3] | write [1, 2]",
                "[1,\"2\"] | not a list of whole numbers",
                "[1,2.0] | not a list of whole numbers",
                "[1,2],\"kind\":\"robot\" | kind 'robot' is unknown",
                "[1,2],\"flags\":{\"z\":[\"harmful\"]} | flags completion 'z'",
                "[1,2],\"seconds\":-1 | \"seconds\"",
            })
    void aWrongRankingIsNamed(String ranks, String message) throws Exception {
        Path file = folder.resolve("f.jsonl");
        String row =
                GOOD.substring(0, GOOD.length() - 1) + ",\"rankings\":[{\"labeler\":\"Ada\",\"ranks\":" + ranks + "}]}";
        Files.writeString(file, row);
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ":1: ")
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsNoFileOfTasksIsNamed() throws Exception {
        Path file = folder.resolve("f.jsonl");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no such");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no task");
        Files.write(file, "{\"id\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("UTF-8");
        Path gz = folder.resolve("f.jsonl.gz");
        Files.writeString(gz, GOOD);
        assertThatThrownBy(() -> LabelFiles.read(gz))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("gzip");
    }
}
