package dev.rlhf.label.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgingFileTest {
    @TempDir
    Path folder;

    private JudgingFile.Content read(String text) throws Exception {
        return JudgingFile.read(Files.writeString(folder.resolve("in.jsonl"), text));
    }

    @Test
    void rowsOfTheJudgeAreTasks() throws Exception {
        JudgingFile.Content content = read("""
                {"id": 7, "question": "Capital of France?", "answers": ["Paris"], "completion": "Lyon."}
                {"question": "Who?", "answers": [], "completion": "I don't know.", "verdict": "REFUSED", "language": "en"}
                """);
        assertThat(content.tasks())
                .containsExactly(
                        new JudgingTask("7", "Capital of France?", List.of("Paris"), "Lyon."),
                        new JudgingTask("row-2", "Who?", List.of(), "I don't know."));
        assertThat(content.leftOut()).isEqualTo(Map.of("verdicts that the file has already", 1));
    }

    @Test
    void labelersSeeThePassageOfAQuestion() throws Exception {
        String row = "{\"context\": \"Ann built it.\", \"question\": \"Who?\", \"answers\": [], \"completion\": \"x\"}";
        assertThat(read(row).tasks())
                .containsExactly(new JudgingTask("row-1", "Ann built it.\n\nWho?", List.of(), "x"));
    }

    @Test
    void aRowWithoutAQuestionIsOneLine() {
        assertThatThrownBy(() -> read("{\"id\": \"a\", \"completion\": \"x\"}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.jsonl:1: a task to judge has");
        assertThatThrownBy(() -> read("{\"question\": \" \", \"answers\": [], \"completion\": \"x\"}"))
                .hasMessageContaining("in.jsonl:1: \"question\" is empty");
        String row = "{\"id\": 1, \"question\": \"Q\", \"answers\": [], \"completion\": \"x\"}\n";
        assertThatThrownBy(() -> read(row + row)).hasMessageContaining("id '1' is also on line 1");
    }

    @Test
    void theVerdictOfMostLabelersIsWrittenAndTheJudgeReadsIt() throws Exception {
        JudgingTask task = new JudgingTask(
                "a",
                "Q",
                List.of("x", "y"),
                "c",
                Map.of("Ada", Verdict.WRONG, "Bo", Verdict.CORRECT, "Cy", Verdict.WRONG));
        JudgingTask tied =
                new JudgingTask("b", "Q", List.of(), "c", Map.of("Ada", Verdict.WRONG, "Bo", Verdict.REFUSED));
        JudgingTask open = new JudgingTask("c", "Q", List.of(), "c");
        Path file = folder.resolve("out.jsonl");
        assertThat(JudgingFile.write(file, List.of(task, tied, open)).leftOut())
                .isEqualTo(Map.of("tasks without a majority", 1, "tasks without a verdict", 1));
        AnswerRow row = AnswerRow.read(file).getFirst();
        assertThat(row.verdict()).isEqualTo("wrong");
        assertThat(row.answers()).containsExactly("x", "y");
        assertThat(Files.readString(file)).contains("\"verdict\":\"WRONG\"", "{\"labelers\":\"3\",\"agreeing\":\"2\"}");
        assertThatThrownBy(() -> JudgingFile.write(file, List.of(open))).hasMessageContaining("no verdict to write");
    }

    @Test
    void pairsOfLabelersAgreeOrNot() {
        VerdictCounts counts = VerdictCounts.of(List.of(
                Map.of("Ada", Verdict.WRONG, "Bo", Verdict.CORRECT, "Cy", Verdict.WRONG),
                Map.of("Ada", Verdict.REFUSED)));
        assertThat(counts.count(Verdict.WRONG)).isEqualTo(2);
        assertThat(counts.tasks()).isOne();
        assertThat(counts.agreement()).isEqualTo(1.0 / 3);
        assertThat(VerdictCounts.of(List.of()).agreement()).isNaN();
    }
}
