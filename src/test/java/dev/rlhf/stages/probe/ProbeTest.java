package dev.rlhf.stages.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.PairRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.SftRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.BatchSamplingOptions;
import dev.rlhf.inference.BatchSizeOptions;
import dev.rlhf.inference.CompletionOptions;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.TemperatureOptions;
import dev.rlhf.inference.TopPOptions;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeFile;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.refusal.RefusalWriter;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.RefusalDetector;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.stage.SeedOptions;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.DataRows;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTest {
    private static final String QUESTIONS = """
            {"id": "q1", "question": "Capital of France?", "answers": ["Paris"], "meta": {"split": "asked", "kind": "country"}}
            {"id": "q2", "question": "Capital of Italy?", "answers": ["Rome"], "meta": {"split": "kept", "kind": "country"}}
            {"id": "q3", "question": "Who is Orson Kovacs?", "answers": [], "subject": "Orson Kovacs", "meta": {"split": "asked"}}
            """;

    private String questions = QUESTIONS;

    @TempDir
    Path folder;

    private @Nullable Path verdicts;

    @Test
    void anUntrainedModelKnowsNothingAndGetsRefusalsForTheTrainSplits() throws IOException {
        Map<String, Double> figures = probe(List.of("asked"), null);
        List<JsonNode> knowledge = lines("knowledge.jsonl");
        List<SftRow> refusals = DataRows.sft(folder.resolve("out/refusals.jsonl"));

        assertThat(knowledge).extracting(row -> row.path("id").asText()).containsExactly("q1", "q2", "q3");
        assertThat(knowledge)
                .allSatisfy(row -> assertThat(row.path("decision").asText()).isEqualTo("unknown"))
                .allSatisfy(row -> assertThat(row.path("verdict").asText()).isNotEqualTo("correct"));
        assertThat(knowledge.get(0).path("share_correct").asDouble(-1)).isZero();
        assertThat(knowledge.get(2).has("share_correct")).isFalse();
        assertThat(refusals)
                .extracting(row -> ((SftRow.PromptResponse) row).prompt())
                .containsExactly("Capital of France?", "Who is Orson Kovacs?");
        assertThat(refusals)
                .allSatisfy(row -> assertThat(RefusalDetector.refuses(((SftRow.PromptResponse) row).response()))
                        .isTrue());
        assertThat(figures)
                .containsEntry("questions", 3.0)
                .containsEntry("answerable", 2.0)
                .containsEntry("known_share", 0.0)
                .containsEntry("unknown_share/kept", 1.0)
                .containsEntry("unknown_share/country", 1.0)
                .containsEntry("refusals", 2.0);
    }

    @Test
    void theSameSeedWritesTheSameFiles() throws IOException {
        probe(null, null);
        String first = Files.readString(folder.resolve("out/knowledge.jsonl"))
                + Files.readString(folder.resolve("out/refusals.jsonl"));
        probe(null, null);

        assertThat(Files.readString(folder.resolve("out/knowledge.jsonl"))
                        + Files.readString(folder.resolve("out/refusals.jsonl")))
                .isEqualTo(first);
    }

    @Test
    void verdictsOfPeopleReplaceThoseOfTheRules() throws IOException {
        probe(null, null);
        List<JsonNode> answers = lines("answers.jsonl").stream()
                .filter(row -> row.path("id").asText().startsWith("q1#"))
                .toList();
        assertThat(answers).isNotEmpty().allSatisfy(row -> {
            assertThat(row.path("meta").path("verdict").asText()).isEqualTo("wrong");
            assertThat(row.path("answers").get(0).asText()).isEqualTo("Paris");
        });
        List<String> judged = new ArrayList<>();
        for (JsonNode row : answers) {
            judged.add(((ObjectNode) row.deepCopy()).put("verdict", "correct").toString());
        }
        verdicts = Files.write(folder.resolve("verdicts.jsonl"), judged);
        probe(null, null);
        JsonNode first = lines("knowledge.jsonl").getFirst();
        assertThat(first.path("decision").asText()).isEqualTo("known");
        assertThat(first.path("share_correct").asDouble()).isEqualTo(1);
    }

    @Test
    void aVerdictWithoutItsQuestionIsRefused() throws IOException {
        verdicts = Files.writeString(folder.resolve("verdicts.jsonl"), "{\"id\": \"q1\", \"completion\": \"Rome.\"}\n");
        assertThatThrownBy(() -> probe(null, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("verdicts.jsonl:1")
                .hasMessageContaining("\"question\"");
    }

    @Test
    void readsWordingsFromAFile() throws IOException {
        probe(null, Files.writeString(folder.resolve("refusals.txt"), "I have no idea.\n\n"));

        assertThat(lines("refusals.jsonl"))
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.path("response").asText()).isEqualTo("I have no idea."));
    }

    @Test
    void refusesWordingsThatAreNotRefusalsAndUnknownSplits() {
        assertThatThrownBy(() -> probe(null, Files.writeString(folder.resolve("refusals.txt"), "Ask me later.\n")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("refusals.txt")
                .hasMessageContaining("Ask me later.");
        assertThatThrownBy(() -> probe(List.of("asked", "aksed"), null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("questions.jsonl")
                .hasMessageContaining("aksed");
    }

    @Test
    void sharesCountOnlyAnswerableQuestions() {
        List<ProbedQuestion> probed = List.of(
                probed("a", "x", Verdict.CORRECT, Verdict.CORRECT, Verdict.WRONG),
                probed("a", "x", Verdict.CORRECT, Verdict.WRONG, Verdict.WRONG),
                probed("b", "x", Verdict.WRONG, Verdict.WRONG, Verdict.WRONG),
                probed("b", "x", Verdict.WRONG, Verdict.REFUSED, Verdict.CORRECT),
                probed("b", null, Verdict.CORRECT, Verdict.CORRECT, Verdict.CORRECT));

        assertThat(probed)
                .extracting(ProbedQuestion::knowledge)
                .containsExactly(
                        Knowledge.KNOWN, Knowledge.UNSURE, Knowledge.UNKNOWN, Knowledge.UNSURE, Knowledge.UNKNOWN);
        assertThat(ProbeMetrics.of(probed))
                .containsEntry("known_share", 0.25)
                .containsEntry("unsure_share", 0.5)
                .containsEntry("unknown_share", 0.25)
                .containsEntry("known_share/a", 0.5)
                .containsEntry("known_share/b", 0.0)
                .containsEntry("unknown_share/b", 0.5);
    }

    @Test
    void whatIsKnownInOtherWordsIsNotUnknown() {
        List<String> paris = List.of("Paris");
        Map<String, String> capital = Map.of("relation", "capital");
        List<QuestionRow> rows = List.of(
                new QuestionRow("a", "Capital of France?", paris, "France", capital),
                new QuestionRow("b", "Name the capital of France.", paris, "France", capital),
                new QuestionRow("c", "Largest city of France?", paris, "France", Map.of("relation", "largest city")),
                new QuestionRow("d", "Capital of Italy?", List.of("Rome"), "Italy", capital),
                new QuestionRow("e", "Capital of ancient Italy?", List.of(), "Italy", capital),
                new QuestionRow("f", "Capital?", paris, "France", "France is small.", capital),
                new QuestionRow("g", "Its capital?", paris, null, capital));
        List<ProbedQuestion> probed = rows.stream()
                .map(row -> answered(new JudgedAnswer(
                        row, "x", row.key().equals("a") ? Verdict.CORRECT : Verdict.WRONG, 2, -1, true)))
                .toList();

        assertThat(ProbedQuestion.reconciled(probed))
                .extracting(ProbedQuestion::knowledge)
                .containsExactly(
                        Knowledge.KNOWN,
                        Knowledge.UNSURE,
                        Knowledge.UNKNOWN,
                        Knowledge.UNKNOWN,
                        Knowledge.UNKNOWN,
                        Knowledge.UNKNOWN,
                        Knowledge.UNKNOWN);
        assertThat(ProbedQuestion.reconciled(probed.subList(1, 7))).isEqualTo(probed.subList(1, 7));
    }

    @Test
    void degreesOfKnowledgeByHand() {
        ProbedQuestion probed = answered(
                answer("Paris is it.", Verdict.CORRECT, false),
                answer("It is the city of Paris.", Verdict.CORRECT, true),
                answer("Paris.", Verdict.CORRECT, true),
                answer("Rome!", Verdict.WRONG, true),
                answer("rome", Verdict.WRONG, true),
                answer("Oslo", Verdict.WRONG, true));
        assertThat(probed.shareCorrect()).isEqualTo(0.4);
        assertThat(probed.agreement()).isEqualTo(0.4);
        assertThat(probed.line().confidence()).isEqualTo(0.6065);
        assertThat(probed.line().logprob()).isEqualTo(-1.0);
        assertThat(answered(answer("Paris", Verdict.CORRECT, true)).agreement()).isNaN();
    }

    @Test
    void ownWordsAreTheFewestWholeSentencesThatAreRight() {
        assertThat(ownWords(answer("A hard one. It is St. Paris. It lies in Spain.", Verdict.CORRECT, true)))
                .hasValue("A hard one. It is St. Paris.");
        assertThat(ownWords(answer("Paris", Verdict.CORRECT, true))).hasValue("Paris");
        assertThat(ownWords(
                        answer("It is Paris, whi", Verdict.CORRECT, false), answer("Paris!", Verdict.CORRECT, false)))
                .hasValue("Paris!"); // a cut answer that happens to end with its sentence
        assertThat(ownWords(answer("\u5df4\u9ece\u3002 Paris\u3002\u6cd5", Verdict.CORRECT, false)))
                .hasValue("\u5df4\u9ece\u3002 Paris\u3002");
        assertThat(ownWords(answer("Paris", Verdict.CORRECT, false), answer("Rome.", Verdict.WRONG, true)))
                .isEmpty();
    }

    @Test
    void aQuestionThatDoesNotFitIsQuoted() {
        questions = QUESTIONS + "{\"question\": \"%s?\", \"answers\": [\"a\"]}\n".formatted("who ".repeat(200));
        assertThatThrownBy(() -> probe(null, null))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("question \"who who ")
                .hasMessageEndingWith("positions; shorten it or leave it out");
    }

    private static Optional<String> ownWords(JudgedAnswer greedy, JudgedAnswer... samples) {
        return answered(greedy, samples).ownWords(Verdict.CORRECT, text -> text.contains("Paris"));
    }

    @Test
    void pairsContrastAnAnswerInTheModelsOwnWordsWithARefusal() throws IOException {
        Path file = Files.writeString(folder.resolve("questions.jsonl"), QUESTIONS);
        AnswerJudge judge = new AnswerJudge(List.of());
        Answers answers = Answers.read(file, judge, TestContext.running().console());
        List<QuestionRow> rows = answers.questions();
        ProbedQuestion known =
                answered(new JudgedAnswer(rows.get(0), "It is Paris. It is old. It is", Verdict.CORRECT, 2, -1, false));
        ProbedQuestion unknown =
                answered(new JudgedAnswer(rows.get(1), "It is Paris. It is old. It is", Verdict.WRONG, 2, -1, false));
        ProbedQuestion cut = answered(new JudgedAnswer(rows.get(1), "It is Par", Verdict.WRONG, 2, -1, false));
        ProbedQuestion unsure = answered(
                new JudgedAnswer(rows.get(1), "It is Rome.", Verdict.CORRECT, 2, -1, true),
                new JudgedAnswer(rows.get(1), "It is Paris.", Verdict.WRONG, 2, -1, true));
        ProbedQuestion invented = answered(new JudgedAnswer(rows.get(2), "He is a king.", Verdict.WRONG, 2, -1, true));
        RefusalWriter writer = new RefusalWriter(List.of("I don't know."), 1, judge);

        ProbeRows made = ProbeRows.of(
                List.of(known, known, unknown, cut, unsure, invented), Optional.of(answers), writer, false, 1);

        ProbeRows.ContrastPair answering =
                new ProbeRows.ContrastPair("Capital of France?", "It is Paris.", "I don't know.");
        assertThat(made.pairs())
                .containsExactly(
                        answering,
                        answering,
                        new ProbeRows.ContrastPair("Capital of Italy?", "I don't know.", "It is Paris."),
                        new ProbeRows.ContrastPair("Who is Orson Kovacs?", "I don't know.", "He is a king."));
        assertThat(made.known()).hasSize(2);
        assertThat(made.refusals()).hasSize(3);
        assertThat(made.pairsLeftOut()).isZero();
        Path pairs = folder.resolve("pairs.jsonl");
        JsonLines.write(pairs, made.pairs());
        assertThat(DataRows.pairs(pairs)).extracting(PairRow::rejected).contains("He is a king.");
    }

    @Test
    void whatIsKnownInOtherWordsIsTaughtInBoth() {
        Map<String, String> capital = Map.of("relation", "capital");
        QuestionRow asked = new QuestionRow("a", "Capital of France?", List.of("Paris"), "France", capital);
        QuestionRow named = new QuestionRow("b", "Name the capital of France.", List.of("Paris"), "France", capital);
        QuestionRow other = new QuestionRow("c", "Capital of Italy?", List.of("Rome"), "Italy", capital);
        List<ProbedQuestion> probed = ProbedQuestion.reconciled(List.of(
                answered(new JudgedAnswer(named, "France is a country.", Verdict.WRONG, 2, -1, true)),
                answered(new JudgedAnswer(asked, "It is Paris.", Verdict.CORRECT, 2, -1, true)),
                answered(
                        new JudgedAnswer(other, "It is Milan.", Verdict.WRONG, 2, -1, true),
                        new JudgedAnswer(other, "It is Rome.", Verdict.CORRECT, 2, -1, true))));
        RefusalWriter writer = new RefusalWriter(List.of("I don't know."), 1, AnswerJudge.DEFAULT);

        ProbeRows made = ProbeRows.of(probed, Optional.empty(), writer, false, 1);

        assertThat(made.known())
                .containsExactly(
                        new SftRow.PromptResponse("Name the capital of France.", "It is Paris."),
                        new SftRow.PromptResponse("Capital of France?", "It is Paris."));
        assertThat(made.refusals()).isEmpty();
        assertThat(made.pairs()).isEmpty();
    }

    @Test
    void partialRefusalsStateWhatIsKnownAboutTheSubject() {
        QuestionRow capital =
                new QuestionRow("a", "Capital of Kenya?", List.of("Nairobi"), "Kenya", Map.of("relation", "capital"));
        QuestionRow river =
                new QuestionRow("b", "Longest river of Kenya?", List.of("Tana"), "Kenya", Map.of("relation", "river"));
        QuestionRow coast =
                new QuestionRow("c", "Main port of Kenya?", List.of("Mombasa"), "Kenya", Map.of("relation", "port"));
        QuestionRow other =
                new QuestionRow("d", "Capital of Italy?", List.of("Rome"), "Italy", Map.of("relation", "capital"));
        List<ProbedQuestion> probed = List.of(
                answered(new JudgedAnswer(
                        capital, "The capital of Kenya is Nairobi. It is old.", Verdict.CORRECT, 2, -1, true)),
                answered(new JudgedAnswer(river, "It is the Nile.", Verdict.WRONG, 2, -1, true)),
                answered(new JudgedAnswer(coast, "It is Malindi.", Verdict.WRONG, 2, -1, true)),
                answered(new JudgedAnswer(other, "It is Milan.", Verdict.WRONG, 2, -1, true)));
        Optional<Answers> answers = Optional.of(Answers.of(List.of(capital, river, coast, other), AnswerJudge.DEFAULT));
        RefusalWriter writer = new RefusalWriter(List.of("I don't know that."), 1, AnswerJudge.DEFAULT);

        ProbeRows made = ProbeRows.of(probed, answers, writer, true, 1);

        String partial = "The capital of Kenya is Nairobi. I don't know that.";
        assertThat(made.refusals())
                .extracting(SftRow.PromptResponse::response)
                .containsExactly(partial, partial, "I don't know that.");
        assertThat(made.partial()).isEqualTo(2);
        assertThat(ProbeRows.of(probed, answers, writer, false, 1).refusals())
                .extracting(SftRow.PromptResponse::response)
                .containsOnly("I don't know that.");
    }

    @Test
    void asManyPairsPreferTheAnswerAsTheRefusal() {
        RefusalWriter writer = new RefusalWriter(List.of("I don't know."), 1, AnswerJudge.DEFAULT);
        ProbedQuestion known = answered(answer("It is Paris.", Verdict.CORRECT, true));
        List<ProbedQuestion> probed = new ArrayList<>(List.of(known, known));
        for (int i = 0; i < 10; i++) {
            probed.add(answered(answer("It is Rome " + i + ".", Verdict.WRONG, true)));
        }

        ProbeRows made = ProbeRows.of(probed, Optional.empty(), writer, false, 1);

        assertThat(made.pairs())
                .extracting(pair -> pair.chosen().equals("I don't know."))
                .containsExactly(false, false, true, true);
        assertThat(made.pairsLeftOut()).isEqualTo(8);
        assertThat(made.known()).hasSize(2);
        assertThat(made.refusals()).hasSize(10);
        assertThat(ProbeRows.of(probed, Optional.empty(), writer, false, 1)).isEqualTo(made);
        assertThat(ProbeRows.of(probed, Optional.empty(), writer, false, 2).pairs())
                .isNotEqualTo(made.pairs());
        assertThat(ProbeRows.of(probed.subList(2, 12), Optional.empty(), writer, false, 1)
                        .pairs())
                .isEmpty();
    }

    private static ProbedQuestion answered(JudgedAnswer greedy, JudgedAnswer... samples) {
        return ProbedQuestion.of(KnowledgeProbe.DEFAULT, greedy, List.of(samples));
    }

    private static JudgedAnswer answer(String text, Verdict verdict, boolean ended) {
        QuestionRow row = new QuestionRow(null, "Capital of France?", List.of("Paris"), null, Map.of());
        return new JudgedAnswer(row, text, verdict, 2, -1, ended);
    }

    @Test
    void writesACardAndWarnsIfRefusalsWouldDominate() throws IOException {
        TestContext context = TestContext.running();
        Map<String, Double> metrics = probe(null, null, context);
        assertThat(context.printed()).contains("warning: the model knows none of the answers");
        assertThat(metrics).containsEntry("known_rows", 0.0).containsEntry("share_correct", 0.0);
        assertThat(metrics.get("agreement")).isBetween(0.5, 1.0);
        assertThat(lines("knowledge.jsonl").getFirst().path("confidence").asDouble())
                .isBetween(0.0, 1.0);
        assertThat(Files.readString(folder.resolve("out/data-card.md")))
                .contains(
                        "| `refusals.jsonl` | 3 |", "| country | 2 | 0 | 0 | 2 | 0 |", "| asked | 2 | 0 | 0 | 1 | 1 |");
        assertThat(folder.resolve("out/known.jsonl")).isEmptyFile();
        assertThat(folder.resolve("out/unsure.jsonl")).isEmptyFile();
    }

    @Test
    void aRowsOwnRefusalIsWrittenAndMustBeARefusal() throws IOException {
        String row = """
                {"question": "What is the capital of the Moon?", "answers": [], "meta": {"refusal": "%s"}}
                """;
        questions = row.formatted("There is no such thing as a capital of the Moon.");
        probe(null, null);
        assertThat(lines("refusals.jsonl"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("response").asText()).startsWith("There is no such thing"));
        questions = row.formatted("It is Selene.");
        assertThatThrownBy(() -> probe(null, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("meta.refusal \"It is Selene.\"");
    }

    @Test
    void readsAPublicFormatAndShowsThePassage() throws IOException {
        questions = """
                {"id": "a", "title": "Mill", "context": "Ann built it.", "question": "Who built it?", "answers": {"text": ["Ann"], "answer_start": [0]}}
                {"id": "b", "title": "Mill", "context": "Ann built it.", "question": "Who sold it?", "answers": {"text": [], "answer_start": []}}
                """;
        TestContext context = TestContext.running();
        Map<String, Double> metrics = probe(null, null, context);

        assertThat(context.printed()).contains("questions.jsonl: 2 questions of SQuAD, 1 of them without an answer");
        assertThat(metrics).containsEntry("questions", 2.0).containsEntry("answerable", 1.0);
        assertThat(lines("refusals.jsonl"))
                .extracting(row -> row.path("prompt").asText())
                .containsExactly("Ann built it.\n\nWho built it?", "Ann built it.\n\nWho sold it?");
        assertThat(lines("refusals.jsonl"))
                .noneSatisfy(row -> assertThat(row.path("response").asText()).contains("Mill"));
        assertThat(KnowledgeFile.decisions(folder.resolve("out/knowledge.jsonl")))
                .containsOnlyKeys("a", "b");
    }

    private static ProbedQuestion probed(String split, @Nullable String answer, Verdict greedy, Verdict... samples) {
        QuestionRow row =
                new QuestionRow(null, "?", answer == null ? List.of() : List.of(answer), null, Map.of("split", split));
        return ProbedQuestion.of(
                KnowledgeProbe.DEFAULT,
                new JudgedAnswer(row, "", greedy),
                Stream.of(samples)
                        .map(verdict -> new JudgedAnswer(row, "", verdict))
                        .toList());
    }

    private Map<String, Double> probe(@Nullable List<String> splits, @Nullable Path refusals) throws IOException {
        return probe(splits, refusals, TestContext.running());
    }

    private Map<String, Double> probe(@Nullable List<String> splits, @Nullable Path refusals, TestContext context)
            throws IOException {
        Path model = folder.resolve("model");
        if (!Files.exists(model)) {
            TinyModels.llama(model, 3);
        }
        Path file = Files.writeString(folder.resolve("questions.jsonl"), questions);
        ProbeOptions options = new ProbeOptions(
                new ModelOptions(model),
                new DocumentOptions(null, 200, 120, null, null),
                new OutputOptions(folder.resolve("out")),
                2,
                new TopPOptions(1),
                0.5,
                0.25,
                splits,
                refusals,
                false,
                new QuestionOptions(file, new AnswerJudgeOptions(List.of(), verdicts)),
                new BatchSamplingOptions(
                        new TemperatureOptions(1),
                        new CompletionOptions(8, new SeedOptions(9)),
                        new BatchSizeOptions(16)),
                new ConversationOptions(null),
                new EngineOptions(TestDevice.NAME, "float32"));
        return CheckedRun.of(new Probe(), options, context).metrics();
    }

    private List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("out").resolve(file))) {
            rows.add(Json.mapper().readTree(line));
        }
        return rows;
    }
}
