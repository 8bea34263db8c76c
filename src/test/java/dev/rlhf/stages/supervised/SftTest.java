package dev.rlhf.stages.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.ChatMl;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.TemplateFormat;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SftTest {
    private static final String ROWS = """
            {"prompt": "What is the capital of France?", "response": "Paris."}
            {"prompt": "Where does the river flow?", "response": "Into the sea."}
            {"messages": [{"role": "user", "content": "Who was the painter?"}, {"role": "assistant", "content": "I don't know."}]}
            {"prompt": "Which city is it?", "response": "The capital."}
            """;

    @TempDir
    private Path folder;

    private Path base;
    private Path rows;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        rows = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
    }

    private SftOptions options(String out, Object... more) {
        Object[] all = new Object[16 + more.length];
        Object[] common = {
            "output_dir",
            folder.resolve(out),
            "model_name_or_path",
            base,
            "dataset",
            rows,
            "eval_fraction",
            0,
            "max_length",
            64,
            "per_device_train_batch_size",
            4,
            "lr_scheduler_type",
            "constant",
            "device",
            TestDevice.NAME
        };
        System.arraycopy(common, 0, all, 0, 16);
        System.arraycopy(more, 0, all, 16, more.length);
        return Options.of(SftOptions.class, all);
    }

    @Test
    void overfitsOneBatchAndAnswersAsTaught() throws IOException {
        StageResult result = CheckedRun.of(
                new Sft(),
                options("run", "max_steps", 120, "learning_rate", 1e-2, "eval_dataset", rows),
                TestContext.running());
        assertThat(result.metrics().get("eval_loss")).isLessThan(0.02);
        Path model = folder.resolve("run/model");
        try (Torch torch = TestDevice.open();
                Tokenizer tokenizer = Tokenizer.load(model);
                CausalLm lm = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false)) {
            ChatMl format = new ChatMl(tokenizer);
            int[] prompt = format.prompt(List.of(Message.user("What is the capital of France?")));
            int[] answer = new Generator(torch, lm, 1)
                    .generate(List.of(prompt), Sampling.greedy(20, Set.of(format.endId())))
                    .getFirst()
                    .visibleIds();
            assertThat(tokenizer.decode(answer)).isEqualTo("Paris.");
        }
    }

    /** transformers needs both to chat with the model as it was trained, and to stop where it ends its answers. */
    @Test
    void theSavedFolderHasTheTemplateAndTheEndTokenOfTraining() throws IOException {
        JsonNode config =
                Json.mapper().readTree(base.resolve("tokenizer_config.json").toFile());
        Files.writeString(
                base.resolve("tokenizer_config.json"),
                ((ObjectNode) config)
                        .put("eos_token", "<|endoftext|>")
                        .without("chat_template")
                        .toString());
        Files.writeString(base.resolve("generation_config.json"), "{\"eos_token_id\": 0, \"top_p\": 0.9}");
        new Sft().run(options("run", "max_steps", 1), TestContext.running());
        Path model = folder.resolve("run/model");
        JsonNode generation =
                Json.mapper().readTree(model.resolve("generation_config.json").toFile());
        try (Tokenizer before = Tokenizer.load(base);
                Tokenizer after = Tokenizer.load(model)) {
            ChatMl trained = new ChatMl(before);
            List<Message> chat = List.of(Message.system("s"), Message.user("Who?"), Message.assistant("The painter."));
            ConversationFormat saved = ConversationFormat.of(after);
            assertThat(saved).isInstanceOf(TemplateFormat.class);
            assertThat(saved.encode(chat)).usingRecursiveComparison().isEqualTo(trained.encode(chat));
            assertThat(saved.prompt(chat.subList(0, 2))).isEqualTo(trained.prompt(chat.subList(0, 2)));
            assertThat(generation.path("eos_token_id"))
                    .isEqualTo(Json.mapper().valueToTree(List.of(0, trained.endId())));
        }
        assertThat(generation.path("top_p").asDouble()).isEqualTo(0.9);

        base = model;
        new Sft().run(options("again", "max_steps", 1), TestContext.running());
        assertThat(folder.resolve("again/model/generation_config.json"))
                .as("unchanged if the end token is there already")
                .hasSameBinaryContentAs(model.resolve("generation_config.json"));
    }

    @Test
    void stoppedAndResumedEqualsUninterruptedBitForBit() throws IOException {
        Object[] steps = {"max_steps", 6, "learning_rate", 1e-3, "logging_steps", 1, "per_device_train_batch_size", 2};
        new Sft().run(options("whole", steps), TestContext.running());
        SftOptions cut = options("cut", steps);
        assertThatThrownBy(() -> new Sft().run(cut, TestContext.stoppingAt(3)))
                .isInstanceOf(InterruptedRunException.class)
                .hasMessageContaining("after step 3 of 6");
        new Sft().run(cut, TestContext.running());
        assertThat(folder.resolve("cut/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model/model.safetensors"));
    }

    @Test
    void zeroStepsAreRefused() {
        assertThatThrownBy(() -> options("run", "max_steps", 0))
                .hasMessageContaining("max_steps: 0 steps train nothing; give a number of steps, or -1");
    }

    @Test
    void aRunWithoutAppliedUpdatesFailsAndSavesNoModel() throws IOException {
        TinyModels.poison(base, "model.norm.weight", 0);
        assertThatThrownBy(() -> new Sft().run(options("run", "max_steps", 3), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageContaining("none of the 3 updates was applied");
        assertThat(folder.resolve("run/model")).doesNotExist();
    }

    @Test
    void aModelWhoseLastUpdateOverflowsIsAFailureAndIsNotSaved() {
        assertThatThrownBy(() -> new Sft()
                        .run(options("overflow", "max_steps", 1, "weight_decay", 1e300), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith("sft: weights are not finite after the last step; no model is saved.");
        assertThat(folder.resolve("overflow/model")).doesNotExist();
    }

    @Test
    void accumulationAndPackingChangeNeitherLossNorWeights() throws IOException {
        Map<String, Double> whole = new Sft()
                .run(options("a", "max_steps", 1, "eval_dataset", rows), TestContext.running())
                .metrics();
        Map<String, Double> split = new Sft()
                .run(
                        options(
                                "b",
                                "max_steps",
                                1,
                                "per_device_train_batch_size",
                                1,
                                "gradient_accumulation_steps",
                                4,
                                "eval_dataset",
                                rows),
                        TestContext.running())
                .metrics();
        Map<String, Double> packed = new Sft()
                .run(options("c", "max_steps", 1, "packing", true, "eval_dataset", rows), TestContext.running())
                .metrics();
        assertThat(split.get("eval_loss")).isCloseTo(whole.get("eval_loss"), within(1e-5));
        assertThat(packed.get("eval_loss")).isCloseTo(whole.get("eval_loss"), within(1e-5));
    }

    @Test
    void tooManyTruncatedRowsAreRefusedInOneLine() {
        assertThatThrownBy(() -> new Sft().run(options("run", "max_length", 12, "max_steps", 1), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl")
                .hasMessageContaining("max_length 12");
    }

    @Test
    void maxLengthBeyondTheModelIsRefused() {
        assertThatThrownBy(
                        () -> new Sft().run(options("run", "max_length", 4096, "max_steps", 1), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage("max_length: 4096 is too much, because the model has 128 positions; set it to 128 or less");
    }

    @Test
    void tokenIdsTrainWithoutATokenizer() throws IOException {
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            Files.delete(base.resolve(name));
        }
        Files.writeString(
                rows,
                "{\"input_ids\": [5, 6, 7, 8], \"labels\": [-100, -100, 7, 8]}\n"
                        + "{\"input_ids\": [5, 9, 10], \"labels\": [-100, 9, 10]}\n");
        StageResult result = new Sft().run(options("ids", "max_steps", 2, "eval_dataset", rows), TestContext.running());
        assertThat(result.metrics()).containsEntry("rows", 2.0).containsEntry("rows_truncated", 0.0);
        assertThat(result.metrics().get("eval_loss")).isPositive();
    }

    @Test
    void onePromptIsOnOneSideOfTheSplitOfAllDataSetsTogether() throws IOException {
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");
        StringBuilder a = new StringBuilder();
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            a.append("{\"prompt\": \"Which city is it? %d\", \"response\": \"Paris.\"}%n".formatted(i));
            b.append(("{\"id\": %d, \"messages\": [{\"role\": \"user\", \"content\": \" Which city  is it? %d\"},"
                            + " {\"role\": \"assistant\", \"content\": \"The sea.\"}]}%n")
                    .formatted(i, i));
        }
        Files.writeString(first, a.toString());
        Files.writeString(second, b.toString());
        SftOptions options = Options.of(
                SftOptions.class,
                "output_dir",
                folder.resolve("split"),
                "model_name_or_path",
                base,
                "datasets",
                "[{path: %s}, {path: %s}]".formatted(first, second),
                "eval_fraction",
                0.2,
                "max_length",
                64,
                "max_steps",
                1,
                "device",
                TestDevice.NAME);
        TestContext context = TestContext.running();
        StageResult result = new Sft().run(options, context);
        List<JsonNode> heldOut = Rows.read(folder.resolve("split/held_out.jsonl"));
        Map<String, List<Integer>> lines = heldOut.stream()
                .collect(Collectors.groupingBy(
                        row -> row.path("file").asText(),
                        Collectors.mapping(row -> row.path("line").asInt(), Collectors.toList())));
        assertThat(lines.get(first.toString())).hasSize(4).isEqualTo(lines.get(second.toString()));
        assertThat(result.metrics())
                .containsEntry("rows_teaching_end", 32.0)
                .containsEntry("eval_rows_in_training", 0.0);
        assertThat(context.printed())
                .contains("32 of 32 rows train the end token")
                .doesNotContain("warning");
    }

    @Test
    void rowsWithoutAPromptAreHeldOutAsOthersAre() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            text.append("{\"input_ids\": [5, %d], \"labels\": [5, %d]}%n".formatted(6 + i, 6 + i));
        }
        Files.writeString(rows, text.toString());
        new Sft().run(options("run", "max_steps", 1, "eval_fraction", 0.2), TestContext.running());
        assertThat(Rows.read(folder.resolve("run/held_out.jsonl"))).hasSize(4);
    }

    @Test
    void rowsOfTheEvaluationThatAreLostAreCounted() throws IOException {
        Path evaluation = folder.resolve("evaluation.jsonl");
        Files.writeString(
                evaluation,
                "{\"input_ids\": [5, 6, 7, 8, 9], \"labels\": [5, 6, 7, 8, 9]}\n"
                        + "{\"input_ids\": [5, 6], \"labels\": [-100, -100]}\n".repeat(2)
                        + "{\"input_ids\": [%s], \"labels\": [%s]}\n"
                                .formatted("5, ".repeat(70) + 5, "5, ".repeat(70) + 5));
        TestContext context = TestContext.running();
        new Sft().run(options("run", "max_steps", 1, "max_lost", 0.75, "eval_dataset", evaluation), context);
        assertThat(context.printed())
                .contains("eval_dataset: 4 rows: 2 dropped (nothing to evaluate), 1 truncated; 69 tokens")
                .contains("4 rows: 0 dropped (nothing to train on), 0 truncated; 2 held out for evaluation");
    }

    @Test
    void weightsAreRefusedWhereEveryRowIsTakenOnceInOrder() {
        Object[] mixed = {
            "output_dir",
            folder.resolve("run"),
            "model_name_or_path",
            base,
            "datasets",
            "[{path: %s, weight: 2}, {path: %s}]".formatted(rows, rows),
            "shuffle_dataset",
            false
        };
        assertThatThrownBy(() -> Options.of(SftOptions.class, mixed))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("weights other than 1 need shuffle_dataset: true");
    }

    @Test
    void rowsWithoutTheEndTokenAreCountedAndWarnedOf() throws IOException {
        Files.writeString(
                rows,
                ROWS + "{\"input_ids\": [5, 6], \"labels\": [-100, 6]}\n".repeat(5)
                        + "{\"input_ids\": [5, 7], \"labels\": [5, 7]}\n");
        TestContext context = TestContext.running();
        StageResult result = new Sft().run(options("run", "max_steps", 1, "eval_dataset", rows), context);
        assertThat(result.metrics())
                .containsEntry("rows_teaching_end", 4.0)
                .containsEntry("eval_rows_in_training", 10.0);
        assertThat(context.printed())
                .contains("4 of 10 rows train the end token")
                .contains("warning: most rows do not teach the model to end its answers")
                .contains("warning: 10 of 10 rows of the evaluation have a prompt that is also trained on");
    }

    @Test
    void asManyRowsMayBeLostAsMaxLostAllowsAndNotOneMore() throws IOException {
        Files.writeString(rows, ROWS + "{\"input_ids\": [5, 6], \"labels\": [-100, -100]}\n");
        StageResult result = new Sft().run(options("fifth", "max_steps", 1, "max_lost", 0.2), TestContext.running());
        assertThat(result.metrics()).containsEntry("rows", 5.0).containsEntry("rows_dropped", 1.0);
        assertThatThrownBy(
                        () -> new Sft().run(options("less", "max_steps", 1, "max_lost", 0.19), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("1 have nothing to train on");
    }

    @Test
    void withoutShufflingEveryEpochIsInTheOrderOfTheFile() throws IOException {
        // Row k has k + 1 tokens more than the one before it, so that the tokens of a step tell its row.
        Files.writeString(rows, """
                {"input_ids": [5, 6], "labels": [5, 6]}
                {"input_ids": [5, 6, 7], "labels": [5, 6, 7]}
                {"input_ids": [5, 6, 7, 8, 9], "labels": [5, 6, 7, 8, 9]}
                {"input_ids": [5, 6, 7, 8, 9, 5, 6, 7], "labels": [5, 6, 7, 8, 9, 5, 6, 7]}
                """);
        Object[] single = {"per_device_train_batch_size", 1, "num_train_epochs", 3, "logging_steps", 1};
        new Sft().run(options("shuffled", single), TestContext.running());
        Object[] inOrder = Arrays.copyOf(single, single.length + 2);
        inOrder[single.length] = "shuffle_dataset";
        inOrder[single.length + 1] = false;
        new Sft().run(options("ordered", inOrder), TestContext.running());
        assertThat(tokensPerStep("ordered")).containsExactly(2, 3, 5, 8, 2, 3, 5, 8, 2, 3, 5, 8);
        assertThat(tokensPerStep("shuffled"))
                .isNotEqualTo(tokensPerStep("ordered"))
                .containsExactlyInAnyOrder(2, 3, 5, 8, 2, 3, 5, 8, 2, 3, 5, 8);
    }

    private int[] tokensPerStep(String run) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"));
        int[] tokens = new int[lines.size()];
        int before = 0;
        for (int i = 0; i < tokens.length; i++) {
            int now = Json.mapper().readTree(lines.get(i)).path("num_tokens").asInt();
            tokens[i] = now - before;
            before = now;
        }
        return tokens;
    }

    @Test
    void splittingAStepIntoMicroBatchesOfUnequalLengthChangesNothing() throws IOException {
        Object[] one = {"max_steps", 1, "learning_rate", 1e-3, "logging_steps", 1, "dropout", false};
        new Sft().run(options("whole", one), TestContext.running());
        Object[] cut = Arrays.copyOf(one, one.length + 4);
        System.arraycopy(
                new Object[] {"per_device_train_batch_size", 1, "gradient_accumulation_steps", 4},
                0,
                cut,
                one.length,
                4);
        new Sft().run(options("cut", cut), TestContext.running());
        JsonNode whole =
                Json.mapper().readTree(folder.resolve("whole/metrics.jsonl").toFile());
        JsonNode parts =
                Json.mapper().readTree(folder.resolve("cut/metrics.jsonl").toFile());
        for (String name : List.of("loss", "grad_norm")) {
            double expected = whole.path(name).asDouble(Double.NaN);
            assertThat(parts.path(name).asDouble()).isCloseTo(expected, within(1e-5 * expected));
        }
    }
}
