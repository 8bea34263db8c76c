package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stages.rank.DistinctN;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final QuestionRow FRANCE = row("q1", "Capital of France?", "capital", "Paris");
    private static final QuestionRow SYMBOL = row("q3", "Symbol of gold?", "symbol", "Au");
    private static final Answers ANSWERS = Answers.of(List.of(FRANCE, SYMBOL), AnswerJudge.DEFAULT);

    @Test
    void theVerdictDependsOnlyOnTheRow() {
        assertThat(ANSWERS.judge(FRANCE, "Paris.")).isEqualTo(Verdict.CORRECT);
        assertThat(ANSWERS.judge(FRANCE, "Paris or Rome.")).isEqualTo(Verdict.WRONG);
        assertThat(ANSWERS.judge(FRANCE, "I don't know. Rome?")).isEqualTo(Verdict.WRONG);
        assertThat(ANSWERS.judge(FRANCE, "Paris, Au revoir.")).isEqualTo(Verdict.CORRECT);
    }

    @Test
    void aSymbolThatIsAWordOfRefusalsDoesNotTurnThemIntoGuesses() {
        assertThat(ANSWERS.judge(SYMBOL, "I don't know.")).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void questionsAreFoundByIdOrText() {
        assertThat(ANSWERS.find("q1")).contains(FRANCE);
        assertThat(ANSWERS.find("Capital of France?")).contains(FRANCE);
        assertThat(ANSWERS.find("Capital of Spain?")).isEmpty();
    }

    @Test
    void distinctNCountsDifferentNGramsOfAllTextsTogether() {
        List<int[]> texts = List.of(new int[] {1, 2, 3}, new int[] {1, 2, 4}, new int[] {5});
        assertThat(DistinctN.of(2, texts)).isEqualTo(0.75);
        assertThat(DistinctN.of(1, texts)).isEqualTo(5.0 / 7);
        assertThat(DistinctN.of(4, texts)).isNaN();
    }

    private static QuestionRow row(String id, String question, String relation, String answer) {
        return new QuestionRow(id, question, List.of(answer), null, Map.of("relation", relation));
    }
}
