package dev.rlhf.stages.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.Document;
import dev.rlhf.data.Origin;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.YesNoScorer;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.testing.DataRows;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentProbeTest {
    private static final String SNIPPET = "Ann was the painter of the sea.";

    @TempDir
    static Path folder;

    private static Path plain;
    private static Path writer;

    /** The writer is trained to write the same question on every snippet. */
    @BeforeAll
    static void makeModels() throws IOException {
        plain = TinyModels.llama(folder.resolve("plain"), 1, json -> json.put("max_position_embeddings", 512));
        Path rows = Rows.write(
                folder.resolve("rows.jsonl"),
                Json.mapper()
                        .writeValueAsString(Map.of(
                                "prompt",
                                QuestionWriter.PROMPT.formatted(SNIPPET),
                                "response",
                                "Question: Who was the painter?")));
        new Sft()
                .run(
                        Options.of(
                                SftOptions.class,
                                "model_name_or_path",
                                plain,
                                "dataset",
                                rows,
                                "output_dir",
                                folder.resolve("sft"),
                                "device",
                                TestDevice.NAME,
                                "max_length",
                                400,
                                "max_steps",
                                60,
                                "learning_rate",
                                3e-3,
                                "eval_fraction",
                                0),
                        TestContext.running());
        writer = folder.resolve("sft/model");
    }

    @Test
    void theSixStepsFromADocumentToRefusals() throws IOException {
        Path documents = Rows.write(folder.resolve("docs.jsonl"), "{\"text\": \"%s\"}".formatted(SNIPPET));
        TestContext context = TestContext.running();
        Map<String, Double> metrics = probe("six", documents, context);

        assertThat(context.printed()).contains("1 questions on 1 snippets");
        assertThat(metrics).containsEntry("questions", 1.0).containsEntry("answerable", 1.0);
        JsonNode line = Rows.read(folder.resolve("six/knowledge.jsonl")).getFirst();
        assertThat(line.path("question").asText()).isEqualTo("Who was the painter?");
        assertThat(line.path("reference").asText()).isEqualTo(SNIPPET);
        assertThat(line.path("judged")).hasSize(3); // the greedy answer and two samples
        assertThat(line.path("judged").get(0).path("answer")).isEqualTo(line.path("greedy"));
        for (JsonNode judged : line.path("judged")) {
            assertThat(judged.path("p_correct").asDouble(-1)).isBetween(0.0, 1.0);
            assertThat(judged.path("p_informative").asDouble(-1)).isBetween(0.0, 1.0);
            boolean informative = judged.path("p_informative").asDouble() >= 0.5;
            String verdict = judged.path("verdict").asText();
            if (!verdict.equals("refused")) {
                assertThat(informative).isTrue();
                assertThat(verdict.equals("correct"))
                        .isEqualTo(judged.path("p_correct").asDouble() >= 0.5);
            }
        }
        long rows = Stream.of("known", "refusals", "unsure")
                .flatMap(name -> lines("six/" + name + ".jsonl"))
                .count();
        assertThat(rows).isLessThanOrEqualTo(1); // one file has it, unless no answer that is known ended
        if (line.path("decision").asText().equals("unknown")) {
            assertThat(DataRows.sft(folder.resolve("six/refusals.jsonl"))).hasSize(1);
        } else if (line.path("decision").asText().equals("unsure")) {
            assertThat(DataRows.prompts(folder.resolve("six/unsure.jsonl"))
                            .getFirst()
                            .meta())
                    .containsEntry("reference", SNIPPET);
        }
        assertThat(Files.readString(folder.resolve("six/data-card.md")))
                .contains("Questions on them were written by `%s`".formatted(writer), "judged by a model and rules");
    }

    @Test
    void aWriterThatAsksNothingIsNamed() throws IOException {
        Path documents = Rows.write(folder.resolve("none.jsonl"), "{\"text\": \"%s\"}".formatted(SNIPPET));
        Path trained = writer;
        writer = plain;
        try {
            assertThatThrownBy(() -> probe("none", documents, TestContext.running()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("none.jsonl: no question was written")
                    .hasMessageContaining("question_writer");
        } finally {
            writer = trained;
        }
    }

    @Test
    void questionsAndDocumentsExcludeEachOther() {
        assertThatThrownBy(() -> Options.of(
                        ProbeOptions.class, "model_name_or_path", plain, "output_dir", folder.resolve("neither")))
                .hasMessageContaining("give either questions or documents");
    }

    @Test
    void theEvidenceIsTheProbabilityOfYesAgainstNo() throws IOException {
        JudgedAnswer answer = new JudgedAnswer(
                new QuestionRow(null, "Who was it?", List.of(), null, Map.of()), "Ann.", Verdict.WRONG);
        try (Models models = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(models, writer)) {
            ModelJudge judge = new ModelJudge(new YesNoScorer(model, new LogProbScorer(models.torch(), 4)));
            List<ModelJudge.Evidence> evidence = judge.judge(
                    List.of(new ModelJudge.Case(answer, SNIPPET), new ModelJudge.Case(answer, "Ben was it.")),
                    TestContext.running());
            assertThat(evidence).hasSize(2);
            assertThat(evidence.get(0).correct()).isNotEqualTo(evidence.get(1).correct());
            assertThat(evidence.get(0).informative())
                    .as("it is judged without the reference")
                    .isEqualTo(evidence.get(1).informative());
        }
    }

    @Test
    void verdictsOfRulesAndModelTogether() {
        assertThat(new ModelJudge.Evidence(0.9, 0.9).verdict(Verdict.WRONG)).isEqualTo(Verdict.CORRECT);
        assertThat(new ModelJudge.Evidence(0.2, 0.9).verdict(Verdict.WRONG)).isEqualTo(Verdict.WRONG);
        assertThat(new ModelJudge.Evidence(0.9, 0.2).verdict(Verdict.WRONG)).isEqualTo(Verdict.REFUSED);
        assertThat(new ModelJudge.Evidence(0.9, 0.9).verdict(Verdict.REFUSED)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void onlyConsistentlyInformativeAndWrongAnswersAreUnknown() {
        assertThat(decided(Verdict.WRONG, Verdict.WRONG, Verdict.REFUSED)).isEqualTo(Knowledge.UNKNOWN);
        assertThat(decided(Verdict.WRONG, Verdict.REFUSED, Verdict.REFUSED)).isEqualTo(Knowledge.UNSURE);
        assertThat(decided(Verdict.REFUSED, Verdict.WRONG, Verdict.WRONG)).isEqualTo(Knowledge.UNSURE);
        assertThat(decided(Verdict.CORRECT, Verdict.CORRECT, Verdict.WRONG)).isEqualTo(Knowledge.KNOWN);
    }

    private static Knowledge decided(Verdict greedy, Verdict... samples) {
        QuestionRow row = new QuestionRow(null, "?", List.of(), null, Map.of());
        return ProbedQuestion.of(
                        KnowledgeProbe.DEFAULT,
                        new JudgedAnswer(row, "", greedy),
                        Stream.of(samples)
                                .map(verdict -> new JudgedAnswer(row, "", verdict))
                                .toList(),
                        new ProbedQuestion.Reference("", List.of()))
                .knowledge();
    }

    @Test
    void theQuestionIsFoundInWhatTheWriterSays() {
        assertThat(QuestionWriter.question("Who was Ann?")).hasValue("Who was Ann?");
        assertThat(QuestionWriter.question("Sure!\n**Question:** \"Who was Ann?\"\nAnswer: a painter"))
                .hasValue("Who was Ann?");
        assertThat(QuestionWriter.question("1. When did the U.S. buy Alaska? It was"))
                .hasValue("When did the U.S. buy Alaska?");
        assertThat(QuestionWriter.question("\u8c01\u662f\u5b89\u00b7\u5965\u5fb7\uff1f"))
                .hasValue("\u8c01\u662f\u5b89\u00b7\u5965\u5fb7\uff1f");
        assertThat(QuestionWriter.question("Ann was a painter.")).isEmpty();
        assertThat(QuestionWriter.question("What?")).isEmpty();
    }

    @Test
    void snippetsEndWithSentencesAndAreSpread() {
        assertThat(Snippets.of(List.of(document("One two three. Four five six seven eight. Nine ten.")), 6, 0))
                .containsExactly("One two three.", "Four five six seven eight.");
        assertThat(Snippets.of(List.of(document("a b c d e f g h i j k l m n")), 6, 0))
                .containsExactly("a b c d e f", "g h i j k l");
        assertThat(Snippets.of(List.of(document("short"), document("text")), 6, 0))
                .containsExactly("short", "text");
        List<Document> many =
                IntStream.range(0, 10).mapToObj(i -> document("d" + i)).toList();
        assertThat(Snippets.of(many, 6, 3)).containsExactly("d0", "d3", "d6");
    }

    private static Document document(String text) {
        return new Document(text, null, new Origin(Path.of("x"), 1));
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve(file)).stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, Double> probe(String output, Path documents, TestContext context) throws IOException {
        return new Probe()
                .run(
                        Options.of(
                                ProbeOptions.class,
                                "model_name_or_path",
                                plain,
                                "documents",
                                documents,
                                "question_writer",
                                writer,
                                "judge_model",
                                writer,
                                "output_dir",
                                folder.resolve(output),
                                "num_samples",
                                2,
                                "max_new_tokens",
                                8,
                                "device",
                                TestDevice.NAME),
                        context)
                .metrics();
    }
}
