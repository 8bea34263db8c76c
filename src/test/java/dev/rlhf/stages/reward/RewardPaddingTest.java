package dev.rlhf.stages.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Chat;
import dev.rlhf.text.CompanionFiles;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * transformers scores a saved reward model at the tokens where it is scored here. Its
 * {@code …ForSequenceClassification} (4.57, all families) takes the rightmost token that is not the config's
 * {@code pad_token_id}.
 */
class RewardPaddingTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gemma       | \"num_key_value_heads\": 1, \"head_dim\": 10",
                "gemma2      | \"head_dim\": 10, \"query_pre_attn_scalar\": 12",
                "gemma3_text | \"head_dim\": 10, \"sliding_window_pattern\": 2",
                "gpt2        | \"n_embd\": 36, \"n_layer\": 2, \"n_head\": 4, \"n_positions\": 128",
                "gpt_neox    | \"hidden_size\": 36, \"rotary_pct\": 0.5",
                "llama       | \"num_attention_heads\": 4",
                "mistral     | \"head_dim\": 12",
                "olmo2       | \"hidden_size\": 40",
                "phi3        | \"hidden_size\": 36, \"partial_rotary_factor\": 0.5",
                "qwen2       | \"tie_word_embeddings\": true",
                "qwen3       | \"head_dim\": 10",
                "smollm3     | \"no_rope_layer_interval\": 2"
            })
    void noRowEndsWithThePaddingOfTheSavedConfig(String type, String more) throws IOException {
        ObjectNode config = (ObjectNode) Json.mapper().readTree("""
                {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "intermediate_size": 48, "max_position_embeddings": 128, "pad_token_id": null}
                """);
        config.put("model_type", type).setAll((ObjectNode) Json.mapper().readTree("{" + more + "}"));
        Path base = TinyModels.of(folder.resolve("base"), config, Dtype.FLOAT32, 1);
        padWithTheEnd(base);
        Path saved = folder.resolve("reward");
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                ScalarModel model = TrainableModels.scalarModel(
                        session, Checkpoint.weightsOf(base), ScalarModel.HeadInit.NORMAL, 1)) {
            ModelFolder.save(saved, model, base, "5GB", 0, 1);
        }

        JsonNode json = json(saved.resolve("config.json"));
        int pad = json.path("pad_token_id").asInt(-1);
        try (Checkpoint from = Checkpoint.open(saved)) {
            Tokenizer tokenizer = from.tokenizer();
            assertThat(pad).isBetween(0, json.path("vocab_size").asInt() - 1);
            assertThat(pad).as("padding=True pads with it").isEqualTo(tokenizer.padId());
            assertThat(from.format().stopIds()).doesNotContain(pad);
            for (int[] row : rows(from.format())) {
                int[] padded = Arrays.copyOf(row, row.length + 3);
                Arrays.fill(padded, row.length, padded.length, pad);
                assertThat(scoredByTransformers(padded, pad)).isEqualTo(row.length - 1);
            }
        }
    }

    /**
     * The saved files equal those with which tools/golden/padding.py had transformers score the batch, and so do the
     * scores.
     */
    @ParameterizedTest
    @MethodSource("dev.rlhf.testing.Golden#rewardModels")
    void transformersScoresABatchOfTheSavedModelAsWeDo(String family) throws IOException {
        Golden cases = Golden.of("reward_padding");
        JsonNode values = cases.values();
        JsonNode golden = values.path("families").path(family);
        String texts = golden.path("tokenizer").asText();
        Path base = folder.resolve("base");
        Path saved = folder.resolve("saved");
        CompanionFiles.copy(GOLDEN.resolve("reward_padding").resolve(texts), base);
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(GOLDEN.resolve("reward").resolve(family).resolve(file), base.resolve(file));
        }
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                ScalarModel model = session.rewardModel(Checkpoint.weightsOf(base))) {
            ModelFolder.save(saved, model, base, "5GB", 0, 1);
        }

        assertThat(json(saved.resolve("config.json")).path("pad_token_id")).isEqualTo(golden.path("pad_token_id"));
        values.path("files")
                .path(texts)
                .properties()
                .forEach(file -> assertThat(json(saved.resolve(file.getKey()))).isEqualTo(file.getValue()));
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                ScalarModel model = session.rewardModel(Checkpoint.weightsOf(saved));
                Tokenizer tokenizer = Tokenizer.load(saved)) {
            List<int[]> rows = new ArrayList<>();
            for (JsonNode text : values.path("texts")) {
                int[] ids = tokenizer.encode(text.asText());
                rows.add(Arrays.copyOf(ids, ids.length + 1));
                rows.getLast()[ids.length] = tokenizer.eosId();
            }
            cases.same(
                    family + " rows",
                    rows.toArray(int[][]::new),
                    Json.mapper().convertValue(golden.path("rows"), int[][].class));
            cases.compare(
                    family + " scores",
                    ScoreBatch.of(session.torch(), model, rows, 16),
                    Json.mapper().convertValue(golden.path("scores"), float[].class),
                    0,
                    1e-4);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return Json.mapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the end token the padding token, as most checkpoints without a padding token do. */
    private static void padWithTheEnd(Path model) throws IOException {
        for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            ObjectNode json =
                    (ObjectNode) Json.mapper().readTree(model.resolve(name).toFile());
            json.put("pad_token", json.path("eos_token").asText());
            Files.writeString(model.resolve(name), json.toString());
        }
        ObjectNode json =
                (ObjectNode) Json.mapper().readTree(model.resolve("config.json").toFile());
        json.put("pad_token_id", json.path("eos_token_id").asInt());
        Files.writeString(model.resolve("config.json"), json.toString());
    }

    /** Returns answers with and without the end token. */
    private static List<int[]> rows(ConversationFormat format) {
        Chat asked = Chat.of(List.of(Message.user("Which city is it?")));
        List<int[]> rows = new ArrayList<>();
        for (String answer : List.of("Paris.", "The sea", "I don't know.", "“", "Who?\n")) {
            rows.add(format.answered(asked, answer, true));
            rows.add(format.answered(asked, answer, false));
        }
        return rows;
    }

    /**
     * Returns {@code (arange * (ids != pad)).argmax()}, as in modeling_layers.py and in gpt2, gpt_neox and gemma3
     * (4.57.6).
     */
    private static int scoredByTransformers(int[] ids, int pad) {
        int best = 0;
        for (int i = 0; i < ids.length; i++) {
            best = ids[i] != pad ? i : best;
        }
        return best;
    }
}
