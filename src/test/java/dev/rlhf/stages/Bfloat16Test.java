package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code dtype: bfloat16}: activations with 8 significant bits on fp32 weights follow the fp32 run. A rounding is 0.2
 * to 0.4 %, and a loss, the mean of many tokens, is much closer than that.
 */
class Bfloat16Test {
    private static final String ROWS = """
            {"prompt": "What is the capital of France?", "response": "Paris."}
            {"prompt": "Where does the river flow?", "response": "Into the sea."}
            {"prompt": "Who was the painter?", "response": "I don't know."}
            {"prompt": "Which city is it?", "response": "The capital."}
            """;

    @TempDir
    private Path folder;

    private Path gpt2;
    private Path llama;
    private Path rows;

    @BeforeEach
    void make() throws IOException {
        // Without dropout: on a GPU, its mask depends on the dtype.
        gpt2 = TinyModels.gpt2(
                folder.resolve("gpt2"),
                1,
                json -> json.put("embd_pdrop", 0).put("attn_pdrop", 0).put("resid_pdrop", 0));
        llama = TinyModels.llama(folder.resolve("llama"), 1);
        rows = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void fineTuningFollowsFloat32(String family) throws IOException {
        List<Double> wide = losses(sft(family, "float32", 1e-3));
        List<Double> narrow = losses(sft(family, "bfloat16", 1e-3));
        assertThat(narrow).hasSize(40).isNotEqualTo(wide);
        assertThat(wide.getLast()).isLessThan(0.7 * wide.getFirst());
        for (int step = 0; step < wide.size(); step++) {
            double loss = wide.get(step);
            assertThat(narrow.get(step)).as("loss of step %s", step).isCloseTo(loss, within(0.02 * loss));
        }
        double[] moved = movements(family);
        assertThat(moved[2] / Math.sqrt(moved[0] * moved[1]))
                .as("cosine of both runs' movements")
                .isGreaterThan(0.95);
    }

    /** The neighbours of 0.1 in bfloat16 are 0.0005 away, so twenty steps of 1e-6 in bfloat16 would not change it. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void stepsBelowBfloat16sResolutionAddUp(String family) throws IOException {
        sft(family, "float32", 1e-6);
        sft(family, "bfloat16", 1e-6);
        double[] moved = movements(family);
        assertThat(Math.sqrt(moved[0])).isGreaterThan(0);
        assertThat(Math.sqrt(moved[1] / moved[0])).isCloseTo(1, within(0.05));
    }

    private Path sft(String family, String dtype, double learningRate) throws IOException {
        Path run = folder.resolve("sft-" + family + "-" + dtype);
        SftOptions options = Options.of(
                SftOptions.class,
                "output_dir",
                run,
                "model_name_or_path",
                folder.resolve(family),
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
                "learning_rate",
                learningRate,
                "max_steps",
                40,
                "logging_steps",
                1,
                "dtype",
                dtype,
                "device",
                TestDevice.NAME);
        new Sft().run(options, TestContext.running());
        return run;
    }

    private static List<Double> losses(Path run) throws IOException {
        List<Double> losses = new ArrayList<>();
        for (JsonNode row : metrics(run)) {
            if (row.has("loss")) {
                losses.add(row.path("loss").asDouble());
            }
        }
        return losses;
    }

    private static List<JsonNode> metrics(Path run) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            rows.add(Json.mapper().readTree(line));
        }
        return rows;
    }

    /** Returns a·a, b·b and a·b over all weights; a is the change in the fp32 run and b in the bfloat16 run. */
    private double[] movements(String family) throws IOException {
        double[] sums = new double[3];
        try (Torch torch = TestDevice.open();
                Safetensors start = Safetensors.open(folder.resolve(family).resolve("model.safetensors"));
                Safetensors wide = Safetensors.open(weights(family, "float32"));
                Safetensors narrow = Safetensors.open(weights(family, "bfloat16"))) {
            for (String name : start.tensors().keySet()) {
                float[] from = start.load(torch, name, Dtype.FLOAT32).toFloatArray();
                float[] a = wide.load(torch, name, Dtype.FLOAT32).toFloatArray();
                float[] b = narrow.load(torch, name, Dtype.FLOAT32).toFloatArray();
                for (int i = 0; i < from.length; i++) {
                    double x = (double) a[i] - from[i];
                    double y = (double) b[i] - from[i];
                    sums[0] += x * x;
                    sums[1] += y * y;
                    sums[2] += x * y;
                }
            }
        }
        return sums;
    }

    private Path weights(String family, String dtype) {
        return folder.resolve("sft-" + family + "-" + dtype).resolve("model/model.safetensors");
    }

    @Test
    void aRewardModelFollowsFloat32() throws IOException {
        Path rankings = folder.resolve("rankings.jsonl");
        StringBuilder tasks = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            tasks.append("""
                    {"id": "t%d", "prompt": "Which city is it? %d", "completions": [{"id": "a", "text": "Paris."}, \
                    {"id": "b", "text": "The sea."}, {"id": "c", "text": "I don't know."}], \
                    "rankings": [{"labeler": "one", "ranks": [1, 3, 2]}]}
                    """.formatted(i, i));
        }
        Files.writeString(rankings, tasks.toString());
        List<Double> wide = losses(reward(rankings, "float32"));
        List<Double> narrow = losses(reward(rankings, "bfloat16"));
        assertThat(narrow).hasSize(12).isNotEqualTo(wide);
        assertThat(wide.getLast()).isLessThan(0.7 * wide.getFirst());
        for (int step = 0; step < wide.size(); step++) {
            assertThat(narrow.get(step)).as("loss of step %s", step).isCloseTo(wide.get(step), within(0.02));
        }
    }

