package dev.rlhf.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Masked;
import dev.rlhf.rl.MissingEos;
import dev.rlhf.rl.RewardPosition;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.LoopClock;
import dev.rlhf.train.ParameterGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One whole PPO update against plain PyTorch on transformers models; pad id == end id. */
class GoldenPpoStepTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/ppo_step");
    private static final double RELATIVE = 1e-4;

    private final Golden golden = Golden.of("ppo_step");
    private Torch torch;
    private CausalLm policy;
    private CausalLm reference;
    private ScalarModel critic;
    private ScalarModel reward;

    @BeforeEach
    void open() {
        torch = Torch.open("cpu");
        policy = CausalLm.load(torch, GOLDEN.resolve("policy"), Dtype.FLOAT32, true);
        reference = CausalLm.load(torch, GOLDEN.resolve("ref"), Dtype.FLOAT32, false);
        critic = ScalarModel.load(torch, GOLDEN.resolve("value"), Dtype.FLOAT32, true, ScalarModel.HeadInit.STORED, 0);
        reward =
                ScalarModel.load(torch, GOLDEN.resolve("reward"), Dtype.FLOAT32, false, ScalarModel.HeadInit.STORED, 0);
    }

    @AfterEach
    void close() {
        torch.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 3, 1})
    void wholeUpdate(int microBatch) throws IOException {
        JsonNode v =
                Json.mapper().readTree(GOLDEN.resolve("case.json").toFile()).path("values");
        JsonNode set = v.path("settings");
        PpoSettings settings = new PpoSettings(
                set.path("temperature").asDouble(),
                new MissingEos.Subtract(set.path("missing_eos_value").asDouble()),
                RewardPosition.EOS,
                false,
                true,
                set.path("gamma").asDouble(),
                set.path("lam").asDouble(),
                set.path("cliprange").asDouble(),
                set.path("cliprange_value").asDouble(),
                set.path("vf_coef").asDouble(),
                set.path("max_grad_norm").asDouble(),
                microBatch);
        try (Safetensors expected = Safetensors.open(GOLDEN.resolve("expected.safetensors"))) {
            List<Episode> episodes = episodes(expected);
            Rollout.Models models = new Rollout.Models(policy, reference, critic, reward);
            Rollout rollout = Rollout.score(
                    torch, models, episodes, settings, set.path("kl_coef").asDouble(), new LoopClock());
            close(rollout.logp(), expected, "policy_logp");
            close(rollout.ref(), expected, "ref_logp");
            close(rollout.values(), expected, "values");
            close(new float[][] {rollout.rawScores()}, expected, "scores_raw");
            close(new float[][] {rollout.scores()}, expected, "scores");
            close(rollout.kl(), expected, "kl");
            close(rollout.rewards(), expected, "token_rewards");
            close(rollout.rawAdvantages(), expected, "advantages_raw");
            close(rollout.returns(), expected, "returns");
            close(rollout.advantages(), expected, "advantages");
            assertThat(Masked.sequenceMean(rollout.kl(), rollout.lengths()))
                    .isCloseTo(v.path("objective").path("kl").asDouble(), within(1e-4));

            List<ParameterGroup> groups = new ArrayList<>();
            groups.addAll(PpoWork.groups("policy.", policy.parameters().map(), 0, 1));
            groups.addAll(PpoWork.groups("value.", critic.parameters().map(), 0, 1));
            AdamW optimizer = new AdamW(
                    torch, new AdamW.Settings(0.9, 0.999, set.path("adam_eps").asDouble()), groups);
            PpoUpdate update = new PpoUpdate(torch, policy, critic, optimizer, settings);
            for (JsonNode step : v.path("steps")) {
                List<Integer> rows = new ArrayList<>();
                step.path("rows").forEach(row -> rows.add(row.asInt()));
                PpoUpdate.MiniBatch got =
                        update.step(rollout, rows, set.path("learning_rate").asDouble(), true);
                assertThat(got.policy().tokens()).isEqualTo(step.path("tokens").asLong());
                close("pg_loss", got.policy().pgLoss(), step);
                close("vf_loss", got.value().vfLoss(), step);
                close("loss", got.loss(settings.valueCoefficient()), step);
                close("clipfrac", got.policy().clipfrac(), step);
                close("vf_clipfrac", got.value().clipfrac(), step);
                close("approxkl", got.policy().approxkl(), step);
                close("ratio_mean", got.policy().ratio(), step);
                close("entropy", got.entropy(), step);
                close("grad_norm", got.gradNorm(), step);
            }
            parameterNorms("policy.", policy.parameters().map(), v.path("final_param_norms"));
            parameterNorms("value.", critic.parameters().map(), v.path("final_param_norms"));
            Rollout after = Rollout.score(torch, models, episodes, settings, 0, new LoopClock());
            close(after.logp(), expected, "final_policy_logp");
            close(after.values(), expected, "final_values");
        }
    }

    private void parameterNorms(
            String prefix, java.util.Map<String, ai.djl.ndarray.NDArray> parameters, JsonNode norms) {
        parameters.forEach((name, tensor) -> {
            try (Scope _ = new Scope()) {
                double norm = norms.path(prefix + name).asDouble();
                golden.compare(prefix + name, tensor.norm().getFloat(), norm, RELATIVE);
            }
        });
    }

    private void close(String name, double got, JsonNode step) {
        try (Worst worst = golden.worst("steps." + name, RELATIVE, 2e-6)) {
            worst.add(got, step.path(name).asDouble());
        }
    }

    private void close(float[][] got, Safetensors expected, String name) {
        float[] wanted = expected.load(torch, name, Dtype.FLOAT32).toFloatArray();
        int width = wanted.length / got.length;
        try (Worst worst = golden.worst(name, RELATIVE, 2e-5)) {
            for (int row = 0; row < got.length; row++) {
                for (int t = 0; t < got[row].length; t++) {
                    worst.add(got[row][t], wanted[row * width + t]);
                }
            }
        }
    }

    private List<Episode> episodes(Safetensors expected) {
        long[] query = expected.load(torch, "query_ids", Dtype.INT64).toLongArray();
        long[] queryMask = expected.load(torch, "query_mask", Dtype.INT64).toLongArray();
        long[] response = expected.load(torch, "response_ids", Dtype.INT64).toLongArray();
        long[] responseMask = expected.load(torch, "response_mask", Dtype.INT64).toLongArray();
        long[] ended = expected.load(torch, "has_eos", Dtype.INT64).toLongArray();
        return IntStream.range(0, ended.length)
                .mapToObj(row -> new Episode(
                        real(query, queryMask, row, query.length / ended.length),
                        real(response, responseMask, row, response.length / ended.length),
                        ended[row] == 1))
                .toList();
    }

    private static int[] real(long[] ids, long[] mask, int row, int width) {
        return Arrays.stream(IntStream.range(row * width, (row + 1) * width)
                        .filter(at -> mask[at] == 1)
                        .toArray())
                .map(at -> (int) ids[at])
                .toArray();
    }
}
