package dev.rlhf.stages.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageResult;
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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "device", TestDevice.NAME));
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

    /** Both have as many tokens; the reward model would score other words than the policy wrote. */
    @Test
    void aRewardModelWithOtherTokensIsRefused() throws IOException {
        Path file = reward.resolve("tokenizer.json");
        ObjectNode tokenizer = (ObjectNode) Json.mapper().readTree(file.toFile());
        ObjectNode vocabulary = (ObjectNode) tokenizer.path("model").path("vocab");
        int a = vocabulary.path("a").asInt();
        int b = vocabulary.path("b").asInt();
        vocabulary.put("a", b).put("b", a);
        Files.writeString(file, tokenizer.toString());
        assertThatThrownBy(() -> new Ppo().run(options("run", "total_episodes", 6), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage(reward + ": its tokenizer is not that of " + base + ", whose tokens it is to score: token "
                        + a + " is \"b\", not \"a\"; train a reward model from the SFT model");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void modelsOfTheOtherKindAreNamed() {
        assertThatThrownBy(() -> new Ppo()
                        .run(options("run", "total_episodes", 6, "model_name_or_path", reward), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage(reward + ": a reward model (LlamaForSequenceClassification); this needs a language model");
    }

    @Test
    void anotherReferenceIsWhatTheKlIsMeasuredAgainst() throws IOException {
        Path other = TinyModels.llama(folder.resolve("other"), 3);
        new Ppo().run(options("run", "total_episodes", 6, "ref_model_path", other), TestContext.running());
        assertThat(metrics("run").getFirst().path("objective/kl").asDouble()).isGreaterThan(1);
        assertThat(metrics("run").getFirst().path("val/log_ratio_clamped").asDouble())
                .isZero();
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
    void theCriticsWarmUpLeavesThePolicyItsScheduleAndBetaAsTheyWere() throws IOException {
        PpoOptions options = options(
                "run",
                "total_episodes",
                18,
                "critic_warmup_updates",
                2,
                "weight_decay",
                0.1,
                "critic_lr_factor",
                3,
                "save_steps",
                2);
        new Ppo().run(options, TestContext.running());
        try (Torch torch = TestDevice.open();
                Safetensors start = Safetensors.open(base.resolve("model.safetensors"));
                Safetensors warm = Safetensors.open(folder.resolve("run/state/step-000002/tensors.safetensors"));
                Safetensors end = Safetensors.open(folder.resolve("run/model/model.safetensors"))) {
            for (String name : start.tensors().keySet()) {
                float[] weights = floats(torch, start, name);
                assertThat(floats(torch, warm, "policy." + name)).containsExactly(weights);
                assertThat(floats(torch, warm, "policy." + name + ".step")).containsExactly(0);
                assertThat(floats(torch, warm, "value." + name + ".step")).containsExactly(8);
                assertThat(floats(torch, end, name)).isNotEqualTo(weights);
            }
        }
        List<JsonNode> rows = metrics("run");
        assertThat(column(rows, "kl_coef")).containsExactly(0.05, 0.05, 0.05);
        assertThat(column(rows, "lr")).containsExactly(0, 0, 1e-3);
        assertThat(column(rows, "lr/critic")).containsExactly(new double[] {3e-3, 2e-3, 1e-3}, within(1e-12));
        for (String name : List.of("grad_norm/policy", "policy/approxkl_avg", "val/ratio", "loss/policy_avg")) {
            assertThat(rows.stream().map(row -> row.has(name))).containsExactly(false, false, true);
        }
        assertThat(Arrays.stream(column(rows, "grad_norm/critic"))).allMatch(norm -> norm > 0);
    }

    private static float[] floats(Torch torch, Safetensors file, String name) {
        try (NDArray tensor = file.load(torch, name, Dtype.FLOAT32)) {
            return tensor.toFloatArray();
        }
    }

    private static double[] column(List<JsonNode> rows, String name) {
        return rows.stream()
                .mapToDouble(row -> row.path(name).asDouble(Double.NaN))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stoppedWithinTheWarmUpAtItsEndOrAfterItAndResumedEqualsUninterrupted(int stopped) throws IOException {
        Object[] more = {"total_episodes", 24, "critic_warmup_updates", 2, "weight_decay", 0.1};
        StageResult whole = new Ppo().run(options("whole", more), TestContext.running());
        PpoOptions cut = options("cut", more);
        assertThatThrownBy(() -> new Ppo().run(cut, TestContext.stoppingAt(stopped)))
                .isInstanceOf(InterruptedRunException.class);
        StageResult resumed = new Ppo().run(cut, TestContext.running());
        for (String file : List.of("model/model.safetensors", "critic/model.safetensors")) {
            assertThat(folder.resolve("cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        for (String name : List.of("kl_coef", "lr", "lr/critic", "num_tokens")) {
            assertThat(column(metrics("cut"), name)).containsExactly(column(metrics("whole"), name));
        }
        assertThat(resumed.metrics().get("num_tokens"))
                .isEqualTo(whole.metrics().get("num_tokens"));
    }

    @Test
    void aStateOfAVersionThatSteppedThePolicyInTheWarmUpIsRefusedAndOneWithoutWarmUpIsRead() throws IOException {
        Object[] warmUp = {"total_episodes", 24, "critic_warmup_updates", 1};
        assertThatThrownBy(() -> new Ppo().run(options("old", warmUp), TestContext.stoppingAt(2)))
                .isInstanceOf(InterruptedRunException.class);
        makeOld("old");
        assertThatThrownBy(() -> new Ppo().run(options("old", warmUp), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(folder.resolve("old/state") + ": is of an older version of rlhf")
                .hasMessageContaining("delete it");
        assertThat(folder.resolve("old/model")).doesNotExist();

        Object[] none = {"total_episodes", 24};
        new Ppo().run(options("whole", none), TestContext.running());
        assertThatThrownBy(() -> new Ppo().run(options("read", none), TestContext.stoppingAt(2)))
                .isInstanceOf(InterruptedRunException.class);
        makeOld("read");
        new Ppo().run(options("read", none), TestContext.running());
        assertThat(folder.resolve("read/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model/model.safetensors"));
    }

    /** Removes the fields that such a version did not write. */
    private void makeOld(String run) throws IOException {
        Path counters = folder.resolve(run).resolve("state/step-000002/counters.json");
        ObjectNode json = (ObjectNode) Json.mapper().readTree(counters.toFile());
        Files.writeString(
                counters, json.without(List.of("ppo_state", "applied_steps")).toString());
    }

    @Test
    void aWarmUpThatLeavesNoUpdateToThePolicyIsRefused() {
        assertThatThrownBy(() -> options("run", "total_episodes", 18, "critic_warmup_updates", 3))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("critic_warmup_updates 3 leaves none of the 3 updates to the policy");
    }

    @Test
    void targetKlEndsTheUpdateAfterThePassThatExceedsIt() throws IOException {
        Object[] one = {"total_episodes", 6, "num_mini_batches", 1};
        new Ppo().run(options("two", all(one, "num_ppo_epochs", 2)), TestContext.running());
        // the first pass starts at the rollout policy, where approxkl is 0; the second exceeds any small target
        new Ppo().run(options("stopped", all(one, "num_ppo_epochs", 5, "target_kl", 1e-9)), TestContext.running());
        new Ppo().run(options("five", all(one, "num_ppo_epochs", 5, "target_kl", 1e9)), TestContext.running());
        Path model = folder.resolve("stopped/model/model.safetensors");
        assertThat(model).hasSameBinaryContentAs(folder.resolve("two/model/model.safetensors"));
        assertThat(Files.mismatch(model, folder.resolve("five/model/model.safetensors")))
                .isNotNegative();
    }

    private static Object[] all(Object[] some, Object... more) {
        List<Object> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void withoutWhiteningThePolicyLossIsOfTheAdvantagesAsTheyAre() throws IOException {
        // With λ = 1, values of 0 and no KL yet, every token's advantage is its response's score.
        Object[] one = {"total_episodes", 6, "num_mini_batches", 1, "num_ppo_epochs", 1, "lam", 1, "critic_init", "zero"
        };
        new Ppo().run(options("raw", all(one, "whiten_advantages", false)), TestContext.running());
        new Ppo().run(options("whitened", one), TestContext.running());
        double sum = 0;
        double tokens = 0;
        for (String line : Files.readAllLines(folder.resolve("raw/samples/step-000001.jsonl"))) {
            JsonNode sample = Json.mapper().readTree(line);
            sum += sample.path("score").asDouble() * sample.path("length").asInt();
            tokens += sample.path("length").asInt();
        }
        double raw = metrics("raw").getFirst().path("loss/policy_avg").asDouble();
        assertThat(Math.abs(raw)).isGreaterThan(0.01);
        assertThat(raw).isCloseTo(-sum / tokens, within(1e-4));
        assertThat(metrics("whitened").getFirst().path("loss/policy_avg").asDouble())
                .isCloseTo(0, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"60, 0.1", "1, 1"}) // a horizon of less than an update's episodes counts as one update
    void anUpdateMovesBetaByItsShareOfTheHorizonAndByAFifthAtMost(double horizon, double share) throws IOException {
        TestContext context = TestContext.running();
        new Ppo().run(options("run", "total_episodes", 24, "kl_horizon", horizon, "kl_target", 1e-3), context);
        List<JsonNode> rows = metrics("run");
        double[] beta = column(rows, "kl_coef");
        double[] kl = column(rows, "objective/kl");
        assertThat(beta[0]).isEqualTo(0.05);
        assertThat(kl[0]).isCloseTo(0, within(1e-4));
        assertThat(beta[1]).isCloseTo(0.05 * (1 - 0.2 * share), within(1e-9));
        for (int i = 1; i < beta.length; i++) {
            double error = Math.clamp(kl[i - 1] / 1e-3 - 1, -0.2, 0.2);
            assertThat(beta[i]).isPositive().isCloseTo(beta[i - 1] * (1 + error * share), within(1e-9));
        }
        assertThat(context.printed().contains("one update moves beta by a fifth at most"))
                .isEqualTo(horizon < 6);
    }

    @Test
    void tokensAreTheWholeRunsAndEpisodesThatFillNoBatchAreSaid() throws IOException {
        TestContext context = TestContext.running();
        StageResult result = new Ppo().run(options("run", "total_episodes", 17), context);
        assertThat(context.printed())
                .contains("2 updates of 6 episodes: 12 episodes in all; 5 of total_episodes 17 do not fill a batch");
        List<JsonNode> rows = metrics("run");
        double sampled = 0;
        for (JsonNode row : rows) {
            sampled += 6 * row.path("response_length/mean").asDouble();
        }
        assertThat(result.metrics().get("num_tokens")).isCloseTo(sampled, within(1e-6));
        assertThat(result.metrics().get("episode")).isEqualTo(12);
        assertThat(rows.getLast().path("num_tokens").asDouble()).isCloseTo(sampled, within(1e-6));
    }

    @Test
    void aRewardModelWithoutFiniteScoresFailsAtTheFirstUpdate() throws IOException {
        try (Torch torch = TestDevice.open();
                ScalarModel model = ScalarModel.load(
                        torch, reward, Precision.of(Dtype.FLOAT32), true, ScalarModel.HeadInit.STORED, 0)) {
            torch.kernels().invoke("full_", model.parameters().get("score.weight"), Double.NaN);
            model.write(reward, Dtype.FLOAT32, ShardSize.standard(), model.padding(), 0, 1);
        }
        assertThatThrownBy(() -> new Ppo().run(options("run", "total_episodes", 60), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith(
                        "ppo: every score of " + reward + " is NaN; it has weights that are not finite");
        assertThat(folder.resolve("run/metrics.jsonl")).isEmptyFile();
        assertThat(folder.resolve("run/model")).doesNotExist();
        assertThat(folder.resolve("run/critic")).doesNotExist();
    }

    @Test
    void aPolicyWhoseWeightsAreNotFiniteIsOneLine() throws IOException {
        TinyModels.poison(base, "model.norm.weight", 0);
        assertThatThrownBy(() -> new Ppo().run(options("run", "total_episodes", 6), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith("the model's logits are NaN or infinite at new token 1 of a completion");
        assertThat(folder.resolve("run/model")).doesNotExist();
    }

    @Test
    void truncatedSamplingIsRefused() {
        assertThatThrownBy(() -> options("run", "top_p", 0.9))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("top_p");
    }

    @Test
    void aResponseLengthThatLeavesNoRoomForPromptsIsRefused() {
        assertThatThrownBy(() -> new Ppo().run(options("run", "response_length", 372), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage("response_length: 372 leaves no room for a prompt in the models' 128 positions; lower it");
    }
}