    private Path reward(Path rankings, String dtype) throws IOException {
        Path run = folder.resolve("reward-" + dtype);
        RewardOptions options = Options.of(
                RewardOptions.class,
                "output_dir",
                run,
                "model_name_or_path",
                gpt2,
                "dataset",
                rankings,
                "eval_fraction",
                0,
                "per_device_train_batch_size",
                4,
                "max_length",
                64,
                "learning_rate",
                1e-3,
                "max_steps",
                12,
                "logging_steps",
                1,
                "dtype",
                dtype,
                "device",
                TestDevice.NAME);
        new Reward().run(options, TestContext.running());
        return run;
    }

    /** Rollouts are scored with the kernels of training; with another precision, the first ratio would not be 1. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void inPpoTheFirstRatioIsOneAndTheFirstKlIsZero(String family) throws IOException {
        Path base = folder.resolve(family);
        Path prompts = folder.resolve("prompts.jsonl");
        Files.writeString(
                prompts, "{\"prompt\": \"Where does the river flow?\"}\n{\"prompt\": \"Which city is it?\"}\n");
        PpoOptions options = Options.of(
                PpoOptions.class,
                "output_dir",
                folder.resolve("ppo"),
                "model_name_or_path",
                base,
                "reward_model_path",
                TinyModels.reward(folder.resolve("reward"), base, 2),
                "dataset",
                prompts,
                "rollout_batch_size",
                6,
                "num_ppo_epochs",
                1,
                "num_mini_batches",
                1,
                "total_episodes",
                18,
                "response_length",
                8,
                "learning_rate",
                1e-3,
                "dtype",
                "bfloat16",
                "device",
                TestDevice.NAME);
        new Ppo().run(options, TestContext.running());
        List<JsonNode> updates = metrics(folder.resolve("ppo"));
        assertThat(updates).hasSize(3).allSatisfy(update -> {
            assertThat(update.path("val/ratio").asDouble()).isCloseTo(1, within(1e-3));
            assertThat(update.path("grad_norm/policy").asDouble()).isPositive().isFinite();
            assertThat(update.path("grad_norm/critic").asDouble()).isPositive().isFinite();
        });
        assertThat(updates.getFirst().path("objective/kl").asDouble()).isCloseTo(0, within(1e-3));
        assertThat(Math.abs(updates.getLast().path("objective/kl").asDouble())).isGreaterThan(1e-3);
    }
}
