package dev.rlhf.refusal.judge;

import static dev.rlhf.data.Verdict.CORRECT;
import static dev.rlhf.data.Verdict.REFUSED;
import static dev.rlhf.data.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenVerdictsTest {
    private static final QuestionRow MILL = question("mill", "Ann Ode built the mill.");
    private static final QuestionRow BARN = question("barn", "Bob Roe built the barn.");
    private static final QuestionRow ALONE = question("alone", null);

    @TempDir
    private Path folder;

    private static QuestionRow question(String id, @Nullable String passage) {
        return new QuestionRow(id, "Who built it?", List.of("Ann Ode"), null, passage, Map.of());
    }

    private AnswerJudge judge(String... rows) throws IOException {
        Path file = Files.write(folder.resolve("verdicts.jsonl"), List.of(rows));
        return new AnswerJudge(List.of(), GivenVerdicts.read(file));
    }

    private static Verdict verdict(AnswerJudge judge, QuestionRow question) {
        return judge.judge(question, " Mu. ").verdict();
    }

    @Test
    void questionsWithTheSameTextAndDifferentPassagesHaveTheirOwnVerdicts() throws IOException {
        AnswerJudge judge = judge(
                "{\"context\": \"Ann Ode built the mill.\", \"question\": \"Who built it?\", \"completion\": \"Mu.\","
                        + " \"verdict\": \"correct\"}",
                "{\"context\": \"Bob Roe built the barn.\", \"question\": \"Who built it?\", \"completion\": \"Mu.\","
                        + " \"verdict\": \"refused\"}");
        assertThat(verdict(judge, MILL)).isEqualTo(CORRECT);
        assertThat(verdict(judge, BARN)).isEqualTo(REFUSED);
        assertThat(verdict(judge, ALONE)).isEqualTo(WRONG);
        assertThatCode(() -> judge.requirePassages(List.of(MILL, BARN))).doesNotThrowAnyException();
    }

    /** As in files that a probe wrote before they had passages, and in rows that labelers judged with the passage. */
    @Test
    void aRowWithoutAPassageNamesItByTheIdOrHasItInTheQuestion() throws IOException {
        AnswerJudge judge = judge(
                "{\"id\": \"mill#2\", \"question\": \"Who built it?\", \"completion\": \"Mu.\","
                        + " \"verdict\": \"correct\"}",
                "{\"question\": \"Bob Roe built the barn.\\n\\nWho built it?\", \"completion\": \"Mu.\","
                        + " \"verdict\": \"refused\"}");
        assertThat(verdict(judge, MILL)).isEqualTo(CORRECT);
        assertThat(verdict(judge, BARN)).isEqualTo(REFUSED);
        assertThat(verdict(judge, question("other", "Cy Low built the shed."))).isEqualTo(WRONG);
    }

    @Test
    void aRowThatMayBelongToSeveralPassagesIsRefused() throws IOException {
        String row = "{\"question\": \"Who built it?\", \"completion\": \"Mu.\", \"verdict\": \"correct\"}";
        AnswerJudge judge = judge(row);
        assertThat(verdict(judge, ALONE)).isEqualTo(CORRECT);
        assertThat(verdict(judge, MILL)).isEqualTo(WRONG);
        assertThatThrownBy(() -> judge.requirePassages(List.of(MILL, BARN)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("verdicts.jsonl:1")
                .hasMessageContaining("add it as \"context\"");
        assertThatCode(() -> judge.requirePassages(List.of(MILL, ALONE))).doesNotThrowAnyException();
    }

    @Test
    void blanksAroundQuestionAndCompletionDoNotMatter() throws IOException {
        AnswerJudge judge =
                judge("{\"question\": \" Who built it?\\n\", \"completion\": \"Mu.\", \"verdict\": \"correct\"}");
        assertThat(verdict(judge, ALONE)).isEqualTo(CORRECT);
    }

    /** The passage of a question may have changed since it was judged. */
    @Test
    void aRowWithAPassageCountsForNoOtherOfItsId() throws IOException {
        AnswerJudge judge = judge("{\"id\": \"mill\", \"context\": \"Ann built it.\", \"question\": \"Who built it?\","
                + " \"completion\": \"Mu.\", \"verdict\": \"correct\"}");
        assertThat(verdict(judge, MILL)).isEqualTo(WRONG);
    }

    @Test
    void rowsOfOtherQuestionsOrWithTheIdOfAPassageAreNotRefused() throws IOException {
        AnswerJudge judge = judge(
                "{\"question\": \"Who sold it?\", \"completion\": \"Mu.\", \"verdict\": \"correct\"}",
                "{\"id\": \"mill#2\", \"question\": \"Who built it?\", \"completion\": \"Mu.\","
                        + " \"verdict\": \"correct\"}");
        assertThatCode(() -> judge.requirePassages(List.of(MILL, BARN))).doesNotThrowAnyException();
    }

    @Test
    void aRowWithoutAVerdictIsRefused() {
        assertThatThrownBy(() -> judge("{\"question\": \"Who built it?\", \"completion\": \"Mu.\"}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("verdicts.jsonl:1: a verdict needs");
    }
}
