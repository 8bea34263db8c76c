package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFilesTest {
    private static final String GOOD =
            "{\"id\":\"a\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                    + "\"text\":\"Y\"}]}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"labels.jsonl", "labels.jsonl.gz"})
    void everythingThatIsWrittenIsRead(String name) throws Exception {
        Label full = new Label(
                "simulated-1",
                LabelerKind.SIMULATED,
                new Judgement(
                        LabelKind.RANKING,
                        List.of(1, 2, 2, 4),
                        null,
                        null,
                        List.of(List.of(), List.of("hallucinates", "fails_task"), List.of(), List.of()),
                        false,
                        false,
                        null,
                        null,
                        12.5,
                        "3f2a"));
        RankedTask talk = new RankedTask(
                "talk",
                Prompt.conversation(List.of(
                        new Message("system", "Be brief."),
                        new Message("user", "Was ist \u201eH\u2082\u201c? \uD83D\uDE00"))),
                List.of(new Completion("1", "", null), new Completion("2", "water\n\"gas\"", "m", false)),
                List.of());
        List<RankedTask> tasks = List.of(Samples.task("a", 4, full, Label.ranking("Zoe", List.of(1, 1, 3, 4))), talk);
        Path file = folder.resolve(name);
        LabelFiles.write(file, tasks);
        assertThat(LabelFiles.read(file)).isEqualTo(tasks);

        byte[] first = Files.readAllBytes(file);
        LabelFiles.write(file, LabelFiles.read(file));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void numericIdsAreTextAndNullColumnsAreAbsent() throws IOException {
        Path file = folder.resolve("numbers.jsonl");
        Files.writeString(
                file,
                "{\"id\":7,\"prompt\":\"Q\",\"messages\":null,\"source\":null,\"completions\":["
                        + "{\"id\":1,\"text\":\"X\",\"model\":null,\"score\":null},{\"id\":2,\"text\":\"Y\"}]}\n");
        RankedTask task = LabelFiles.read(file).getFirst();
        assertThat(task.id()).isEqualTo("7");
        assertThat(task.completions()).extracting(Completion::id).containsExactly("1", "2");
    }

    @Test
    void aByteOrderMarkAtTheStartIsSkipped() throws IOException {
        Path file = folder.resolve("mark.jsonl");
        Files.writeString(file, "\uFEFF" + GOOD + "\n");
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            assertThat(store.importFile(file, ImportOptions.defaults()).newTasks())
                    .isEqualTo(1);
            assertThat(store.tasks(null)).isEqualTo(LabelFiles.read(file));
        }
    }

    @Test
    void everyFieldOfALabelIsWrittenAndRead() throws Exception {
        Label best = new Label(
                "Ada",
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING,
                        Arrays.asList(null, 1, 2, null),
                        null,
                        Arrays.asList(null, 7, 5, null),
                        List.of(),
                        true,
                        true,
                        null,
                        "<b>\u00e9\n",
                        2.5,
                        null));
        List<List<String>> flags = List.of(List.of("harmful"), List.of(), List.of(), List.of());
        Label skip = new Label(
                "Bo",
                LabelerKind.PERSON,
                new Judgement(LabelKind.SKIP, null, null, null, flags, false, true, "no", "c", 1.0, "v"));
        Label cannot = new Label(
                "s",
                LabelerKind.SIMULATED,
                new Judgement(
                        LabelKind.CANNOT_JUDGE, null, null, null, List.of(), false, false, null, null, null, null));
        RankedTask sample = Samples.task("a", 4);
        Label scale = new Label(
                "Ada",
                LabelerKind.PERSON,
                new Judgement(LabelKind.RANKING, null, 3, null, List.of(), false, false, null, null, null, null));
        List<RankedTask> tasks = List.of(
                new RankedTask(
                        "a",
                        sample.prompt(),
                        sample.completions(),
                        List.of(best),
                        List.of(skip, cannot),
                        List.of(1, 1, 3, 4)),
                Samples.task("b", 2, scale));
        Path file = folder.resolve("f.jsonl");
        LabelFiles.write(file, tasks);
        assertThat(LabelFiles.read(file)).isEqualTo(tasks);
        assertThat(file)
                .content()
                .contains("{\"labeler\":\"Ada\",\"ranks\":[2,1],\"strength\":3}")
                .contains("\"skips\":[{\"labeler\":\"Bo\",\"reason\":\"no\",\"flags\":{\"c0\":[\"harmful\"]},"
                        + "\"personal_data\":true,")
                .contains("{\"labeler\":\"s\",\"kind\":\"simulated\",\"cannot_judge\":true}],\"gold\":[1,1,3,4]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"skips\":[{\"labeler\":\"Bo\"}] | a skip has a \"reason\"",
                "\"skips\":[{\"labeler\":\"Bo\",\"reason\":\"no\",\"ranks\":[1,2]}] | unknown key \"ranks\"",
                "\"skips\":[{\"labeler\":\"Bo\",\"reason\":\"no\"},{\"labeler\":\"Bo\",\"reason\":\"no\"}] | labels "
                        + "it twice",
                "\"skips\":[{\"labeler\":\"Bo\",\"reason\":\"no\",\"flags\":{\"z\":[\"rude\"]}}] | flags completion "
                        + "'z'",
                "\"gold\":[1,3] | \"gold\": ranks [1, 3]",
                "\"gold\":[1] | \"gold\": 1 ranks for 2",
            })
    void aWrongSkipOrGoldIsNamed(String rest, String message) throws Exception {
        Path file = folder.resolve("f.jsonl");
        Files.writeString(file, GOOD.substring(0, GOOD.length() - 1) + "," + rest + "}");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ":1: ")
                .hasMessageContaining(message);
    }

    @Test
    void theKindPersonIsOmitted() throws Exception {
        Path file = folder.resolve("f.jsonl");
        LabelFiles.write(file, List.of(Samples.task("a", 2, Label.ranking("Ada", List.of(2, 1)))));
        assertThat(file).content().contains("{\"labeler\":\"Ada\",\"ranks\":[2,1]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"b\" | not JSON: the line ends within an object",
                "[] | a JSON array; a row is one object on a line of its own",
                "7 | not a JSON object",
                "{\"id\":\"b\",\"prompt\":\"\\ud83d\"} | a lone surrogate",
                "{\"id\":\"b\",\"id\":\"c\"} | Duplicate",
                "{\"id\":\"b\",\"completions\":[]} | \"prompt\" or \"messages\"",
                "{\"id\":[7],\"prompt\":\"Q\",\"completions\":[]} | \"id\" of the line is not a string",
                "{\"id\":\"b\",\"promt\":\"Q\"} | unknown key \"promt\"; known are id, prompt",
                "{\"id\":\"b\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"}]} | 1 completions; a "
                        + "task has 2 to 9",
                "{\"id\":\"b\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"x\","
                        + "\"text\":\"Y\"}]} | two completions have the id 'x'",
                "{\"id\":\"a\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                        + "\"text\":\"Y\"}]} | id 'a' is also on line 1",
                "{\"id\":\"b\",\"messages\":[{\"role\":\"bot\",\"content\":\"\"}],\"completions\":[]} | role must be "
                        + "one of system, user, assistant, tool, developer, function, ipython, not bot",
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
                "[1,2],\"strength\":1 | strength 1 means the ranks [2, 1], not [1, 2]",
                "[1,2],\"strength\":-4 | \"strength\" is -4",
                "[1,2],\"scores\":[8,1] | score 8",
                "[1,2],\"scores\":[1] | 1 scores for 2 completions",
                "[1,2],\"top_k\":2 | top_k is 2",
                "[1,1],\"top_k\":1 | top_k is 1",
                "[1,2],\"top_k\":0 | \"top_k\" is 0",
                "[1,2],\"all_bad\":1 | \"all_bad\" of a ranking is not true or false",
                "[1,2],\"comment\":7 | \"comment\" of a ranking is not a string",
                "[1,2],\"reason\":\"no\" | unknown key \"reason\"",
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
    void aFileThatIsNotARankingsFileIsNamed() throws Exception {
        Path file = folder.resolve("f.jsonl");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no such");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> LabelFiles.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no rows");
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
