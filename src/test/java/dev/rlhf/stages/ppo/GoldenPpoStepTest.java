package dev.rlhf.stages.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.rl.PolicyStats;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.testing.Worst;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.Gradients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole PPO updates through {@link PpoTrainer}, against plain PyTorch on transformers models (pad id == end id, the
 * score at the end token, one joint clip) and against TRL's PPOTrainer (the score in the slot after it, ragged rows of
 * which some are full, no clip).
 */
class GoldenPpoStepTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/golden/ppo_step");
    private static final double RELATIVE = 1e-4;

    @TempDir
    private Path folder;

    private Torch torch;
    private CausalLm policy;
    private CausalLm reference;
    private ScalarModel critic;
    private ScalarModel reward;
    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        tokenizer = Tokenizer.load(TinyModels.llama(folder.resolve("tokenizer"), 1)); // shows samples, nothing more
        torch = TestDevice.open();
        policy = CausalLm.load(torch, CHECKPOINTS.resolve("policy"), Precision.of(Dtype.FLOAT32), true);
        reference = CausalLm.load(torch, CHECKPOINTS.resolve("ref"), Precision.of(Dtype.FLOAT32), false);
        critic = scalar("value", true);
        reward = scalar("reward", false);
    }

    private ScalarModel scalar(String name, boolean trainable) {
        return ScalarModel.load(
                torch,
                CHECKPOINTS.resolve(name),
                Precision.of(Dtype.FLOAT32),
                trainable,
                ScalarModel.HeadInit.STORED,
                0);
    }

    @AfterEach
    void close() {
        tokenizer.close();
        torch.close();
    }

    /** Returns options with the case's settings, without clipping, which {@link #clipJointly} does as in the case. */
    private PpoOptions options(JsonNode set, int microBatch, int width) {
        Path policyFolder = CHECKPOINTS.resolve("policy");
        return Options.of(
                PpoOptions.class,
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                policyFolder,
                "reward_model_path",
                CHECKPOINTS.resolve("reward"),
                "dataset",
                policyFolder.resolve("config.json"),
                "rollout_batch_size",
                8,
                "per_device_train_batch_size",
                microBatch,
                "response_length",
                width,
                "temperature",
                set.path("temperature").asDouble(),
                "kl_coef",
                set.path("kl_coef").asDouble(),
                "reward_position",
                set.path("reward_position").asText(),
                "missing_eos_penalty",
                set.path("missing_eos_value").asDouble(),
                "gamma",
                set.path("gamma").asDouble(),
                "lam",
                set.path("lam").asDouble(),
                "cliprange",
                set.path("cliprange").asDouble(),
                "cliprange_value",
                set.path("cliprange_value").asDouble(),
                "vf_coef",
                set.path("vf_coef").asDouble(),
                "learning_rate",
                set.path("learning_rate").asDouble(),
                "lr_scheduler_type",
                "constant",
                "adam_epsilon",
                set.path("adam_eps").asDouble(),
                "max_grad_norm",
                0,
                "device",
                TestDevice.NAME);
    }

    @ParameterizedTest
    @CsvSource({"ppo_step, 8", "ppo_step, 3", "ppo_step, 1", "ppo_step_trl, 8", "ppo_step_trl, 3", "ppo_step_trl, 1"})
    void wholeUpdate(String name, int microBatch) {
        Golden golden = Golden.of(name);
        JsonNode v = golden.values();
        JsonNode set = v.path("settings");
        int width = (int) golden.shape("response_ids")[1];
        PpoOptions options = options(set, microBatch, width);
        PpoModels models = new PpoModels(policy, reference, critic, reward);
        List<Episode> episodes = episodes(golden);
        List<Evaluation> evaluations = new ArrayList<>();
        PpoTrainer given =
                new PpoTrainer(torch, options, models, update -> episodes, Optional.empty(), width, tokenizer) {
                    @Override
                    Evaluation evaluate(List<Episode> all) {
                        evaluations.add(super.evaluate(all));
                        return evaluations.getLast();
                    }

                    /** Steps on the case's minibatches, clipping jointly between backward and step. */
                    @Override
                    List<MiniBatch> clippedSteps(long update, Rollout rollout) {
                        near(golden, new float[][] {rollout.scores()}, "scores");
                        near(golden, rollout.kl(), "kl");
                        near(golden, rollout.rewards(), "token_rewards");
                        near(golden, rollout.gae().advantages(), "advantages_raw");
                        near(golden, rollout.gae().returns(), "returns");
                        near(golden, rollout.advantages(), "advantages");
                        if (name.equals("ppo_step_trl")) {
                            golden.same(
                                    "value_mask",
                                    rowSums(golden, "value_mask"),
                                    ints(rollout.evaluation().valueLengths()));
                        }
                        List<MiniBatch> minibatches = new ArrayList<>();
                        for (JsonNode step : v.path("steps")) {
                            Losses losses = backward(
                                    rollout,
                                    IntStream.range(0, step.path("rows").size())
                                            .map(i -> step.path("rows").get(i).asInt())
                                            .toArray(),
                                    true);
                            double norm = clipJointly(set.path("max_grad_norm").asDouble(0));
                            minibatches.add(optimise(losses, update));
                            PolicyStats stats = Objects.requireNonNull(losses.policy());
                            assertThat(stats.tokens())
                                    .isEqualTo(step.path("tokens").asLong());
                            near(golden, "pg_loss", stats.pgLoss(), step);
                            near(golden, "vf_loss", losses.value().vfLoss(), step);
                            near(
                                    golden,
                                    "loss",
                                    stats.pgLoss()
                                            + options.loss().vf_coef()
                                                    * losses.value().vfLoss(),
                                    step);
                            near(golden, "clipfrac", stats.clipfrac(), step);
                            near(golden, "vf_clipfrac", losses.value().clipfrac(), step);
                            near(golden, "approxkl", stats.approxkl(), step);
                            near(golden, "ratio_mean", stats.ratio(), step);
                            near(golden, "entropy", stats.entropy(), step);
                            near(golden, "grad_norm", norm, step);
                        }
                        return minibatches;
                    }
                };
        try (PpoTrainer trainer = given) {
            Map<String, Double> metrics = trainer.step(1, true);
            Evaluation before = evaluations.getFirst();
            near(golden, before.logp(), "policy_logp");
            near(golden, before.ref(), "ref_logp");
            near(golden, before.values(), "values");
            near(golden, new float[][] {before.scores()}, "scores_raw");
            objective(golden, metrics);
            parameterNorms(golden, "policy.", policy.parameters().map());
            parameterNorms(golden, "value.", critic.parameters().map());
            Evaluation after = trainer.evaluate(episodes);
            near(golden, after.logp(), "final_policy_logp");
            near(golden, after.values(), "final_values");
        }
    }

    /** Clips by the joint norm of policy and critic, as in the cases and unlike the stage. */
    private double clipJointly(double maxNorm) {
        try (Scope _ = new Scope()) {
            List<NDArray> all =
                    new ArrayList<>(Gradients.of(policy.parameters().trained().values()));
            all.addAll(Gradients.of(critic.parameters().trained().values()));
            return Gradients.clip(torch, all, maxNorm);
        }
    }

    private static void objective(Golden golden, Map<String, Double> metrics) {
        for (String name : List.of("kl", "non_score_reward", "scores", "rlhf_reward", "entropy")) {
            double expected = golden.values().path("objective").path(name).asDouble(Double.NaN);
            golden.compare("objective." + name, metrics.get("objective/" + name), expected, RELATIVE);
        }
    }

    private static void parameterNorms(Golden golden, String prefix, Map<String, NDArray> parameters) {
        JsonNode norms = golden.values().path("final_param_norms");
        parameters.forEach((name, tensor) -> {
            try (Scope _ = new Scope()) {
                double norm = norms.path(prefix + name).asDouble(Double.NaN);
                golden.compare(prefix + name, tensor.norm().getFloat(), norm, RELATIVE);
            }
        });
    }

    private static void near(Golden golden, String name, double got, JsonNode step) {
        try (Worst worst = golden.worst("steps." + name, RELATIVE, 2e-6)) {
            worst.add(got, step.path(name).asDouble());
        }
    }

    private static void near(Golden golden, float[][] got, String name) {
        float[] wanted = golden.floats(name);
        int width = wanted.length / got.length;
        try (Worst worst = golden.worst(name, RELATIVE, 2e-5)) {
            for (int row = 0; row < got.length; row++) {
                for (int t = 0; t < width; t++) {
                    worst.add(t < got[row].length ? got[row][t] : 0, wanted[row * width + t]);
                }
            }
        }
    }

    private static List<Integer> rowSums(Golden golden, String mask) {
        int[] flat = golden.ints(mask);
        int width = (int) golden.shape(mask)[1];
        return IntStream.range(0, flat.length / width)
                .mapToObj(row ->
                        Arrays.stream(flat, row * width, (row + 1) * width).sum())
                .toList();
    }

    private static List<Integer> ints(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Episode> episodes(Golden golden) {
        long[] ended = golden.longs("has_eos");
        return IntStream.range(0, ended.length)
                .mapToObj(
                        row -> new Episode(real(golden, "query", row), real(golden, "response", row), ended[row] == 1))
                .toList();
    }

    private static int[] real(Golden golden, String name, int row) {
        int[] ids = golden.ints(name + "_ids");
        int[] mask = golden.ints(name + "_mask");
        int width = (int) golden.shape(name + "_ids")[1];
        return IntStream.range(row * width, (row + 1) * width)
                .filter(at -> mask[at] == 1)
                .map(at -> ids[at])
                .toArray();
    }
}
