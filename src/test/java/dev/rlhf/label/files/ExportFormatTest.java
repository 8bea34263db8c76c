package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.SftRow;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.ExportFormat.Written;
import dev.rlhf.testing.DataRows;
import dev.rlhf.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportFormatTest {
    private static final RankedTask PLAIN = new RankedTask(
            "t1",
            Prompt.text("Q?"),
            List.of(
                    new Completion("a", "A, \"quoted\"", "m1"),
                    new Completion("b", "=1+1", null),
                    new Completion("c", "C", null)),
            List.of(
                    new Label(
                            "Ada",
                            LabelerKind.PERSON,
                            new Judgement(
                                    LabelKind.RANKING,
                                    List.of(2, 1, 2),
                                    null,
                                    null,
                                    List.of(List.of("hallucinates", "fails_task"), List.of(), List.of()),
                                    false,
                                    false,
                                    null,
                                    null,
                                    3.5,
                                    "g1")),
                    Label.ranking("Bo", List.of(1, 1, 1))));
    private static final RankedTask TALK = new RankedTask(
            "t2",
            Prompt.conversation(List.of(new Message("system", "S"), new Message("user", "U"))),
            List.of(new Completion("a", "A", null), new Completion("b", "B", null)),
            List.of(Label.ranking("Ada", List.of(1, 2))));

    @TempDir
    Path folder;

    @Test
    void pairsAsTrlReadsThem() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        assertThat(ExportFormat.PAIRS.write(file, List.of(PLAIN)))
                .isEqualTo(new Written(2, "pairs", leftOut("tied pairs", 4)));
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"id\":\"t1\",\"prompt\":\"Q?\",\"chosen\":\"=1+1\",\"rejected\":\"A, \\\"quoted\\\"\","
                                + "\"labeler\":\"Ada\"}",
                        "{\"id\":\"t1\",\"prompt\":\"Q?\",\"chosen\":\"=1+1\",\"rejected\":\"C\",\"labeler\":\"Ada\"}");
    }

    private static Label better(String labeler, String answer) {
        return new Label(
                labeler,
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING,
                        List.of(1, 2),
                        null,
                        null,
                        List.of(),
                        false,
                        false,
                        null,
                        null,
                        null,
                        null,
                        answer,
                        null));
    }

    @Test
    void betterAnswersAreRowsToFineTuneOn() throws Exception {
        Path file = folder.resolve("demonstrations.jsonl");
        List<Completion> two = List.of(new Completion("a", "A", null), new Completion("b", "B", null));
        RankedTask plain = new RankedTask(
                "p",
                Prompt.text("Q?"),
                two,
                List.of(better("Ada", "Best."), better("Bo", "Better."), Label.ranking("Cy", List.of(2, 1))));
        RankedTask talk = new RankedTask("t", TALK.prompt(), two, List.of(better("Ada", "Said.")));
        assertThat(ExportFormat.DEMONSTRATIONS.write(file, List.of(plain, PLAIN, talk)))
                .isEqualTo(new Written(3, "demonstrations", leftOut("tasks without a demonstration", 1)));
        assertThat(DataRows.sft(file))
                .containsExactly(
                        new SftRow.PromptResponse("Q?", "Best."),
                        new SftRow.PromptResponse("Q?", "Better."),
                        new SftRow.Conversation(
                                List.of(new Message("system", "S"), Message.user("U"), Message.assistant("Said.")),
                                Map.of()));
        Path rankings = folder.resolve("rankings.jsonl");
        LabelFiles.write(rankings, List.of(plain));
        assertThat(LabelFiles.read(rankings)).containsExactly(plain);
        assertThatThrownBy(() -> ExportFormat.DEMONSTRATIONS.write(file, List.of(PLAIN)))
                .hasMessageContaining("no demonstration to write to");
    }

    @Test
    void oneConversationMakesAllRowsConversations() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        ExportFormat.PAIRS.write(file, List.of(PLAIN, TALK));
        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(Files.readAllLines(file).get(1))
                .contains("\"prompt\":[{\"role\":\"user\",\"content\":\"Q?\"}]")
                .contains("\"chosen\":[{\"role\":\"assistant\",\"content\":\"=1+1\"}]");
        assertThat(Files.readAllLines(file).get(2)).contains("\"role\":\"system\"");
    }

    @Test
    void comparisonsChooseBetweenTwoInTheTasksOrder() throws Exception {
        Path file = folder.resolve("comparisons.jsonl");
        ExportFormat.SUMMARIZE_FROM_FEEDBACK.write(file, List.of(PLAIN));
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"info\":{\"id\":\"t1\",\"post\":\"Q?\"},\"summaries\":[{\"text\":\"A, \\\"quoted\\\"\","
                                + "\"policy\":\"m1\"},"
                                + "{\"text\":\"=1+1\",\"policy\":\"b\"}],\"choice\":1,\"worker\":\"Ada\",\"extra\":{}}",
                        "{\"info\":{\"id\":\"t1\",\"post\":\"Q?\"},\"summaries\":[{\"text\":\"=1+1\",\"policy\":\"b\"},"
                                + "{\"text\":\"C\",\"policy\":\"c\"}],\"choice\":0,\"worker\":\"Ada\",\"extra\":{}}");
    }

    @Test
    void tablesHoldNothingThatASpreadsheetWouldRun() throws Exception {
        Path file = folder.resolve("labels.csv");
        assertThat(ExportFormat.CSV.write(file, List.of(PLAIN))).isEqualTo(new Written(6, "places", new TreeMap<>()));
        assertThat(Files.readString(file)).startsWith("""
                        task,labeler,kind,completion,model,rank,flags,seconds,guideline,prompt,text,ended\r
                        t1,Ada,person,a,m1,2,fails_task hallucinates,3.5,g1,Q?,"A, ""quoted""\",true\r
                        t1,Ada,person,b,,1,,3.5,g1,Q?,'=1+1,true\r
                        """);
    }

    @Test
    void rankingsFilesKeepEverything() throws Exception {
        Path file = folder.resolve("rankings.jsonl.gz");
        ExportFormat.RANKINGS.write(file, List.of(PLAIN, TALK));
        assertThat(LabelFiles.read(file)).containsExactly(PLAIN, TALK);
    }

    @Test
    void everyFormatMarksCompletionsThatWereCutOff() throws Exception {
        RankedTask task = new RankedTask(
                "t",
                Prompt.text("Q"),
                List.of(new Completion("a", "A", null), new Completion("b", "B and", null, false)),
                List.of(Label.ranking("Ada", List.of(1, 2))));
        Path file = folder.resolve("file");
        ExportFormat.RANKINGS.write(file, List.of(task));
        assertThat(LabelFiles.read(file)).containsExactly(task);
        assertThat(file)
                .content()
                .contains("{\"id\":\"a\",\"text\":\"A\"},{\"id\":\"b\",\"text\":\"B and\",\"ended\":false}");
        ExportFormat.PAIRS.write(file, List.of(task));
        assertThat(file)
                .content()
                .contains("\"rejected\":\"B and\",\"rejected_ended\":false,\"labeler\"")
                .doesNotContain("chosen_ended");
        ExportFormat.SUMMARIZE_FROM_FEEDBACK.write(file, List.of(task));
        assertThat(file).content().contains("\"policy\":\"a\"},{\"text\":\"B and\",\"policy\":\"b\",\"ended\":false}");
        ExportFormat.CSV.write(file, List.of(task));
        assertThat(file).content().contains("Q,A,true\r\n").contains("Q,B and,false\r\n");
    }

    private static SortedMap<String, Integer> leftOut(String reason, int count) {
        return new TreeMap<>(Map.of(reason, count));
    }

    @Test
    void strengthIsTheMarginOfAPair() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        RankedTask task = new RankedTask(
                "t",
                Prompt.text("Q"),
                List.of(new Completion("a", "A", null), new Completion("b", "B", null)),
                List.of(strength("Ada", -3), strength("Bo", 0), strength("Cy", 1), Label.ranking("Di", List.of(1, 2))));
        assertThat(ExportFormat.PAIRS.write(file, List.of(task)))
                .isEqualTo(new Written(3, "pairs", leftOut("tied pairs", 1)));
        assertThat(file).content().isEqualTo("""
                {"id":"t","prompt":"Q","chosen":"A","rejected":"B","margin":3,"labeler":"Ada"}
                {"id":"t","prompt":"Q","chosen":"B","rejected":"A","margin":1,"labeler":"Cy"}
                {"id":"t","prompt":"Q","chosen":"A","rejected":"B","labeler":"Di"}
                """);
        List<RankedTask> imported =
                ForeignFormat.PAIRS.read(file, Fields.DEFAULT).tasks();
        assertThat(imported).hasSize(1);
        assertThat(imported.getFirst().rankings())
                .containsExactly(
                        task.rankings().get(0),
                        task.rankings().get(2),
                        task.rankings().get(3));
    }

    private static Label strength(String labeler, int strength) {
        return new Label(
                labeler,
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING, null, strength, null, List.of(), false, false, null, null, null, null));
    }

    /**
     * Whatever the tasks: pairs that the import would refuse are left out and counted, and the import accepts all other
     * rows.
     */
    @Test
    void everyFileOfPairsCanBeImported() throws Exception {
        List<Completion> twice = List.of(
                new Completion("a", "A", null),
                new Completion("b", "B", null),
                new Completion("c", "A", null),
                new Completion("d", "A", null, false));
        List<RankedTask> tasks = List.of(
                new RankedTask("t", Prompt.text("Q"), twice, List.of(Label.ranking("Ada", List.of(1, 2, 3, 4)))),
                new RankedTask(
                        "t-1", Prompt.text("R"), TALK.completions(), List.of(Label.ranking("Ada", List.of(1, 2)))),
                new RankedTask(
                        "answered",
                        Prompt.conversation(List.of(Message.user("U"), Message.assistant("yes"))),
                        TALK.completions(),
                        List.of(Label.ranking("Ada", List.of(1, 2)))));
        Path file = folder.resolve("pairs.jsonl");
        Written written = ExportFormat.PAIRS.write(file, tasks);
        assertThat(written.leftOut())
                .isEqualTo(Map.of(
                        "pairs of equal completions", 1,
                        "pairs that the same labeler also ordered the other way", 2,
                        "pairs whose prompt ends with the assistant", 1));
        assertThat(written.rows()).isEqualTo(4);
        ForeignLabels imported = ForeignFormat.PAIRS.read(file, Fields.DEFAULT);
        assertThat(imported.rows()).isEqualTo(4);
        assertThat(imported.tasks()).extracting(RankedTask::id).containsExactly("t-2", "t-3", "t-1");
        assertThat(imported.leftOut())
                .isEqualTo(Map.of("rows that say the same as an earlier row of the same labeler", 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"PAIRS", "SUMMARIZE_FROM_FEEDBACK", "DEMONSTRATIONS"})
    void goldTasksAreNotTrainedOn(ExportFormat format) throws Exception {
        List<Label> labels = List.of(better("Ada", "Best."));
        RankedTask open = new RankedTask("open", Prompt.text("Q?"), TALK.completions(), labels);
        RankedTask gold =
                new RankedTask("gold", Prompt.text("G?"), TALK.completions(), labels, List.of(), List.of(1, 2));
        Path file = folder.resolve("gold.jsonl");
        Written written = format.write(file, List.of(open, gold));
        assertThat(written.leftOut()).containsEntry("gold tasks", 1);
        assertThat(Files.readAllLines(file)).singleElement().asString().contains("Q?");
    }

    @Test
    void noRankingLeavesNoFile() {
        Path file = folder.resolve("none.jsonl");
        RankedTask bare = new RankedTask("t", Prompt.text("Q"), TALK.completions(), List.of());
        assertThatThrownBy(() -> ExportFormat.PAIRS.write(file, List.of(bare))).isInstanceOf(InputException.class);
        assertThat(file).doesNotExist();
    }
}
