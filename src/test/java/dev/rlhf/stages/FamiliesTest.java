package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyData;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every family through the chain: SFT, a reward model on it, PPO with both, completions. Stored in bf16 or fp16, with
 * heads of an odd width where the family's may have one, windows shorter than the text, and a vocabulary with more rows
 * than the tokenizer has ids.
 */
class FamiliesTest {
    private static final String SIZES = """
            {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 48,
             "max_position_embeddings": 128, "pad_token_id": null, "sliding_window": 6}
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gemma       | FLOAT16  | \"num_key_value_heads\": 1, \"head_dim\": 10",
                "gemma2      | BFLOAT16 | \"head_dim\": 10, \"query_pre_attn_scalar\": 12",
                "gemma3_text | BFLOAT16 | \"head_dim\": 10, \"sliding_window_pattern\": 2, \"tie_word_embeddings\": "
                        + "false",
                "gpt2        | FLOAT16  | \"n_embd\": 36, \"n_layer\": 2, \"n_head\": 4, \"n_positions\": 128",
                "gpt_neox    | FLOAT16  | \"hidden_size\": 36, \"rotary_pct\": 0.5",
                "llama       | BFLOAT16 | \"num_attention_heads\": 3, \"num_key_value_heads\": 3, \"head_dim\": 14",
                "mistral     | FLOAT16  | \"head_dim\": 12",
                "olmo2       | FLOAT16  | \"hidden_size\": 40",
                "phi3        | BFLOAT16 | \"hidden_size\": 36, \"partial_rotary_factor\": 0.5",
                "qwen2       | BFLOAT16 | \"tie_word_embeddings\": true, \"use_sliding_window\": true, "
                        + "\"max_window_layers\": 1",
                "qwen3       | FLOAT16  | \"head_dim\": 10",
                "smollm3     | BFLOAT16 | \"no_rope_layer_interval\": 2"
            })
    void trainsScoresAndGenerates(String type, Dtype stored, String more) throws IOException {
        ObjectNode config = (ObjectNode) Json.mapper().readTree(SIZES);
        config.put("model_type", type).setAll((ObjectNode) Json.mapper().readTree("{" + more + "}"));
        Path base = TinyModels.of(folder.resolve("base"), config, stored, 1);

        StageResult sft = new Sft().run(sft(base), TestContext.running());
        assertThat(sft.metrics().get("eval_loss")).isLessThan(0.5);
        Path model = folder.resolve("sft/model");

        StageResult reward = new Reward().run(reward(model), TestContext.running());
        assertThat(reward.metrics().get("eval_accuracy")).isEqualTo(1.0);

        new Ppo().run(ppo(model), TestContext.running());
        List<JsonNode> rows = Rows.read(folder.resolve("ppo/metrics.jsonl"));
        assertThat(rows).hasSize(2);
        // what was generated step by step from the cache has the log-probabilities that one pass gives it
        assertThat(rows.getFirst().path("objective/kl").asDouble()).isCloseTo(0, within(1e-4));
        assertThat(rows.getFirst().path("val/ratio").asDouble()).isCloseTo(1, within(1e-4));
        assertThat(rows.getLast().path("objective/kl").asDouble()).isNotCloseTo(0, within(1e-5));

        completionsAreTheirTokensText(folder.resolve("ppo/model"));
    }

    private SftOptions sft(Path base) throws IOException {
        Path rows = Rows.write(
                folder.resolve("sft.jsonl"),
                "{\"prompt\": \"What is the capital of France?\", \"response\": \"Paris.\"}",
                "{\"prompt\": \"Where does the river flow?\", \"response\": \"Into the sea.\"}",
                "{\"prompt\": \"Which city is it?\", \"response\": \"The capital.\"}");
        return Options.of(
                SftOptions.class,
                "output_dir",
                folder.resolve("sft"),
                "model_name_or_path",
                base,
                "dataset",
                rows,
                "eval_fraction",
                0,
                "eval_dataset",
                rows,
                "max_length",
                64,
                "per_device_train_batch_size",
                4,
                "max_steps",
                40,
                "learning_rate",
                1e-2,
                "device",
                TestDevice.NAME);
    }

    private RewardOptions reward(Path model) throws IOException {
        Path rankings = TinyData.rankings(folder, 8);
        return Options.of(
                RewardOptions.class,
                "output_dir",
                folder.resolve("reward"),
                "model_name_or_path",
                model,
                "dataset",
                rankings,
                "eval_fraction",
                0.25,
                "per_device_train_batch_size",
                2,
                "max_length",
                64,
                "max_steps",
                20,
                "learning_rate",
                1e-2,
                "device",
                TestDevice.NAME);
    }

    private PpoOptions ppo(Path model) throws IOException {
        Path prompts = Rows.write(
                folder.resolve("prompts.jsonl"),
                "{\"prompt\": \"What is the capital of France?\"}",
                "{\"prompt\": \"Where does the river flow?\"}");
        return Options.of(
                PpoOptions.class,
                "output_dir",
                folder.resolve("ppo"),
                "model_name_or_path",
                model,
                "reward_model_path",
                folder.resolve("reward/model"),
                "dataset",
                prompts,
                "rollout_batch_size",
                4,
                "per_device_train_batch_size",
                4,
                "num_ppo_epochs",
                1,
                "num_mini_batches",
                1,
                "response_length",
                12,
                "total_episodes",
                8,
                "learning_rate",
                1e-3,
                "device",
                TestDevice.NAME);
    }

    /** Samples at a high temperature, so that ids occur that only the model has. */
    private void completionsAreTheirTokensText(Path model) throws IOException {
        Path out = folder.resolve("completions.jsonl");
        new Generate(InputStream.nullInputStream())
                .run(
                        Options.of(
                                GenerateOptions.class,
                                "model_name_or_path",
                                model,
                                "input",
                                folder.resolve("prompts.jsonl"),
                                "output",
                                out,
                                "max_new_tokens",
                                24,
                                "temperature",
                                4,
                                "num_return_sequences",
                                4,
                                "device",
                                TestDevice.NAME),
                        TestContext.running());
        int beyond = 0;
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            for (JsonNode row : Rows.read(out)) {
                int[] ids = Rows.ints(row.path("token_ids"));
                int[] known = Arrays.stream(ids)
                        .filter(id -> id < tokenizer.vocabSize())
                        .toArray();
                beyond += ids.length - known.length;
                assertThat(row.path("completion").asText()).isEqualTo(tokenizer.decode(known, true));
            }
        }
        assertThat(beyond).isPositive();
    }
}
