package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Logprobs;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.stages.batch.Score;
import dev.rlhf.stages.batch.ScoringOptions;
import dev.rlhf.stages.batch.ShowTokens;
import dev.rlhf.stages.batch.ShowTokensOptions;
import dev.rlhf.stages.chat.ChatOptions;
import dev.rlhf.stages.chat.TerminalChat;
import dev.rlhf.stages.eval.Eval;
import dev.rlhf.stages.eval.EvalOptions;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.probe.Probe;
import dev.rlhf.stages.probe.ProbeOptions;
import dev.rlhf.stages.rank.Sample;
import dev.rlhf.stages.rank.SampleOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models with a chat template of their own, and a tokenizer whose post-processor writes the BOS that the template
 * writes, too.
 */
class ChatTemplateStagesTest {
    private static final Path HEADERS = Path.of("src/test/resources/golden/chat/headers");
    private static final String TURNS =
            "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}";
    private static final String RANKED =
            "{\"id\": \"%s\", \"prompt\": \"a\", \"completions\": [{\"id\": \"a\", \"text\": \"b\"}, {\"id\": \"b\", "
                    + "\"text\": \"c\"}], \"rankings\": [{\"labeler\": \"one\", \"ranks\": [1, 2]}]}";

    @TempDir
    static Path folder;

    private static Path model;
    private static Path failing;
    private static Path failingReward;

