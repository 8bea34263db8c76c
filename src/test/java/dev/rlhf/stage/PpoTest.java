package dev.rlhf.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PpoTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path reward;
    private Path prompts;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        reward = TinyModels.reward(folder.resolve("reward"), base, 2);
        prompts = Files.writeString(folder.resolve("prompts.jsonl"), """
                {"prompt": "What is the capital of France?"}
                {"prompt": "Where does the river flow?"}
                {"prompt": "Who was the painter?"}
                """);
    }

    private PpoOptions options(String out, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir", folder.resolve(out),
                "model_name_or_path", base,
                "reward_model_path", reward,
                "dataset", prompts,
                "rollout_batch_size", 6,
                "per_device_train_batch_size", 4,
                "num_ppo_epochs", 2,
                "num_mini_batches", 2,
                "response_length", 8,
                "learning_rate", 1e-3,
                "missing_eos_penalty", 1,
                "kl_target", 1,
                "device", "cpu"));
        all.addAll(List.of(more));
        return Options.of(PpoOptions.class, all.toArray());
    }

    private List<JsonNode> metrics(String run) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
            rows.add(Json.mapper().readTree(line));
        }
        return rows;
    }

    @Test
    void klIsZeroWhilePolicyAndReferenceAreTheSame() throws IOException {
        new Ppo().run(options("run", "total_episodes", 12), TestContext.running());
        List<JsonNode> rows = metrics("run");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("objective/kl").asDouble()).isCloseTo(0, within(1e-5));
        assertThat(Math.abs(rows.get(1).path("objective/kl").asDouble())).isGreaterThan(1e-5);
        assertThat(folder.resolve("run/samples/step-000001.jsonl")).isNotEmptyFile();
        assertThat(folder.resolve("run/model/tokenizer.json")).exists();
    }

    @Test
    void theFirstMinibatchHasRatioOneAndClipsNothing() throws IOException {
        new Ppo()
                .run(
                        options("one", "total_episodes", 6, "num_ppo_epochs", 1, "num_mini_batches", 1),
                        TestContext.running());
        JsonNode row = metrics("one").getFirst();
        assertThat(row.path("val/ratio").asDouble()).isCloseTo(1, within(1e-4));
        assertThat(row.path("policy/clipfrac_avg").asDouble()).isZero();
        assertThat(row.path("policy/approxkl_avg").asDouble()).isCloseTo(0, within(1e-6));
    }

    @Test
    void stoppedAndResumedEqualsUninterruptedBitForBit() throws IOException {
        new Ppo().run(options("whole", "total_episodes", 24), TestContext.running());
        PpoOptions cut = options("cut", "total_episodes", 24);
        assertThatThrownBy(() -> new Ppo().run(cut, TestContext.stoppingAt(2)))
                .isInstanceOf(InterruptedRunException.class);
        new Ppo().run(cut, TestContext.running());
        for (String file : List.of("model/model.safetensors", "critic/model.safetensors")) {
            assertThat(folder.resolve("cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(metrics("cut").getLast().path("kl_coef"))
                .isEqualTo(metrics("whole").getLast().path("kl_coef"));
    }

    @Test
    void truncatedSamplingIsRefused() {
        assertThatThrownBy(() -> options("run", "top_p", 0.9))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("top_p");
    }
}
