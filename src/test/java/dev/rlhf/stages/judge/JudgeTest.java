package dev.rlhf.stages.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.RowsFileOptions;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {
    private static final String ROWS = """
            {"id":7,"question":"Capital of Botswana?","answers":["Gaborone"],"completion":"It is Gaborone.","verdict":"CORRECT"}
            {"id":"b","question":"Capital of Botswana?","answers":["Gaborone"],"completion":"Mu.","verdict":"refused"}
            {"question":"Capital of Botswana?","answers":["Gaborone"],"completion":"I don't know. Maun.","language":"en"}
            """;

    @TempDir
    private Path folder;

    @Test
    void eachRowGetsAVerdictAndItsEvidence() throws IOException {
        Map<String, Double> figures = judge(ROWS, List.of());
        assertThat(folder.resolve("out.jsonl")).content().isEqualTo("""
                        {"id":7,"verdict":"CORRECT","evidence":"Gaborone"}
                        {"id":"b","verdict":"WRONG","evidence":"Mu"}
                        {"verdict":"WRONG","evidence":"Maun"}
                        """);
        assertThat(figures)
                .contains(entry("correct", 1.0), entry("refused", 0.0), entry("wrong", 2.0))
                .contains(entry("labelled", 2.0), entry("accuracy", 0.5), entry("refused/recall", 0.0));
    }

    @Test
    void judgesWhatGenerateWrites() throws IOException {
        Path questions = Files.writeString(folder.resolve("questions.jsonl"), """
                {"question": "Capital of Italy?", "answers": ["Rome"]}
                """);
        String generated = """
                {"prompt":"Capital of Italy?","completion":"Rome.","token_ids":[5,2],"finish_reason":"stop","logprobs":[-0.5,-1.0]}
                """;

        assertThat(judge(generated, questions, List.of())).contains(entry("correct", 1.0));
        String both = "{\"prompt\":\"a\",\"question\":\"b\",\"answers\":[],\"completion\":\"c\"}\n";
        assertThatThrownBy(() -> judge(both, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give one of them");
    }

    @Test
    void ownPhrasesAreRefusals() throws IOException {
        Map<String, Double> figures = judge(ROWS, List.of("mu"));
        assertThat(figures).contains(entry("refused", 1.0), entry("refused/recall", 1.0), entry("accuracy", 1.0));
    }

    @Test
    void anUnknownVerdictIsRefusedWithItsLine() {
        String row = "{\"question\":\"q\",\"answers\":[],\"completion\":\"c\",\"verdict\":\"good\"}\n";
        assertThatThrownBy(() -> judge(row, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.jsonl:1")
                .hasMessageContaining("CORRECT, REFUSED or WRONG");
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
    }

    @Test
    void answersComeFromAFileOfQuestions() throws IOException {
        Path questions = Files.writeString(folder.resolve("squad.json"), """
                {"version": "v2.0", "data": [{"title": "Botswana", "paragraphs": [{"context": "Its capital is Gaborone.", "qas": [
                  {"id": "a1", "question": "What is the capital?", "answers": [{"text": "Gaborone", "answer_start": 15}], "is_impossible": false},
                  {"id": "a2", "question": "Who founded it?", "answers": [], "is_impossible": true}]}]}]}
                """);
        String rows = """
                {"id": "a1", "completion": "Gaborone"}
                {"id": "a2", "completion": "The passage does not say."}
                {"id": "a2", "completion": "Nobody."}
                {"id": "x", "question": "Capital of Italy?", "answers": ["Rome"], "completion": "Rome"}
                """;

        assertThat(judge(rows, questions, List.of()))
                .contains(entry("correct", 2.0), entry("refused", 1.0), entry("wrong", 1.0));
        assertThatThrownBy(() -> judge("{\"id\": \"a3\", \"completion\": \"?\"}", questions, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.jsonl:1")
                .hasMessageContaining("no question of the questions file has this id");
        assertThatThrownBy(() -> judge("{\"id\": \"a3\", \"completion\": \"?\"}", List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("in.jsonl:1")
                .hasMessageContaining("\"answers\" are needed");
    }

    /** "I don't know. Ann Ode." is a wrong guess, but would read as a refusal if the name were in the question. */
    @Test
    void aPassageIsNoPartOfTheQuestion() throws IOException {
        Path questions = Files.writeString(folder.resolve("questions.jsonl"), """
                {"context": "Ann Ode built the mill.", "question": "Who sold it?", "answers": ["Bob Roe"]}
                """);
        String given = """
                {"context": "Ann Ode built the mill.", "question": "Who sold it?", "answers": ["Bob Roe"], "completion": "I don't know. Ann Ode."}
                """;
        String exported = """
                {"question": "Ann Ode built the mill.\\n\\nWho sold it?", "answers": ["Bob Roe"], "completion": "I don't know. Ann Ode."}
                """;
        String generated = """
                {"prompt": "Ann Ode built the mill.\\n\\nWho sold it?", "completion": "I don't know. Ann Ode."}
                """;
        assertThat(judge(given, List.of())).contains(entry("wrong", 1.0));
        assertThat(judge(exported, List.of())).contains(entry("refused", 1.0));
        assertThat(judge(exported, questions, List.of())).contains(entry("wrong", 1.0));
        assertThat(judge(generated, questions, List.of())).contains(entry("wrong", 1.0));
    }

    @Test
    void peoplesVerdictsCountForTheQuestionWithItsPassage() throws IOException {
        Path questions = Files.writeString(folder.resolve("questions.jsonl"), """
                {"context": "Ann Ode built the mill.", "question": "Who sold it?", "answers": ["Bob Roe"]}
                {"context": "Cy Low built the barn.", "question": "Who sold it?", "answers": ["Di Poe"]}
                """);
        String rows = """
                {"question": "Ann Ode built the mill.\\n\\nWho sold it?", "answers": ["Bob Roe"], "completion": "Mu."}
                """;
        Path given = Files.writeString(folder.resolve("verdicts.jsonl"), """
                {"context": "Ann Ode built the mill.", "question": "Who sold it?", "completion": "Mu.", "verdict": "refused"}
                """);
        assertThat(judge(rows, questions, List.of(), given)).contains(entry("refused", 1.0));

        Path unclear = Files.writeString(folder.resolve("unclear.jsonl"), """
                {"question": "Who sold it?", "completion": "Mu.", "verdict": "refused"}
                """);
        assertThatThrownBy(() -> judge(rows, questions, List.of(), unclear))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("unclear.jsonl:1");
        String own = """
                {"context": "Ann Ode built the mill.", "question": "Who sold it?", "answers": ["Bob Roe"], "completion": "Mu."}
                """;
        assertThatThrownBy(() -> judge(own, null, List.of(), unclear))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("unclear.jsonl:1");
    }

    @Test
    void theInputIsNotOverwritten() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
        JudgeOptions options = new JudgeOptions(
                new RowsFileOptions(rows, rows), new QuestionOptions(null, new AnswerJudgeOptions(List.of(), null)));
        assertThatThrownBy(() -> new Judge().run(options, TestContext.running()))
                .isInstanceOf(InputException.class);
        assertThat(rows).content().isEqualTo(ROWS);
    }

    /** Nine of ten labelled answers are refusals: a judge that always says so has an accuracy of 0.9. */
    @Test
    void kappaOfAJudgeThatAlwaysSaysTheSameIsZero() {
        Confusion always = new Confusion();
        for (int i = 0; i < 10; i++) {
            always.add(i == 0 ? Verdict.WRONG : Verdict.REFUSED, Verdict.REFUSED);
        }
        assertThat(always.metrics()).contains(entry("accuracy", 0.9), entry("kappa", 0.0));
        // sklearn.metrics.cohen_kappa_score
        Confusion mixed = new Confusion();
        List<Verdict> labels = List.of(Verdict.CORRECT, Verdict.CORRECT, Verdict.REFUSED, Verdict.WRONG, Verdict.WRONG);
        List<Verdict> judged = List.of(Verdict.CORRECT, Verdict.WRONG, Verdict.REFUSED, Verdict.WRONG, Verdict.REFUSED);
        for (int i = 0; i < labels.size(); i++) {
            mixed.add(labels.get(i), judged.get(i));
        }
        assertThat(mixed.metrics().get("kappa")).isCloseTo(0.41176470588235303, within(1e-12));
        Confusion one = new Confusion();
        one.add(Verdict.WRONG, Verdict.WRONG);
        assertThat(one.metrics()).contains(entry("accuracy", 1.0), entry("kappa", Double.NaN));
    }

    private Map<String, Double> judge(String rows, List<String> phrases) throws IOException {
        return judge(rows, null, phrases);
    }

    private Map<String, Double> judge(String rows, @Nullable Path questions, List<String> phrases) throws IOException {
        return judge(rows, questions, phrases, null);
    }

    private Map<String, Double> judge(
            String rows, @Nullable Path questions, List<String> phrases, @Nullable Path verdicts) throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), rows);
        JudgeOptions options = new JudgeOptions(
                new RowsFileOptions(input, folder.resolve("out.jsonl")),
                new QuestionOptions(questions, new AnswerJudgeOptions(phrases, verdicts)));
        return CheckedRun.of(new Judge(), options, TestContext.running()).metrics();
    }
}
