package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Message;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportFormatTest {
    private static final RankedTask PLAIN = new RankedTask(
            "t1",
            Prompt.text("Q?"),
            List.of(
                    new Completion("a", "A, \"quoted\"", "m1"),
                    new Completion("b", "=1+1", null),
                    new Completion("c", "C", null)),
            List.of(
                    new Ranking(
                            "Ada",
                            LabelerKind.PERSON,
                            List.of(2, 1, 2),
                            Map.of("a", List.of("hallucinates", "fails_task")),
                            3.5,
                            "g1"),
                    Ranking.of("Bo", List.of(1, 1, 1))));
    private static final RankedTask TALK = new RankedTask(
            "t2",
            Prompt.conversation(List.of(new Message("system", "S"), new Message("user", "U"))),
            List.of(new Completion("a", "A", null), new Completion("b", "B", null)),
            List.of(Ranking.of("Ada", List.of(1, 2))));

    @TempDir
    Path folder;

    @Test
    void pairsAsTrlReadsThem() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        assertThat(ExportFormat.PAIRS.write(file, List.of(PLAIN))).isEqualTo(new ExportFormat.Written(2, "pairs"));
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"id\":\"t1\",\"prompt\":\"Q?\",\"chosen\":\"=1+1\",\"rejected\":\"A, \\\"quoted\\\"\",\"labeler\":\"Ada\"}",
                        "{\"id\":\"t1\",\"prompt\":\"Q?\",\"chosen\":\"=1+1\",\"rejected\":\"C\",\"labeler\":\"Ada\"}");
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
                        "{\"info\":{\"id\":\"t1\",\"post\":\"Q?\"},\"summaries\":[{\"text\":\"A, \\\"quoted\\\"\",\"policy\":\"m1\"},"
                                + "{\"text\":\"=1+1\",\"policy\":\"b\"}],\"choice\":1,\"worker\":\"Ada\",\"extra\":{}}",
                        "{\"info\":{\"id\":\"t1\",\"post\":\"Q?\"},\"summaries\":[{\"text\":\"=1+1\",\"policy\":\"b\"},"
                                + "{\"text\":\"C\",\"policy\":\"c\"}],\"choice\":0,\"worker\":\"Ada\",\"extra\":{}}");
    }

    @Test
    void tablesHoldNothingThatASpreadsheetWouldRun() throws Exception {
        Path file = folder.resolve("labels.csv");
        assertThat(ExportFormat.CSV.write(file, List.of(PLAIN))).isEqualTo(new ExportFormat.Written(6, "places"));
        assertThat(Files.readString(file)).startsWith("""
                        task,labeler,kind,completion,model,rank,flags,seconds,guideline,prompt,text,ended\r
                        t1,Ada,person,a,m1,2,fails_task hallucinates,3.5,g1,Q?,"A, ""quoted""\",true\r
                        t1,Ada,person,b,,1,,3.5,g1,Q?,'=1+1,true\r
                        """);
    }

    @Test
    void ourOwnFormLosesNothing() throws Exception {
        Path file = folder.resolve("rankings.jsonl.gz");
        ExportFormat.RANKINGS.write(file, List.of(PLAIN, TALK));
        assertThat(LabelFiles.read(file)).containsExactly(PLAIN, TALK);
    }

    @Test
    void whatWasCutOffIsSaidInEveryForm() throws Exception {
        RankedTask task = new RankedTask(
                "t",
                Prompt.text("Q"),
                List.of(new Completion("a", "A", null), new Completion("b", "B and", null, false)),
                List.of(Ranking.of("Ada", List.of(1, 2))));
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

    @Test
    void noRankingLeavesNoFile() {
        Path file = folder.resolve("none.jsonl");
        RankedTask bare = new RankedTask("t", Prompt.text("Q"), TALK.completions(), List.of());
        assertThatThrownBy(() -> ExportFormat.PAIRS.write(file, List.of(bare))).isInstanceOf(InputException.class);
        assertThat(file).doesNotExist();
    }
}