    @BeforeAll
    static void makeModels() throws IOException {
        model = TinyModels.llama(folder.resolve("model"), HEADERS, 1);
        failing = TinyModels.llama(folder.resolve("failing"), HEADERS, 1);
        Files.writeString(
                failing.resolve("chat_template.jinja"),
                "{{ raise_exception('the template was asked'"
                        + " ~ (' by ' ~ messages[0]['content'] if messages[0]['role'] == 'system' else '')) }}");
        failingReward = TinyModels.reward(folder.resolve("reward"), failing, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sft", "reward", "ppo", "sample", "generate", "logprobs", "score", "probe", "eval", "show-tokens"
            })
    void everyStagePutsConversationsThroughTheModelsOwnTemplate(String stage) {
        assertThatThrownBy(() -> run(stage, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("chat_template.jinja:1: the template was asked")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sft", "reward", "ppo", "sample", "probe", "eval"})
    void everyStageOfAModelCanAddASystemMessage(String stage) {
        assertThatThrownBy(() -> run(stage, List.of("system", "one who is brief")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("chat_template.jinja:1: the template was asked by one who is brief");
        assertThatThrownBy(() -> run(stage, List.of("system", "")))
                .as("an empty one, in place of the template's own")
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the template was asked by ");
    }

    private static void run(String stage, List<Object> more) throws Exception {
        Path turns = Rows.write(folder.resolve("turns.jsonl"), TURNS);
        Path prompts = Rows.write(folder.resolve("prompts.jsonl"), "{\"prompt\": \"a\"}");
        Path pairs = Rows.write(folder.resolve("pairs.jsonl"), "{\"prompt\": \"a\", \"response\": \"b\"}");
        Path questions = Rows.write(folder.resolve("q.jsonl"), "{\"question\": \"a\", \"answers\": [\"b\"]}");
        Path ranked = Rows.write(folder.resolve("ranked.jsonl"), RANKED.formatted("t1"), RANKED.formatted("t2"));
        Path output = folder.resolve("out-" + stage);
        List<Object> common = and(List.of("model_name_or_path", failing, "device", TestDevice.NAME), more);
        switch (stage) {
            case "sft" ->
                new Sft()
                        .run(
                                of(SftOptions.class, common, "dataset", turns, "output_dir", output, "max_length", 64),
                                context());
            case "reward" ->
                new Reward().run(of(RewardOptions.class, common, "dataset", ranked, "output_dir", output), context());
            case "ppo" ->
                new Ppo()
                        .run(
                                of(
                                        PpoOptions.class,
                                        common,
                                        "dataset",
                                        prompts,
                                        "output_dir",
                                        output,
                                        "reward_model_path",
                                        failingReward),
                                context());
            case "sample" ->
                new Sample().run(of(SampleOptions.class, common, "prompts", prompts, "output_dir", output), context());
            case "generate" ->
                new Generate().run(of(GenerateOptions.class, common, "input", prompts, "output", output), context());
            case "logprobs" ->
                new Logprobs().run(of(ScoringOptions.class, common, "input", pairs, "output", output), context());
            case "score" ->
                new Score()
                        .run(
                                of(
                                        ScoringOptions.class,
                                        List.of("model_name_or_path", failingReward, "device", TestDevice.NAME),
                                        "input",
                                        pairs,
                                        "output",
                                        output),
                                context());
            case "probe" ->
                new Probe()
                        .run(of(ProbeOptions.class, common, "questions", questions, "output_dir", output), context());
            case "eval" ->
                new Eval()
                        .run(
                                of(
                                        EvalOptions.class,
                                        and(List.of("device", TestDevice.NAME), more),
                                        "models",
                                        "[{name: one, path: %s}]".formatted(failing),
                                        "prompts",
                                        prompts,
                                        "output_dir",
                                        output),
                                context());
            default ->
                new ShowTokens(false)
                        .run(
                                of(ShowTokensOptions.class, List.of("model_name_or_path", failing), "input", turns),
                                context());
        }
    }

    private static List<Object> and(List<Object> some, List<Object> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    @Test
    void chatReportsWhatTheTemplateRefusesAndContinues() throws IOException {
        TestContext context = context();
        new TerminalChat(new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8)), false)
                .run(of(ChatOptions.class, List.of("model_name_or_path", failing, "device", TestDevice.NAME)), context);
        assertThat(context.printed().lines().filter(line -> line.contains("the template was asked")))
                .hasSize(2);
    }

    @Test
    void bosOccursOnceWhetherTheTemplateOrTheTokenizerWritesIt() throws IOException {
        Path plain = TinyModels.llama(folder.resolve("plain"), HEADERS, 1);
        Files.delete(plain.resolve("chat_template.jinja"));
        Path input = Rows.write(
                folder.resolve("bos.jsonl"),
                "{\"prompt\": \"a\", \"response\": \"b\"}",
                "{\"text\": \"a\"}",
                "{\"text\": \"<|begin_of_text|>a\"}");
        for (Path each : List.of(model, plain)) {
            for (boolean raw : List.of(false, true)) {
                Path output = folder.resolve("bos-out.jsonl");
                List<Object> options = List.of("model_name_or_path", each, "device", TestDevice.NAME, "raw", raw);
                new Logprobs().run(of(ScoringOptions.class, options, "input", input, "output", output), context());
                for (JsonNode row : Rows.read(output)) {
                    assertBeginsOnce(Rows.ints(row.path("token_ids")));
                }
            }
            Path shown = Rows.write(
                    folder.resolve("shown.jsonl"), "{\"prompt\": \"a\", \"response\": \"b\"}", "{\"prompt\": \"a\"}");
            for (JsonNode row : show(each, shown)) {
                assertBeginsOnce(Rows.ints(row.path("input_ids")));
            }
            try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                    LanguageModel open = LanguageModel.open(session, each)) {
                assertBeginsOnce(open.prompt(List.of(Message.user("a"))));
            }
        }
    }

    private static void assertBeginsOnce(int[] ids) {
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            int begin = tokenizer.bosId().orElseThrow();
            assertThat(ids).startsWith(begin);
            assertThat(IntStream.of(ids).filter(id -> id == begin).count()).isOne();
        }
    }

    @Test
    void showsTheIdsOfTransformersForConversationsWithTools() throws IOException {
        JsonNode cases =
                Json.mapper().readTree(HEADERS.resolve("cases.json").toFile()).get("chats");
        List<String> rows = new ArrayList<>();
        for (JsonNode golden : cases) {
            var row = Json.mapper().createObjectNode();
            row.set("messages", golden.get("messages"));
            if (golden.get("variables").has("tools")) {
                row.set("tools", golden.get("variables").get("tools"));
            }
            rows.add(row.toString());
        }
        List<JsonNode> shown = show(HEADERS, Rows.write(folder.resolve("golden.jsonl"), rows.toArray(String[]::new)));
        for (int i = 0; i < cases.size(); i++) {
            if (cases.get(i).get("add_generation_prompt").asBoolean()
                    == !cases.get(i).get("messages").toString().contains("\"assistant\"")) {
                assertThat(Rows.ints(shown.get(i).path("input_ids")))
                        .isEqualTo(Rows.ints(cases.get(i).path("ids")));
            }
        }
    }

    @Test
    void trainedModelsKeepTemplatesAndGenerationConfig() throws IOException {
        Path start = TinyModels.llama(folder.resolve("start"), HEADERS, 1);
        Files.createDirectories(start.resolve("additional_chat_templates"));
        Files.writeString(start.resolve("additional_chat_templates/tool_use.jinja"), "{{ bos_token }}");
        Files.writeString(start.resolve("generation_config.json"), "{\"eos_token_id\": [3, 4], \"temperature\": 0.6}");
        Path turns = Rows.write(folder.resolve("sft.jsonl"), TURNS);
        Path ranked = Rows.write(folder.resolve("rm.jsonl"), RANKED.formatted("t1"), RANKED.formatted("t2"));
        Path sft = folder.resolve("sft");
        Path reward = folder.resolve("rm");
        List<Object> common = List.of("device", TestDevice.NAME, "max_steps", 1, "max_length", 64);
        new Sft()
                .run(
                        of(SftOptions.class, common, "model_name_or_path", start, "dataset", turns, "output_dir", sft),
                        context());
        new Reward()
                .run(
                        of(
                                RewardOptions.class,
                                common,
                                "model_name_or_path",
                                sft.resolve("model"),
                                "dataset",
                                ranked,
                                "eval_fraction",
                                0,
                                "output_dir",
                                reward),
                        context());
        String generation = "generation_config.json";
        assertThat(Json.mapper()
                        .readTree(sft.resolve("model").resolve(generation).toFile()))
                .as("with the end token of the tokenizer and the one that ends a turn")
                .isEqualTo(Json.mapper().readTree("{\"eos_token_id\": [3, 4, 481, 484], \"temperature\": 0.6}"));
        assertThat(reward.resolve("model").resolve(generation))
                .hasSameBinaryContentAs(sft.resolve("model").resolve(generation));
        for (String file :
                List.of("chat_template.jinja", "additional_chat_templates/tool_use.jinja", "tokenizer.json")) {
            for (Path saved : List.of(sft.resolve("model"), reward.resolve("model"))) {
                assertThat(saved.resolve(file)).hasSameBinaryContentAs(start.resolve(file));
            }
        }
        String settings = "tokenizer_config.json";
        assertThat(sft.resolve("model").resolve(settings)).hasSameBinaryContentAs(start.resolve(settings));
        assertThat(withoutPadding(reward.resolve("model").resolve(settings)))
                .as("a reward model has a padding token of its own")
                .isEqualTo(withoutPadding(start.resolve(settings)));
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel open = LanguageModel.open(session, sft.resolve("model"))) {
            assertThat(open.greedy(8).stopIds())
                    .as("those of generation_config.json, the tokenizer's, and the one that ends a turn")
                    .contains(
                            3,
                            4,
                            open.tokenizer().eosId(),
                            open.tokenizer().idOf("<|eot_id|>").orElseThrow());
        }
    }

    private static List<JsonNode> show(Path model, Path input) throws IOException {
        TestContext context = context();
        new ShowTokens(false)
                .run(
                        of(ShowTokensOptions.class, List.of("model_name_or_path", model), "input", input, "json", true),
                        context);
        List<JsonNode> rows = new ArrayList<>();
        for (String line : context.printed().lines().toList()) {
            rows.add(Json.mapper().readTree(line));
        }
        return rows;
    }

    private static <O extends Record> O of(Class<O> type, List<Object> common, Object... more) {
        List<Object> all = new ArrayList<>(common);
        all.addAll(List.of(more));
        return Options.of(type, all.toArray());
    }

    private static TestContext context() {
        return TestContext.running();
    }

    private static JsonNode withoutPadding(Path file) throws IOException {
        ObjectNode settings = (ObjectNode) Json.mapper().readTree(file.toFile());
        settings.remove("pad_token");
        return settings;
    }
}
