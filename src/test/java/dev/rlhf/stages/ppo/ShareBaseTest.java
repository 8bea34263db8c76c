package dev.rlhf.stages.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Gae;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.FlatGradients;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four models on one frozen body compute the same as four separate ones. */
class ShareBaseTest {
    private static final String BODY = "model.layers.0.self_attn.q_proj.weight";
    private static final List<Episode> EPISODES = List.of(
            new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true),
            new Episode(new int[] {3}, new int[] {9}, true),
            new Episode(new int[] {5, 8, 9}, new int[] {9, 4, 20, 9}, false));

    @TempDir
    private Path folder;

    private Path base;
    private boolean fourBits;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
    }

    private PpoOptions options(Path reward, boolean share) {
        return Options.of(
                PpoOptions.class,
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "reward_model_path",
                reward,
                "dataset",
                base.resolve("config.json"),
                "rollout_batch_size",
                3,
                "total_episodes",
                9,
                "response_length",
                4,
                "learning_rate",
                1e-2,
                "use_peft",
                true,
                "lora_r",
                4,
                "share_base",
                share);
    }

    /** Makes a reward model that is an adapter of the base, without zero matrices. */
    private Path adapter() throws IOException {
        Path made = folder.resolve("reward-adapter");
        LoraOptions lora = Options.of(LoraOptions.class, "use_peft", true, "lora_r", 4);
        try (Models session = session();
                ScalarModel model = TrainableModels.scalarModel(
                        session, Checkpoint.weightsOf(base), ScalarModel.HeadInit.NORMAL, lora, 3);
                Scope _ = new Scope()) {
            fill(session, model.parameters(), 0.05);
            ModelFolder.save(made, model, base, "5GB", 0.25, 1);
        }
        return made;
    }

    /** Fills the adapters' matrices B, which start at zero. */
    private static void fill(Models session, Parameters parameters, double size) {
        parameters.trained().forEach((name, tensor) -> {
            if (name.contains("lora_B")) {
                int count = (int) tensor.size();
                float[] values = new float[count];
                IntStream.range(0, count).forEach(i -> values[i] = (float) (size * Math.sin(1 + 3.7 * i)));
                NDArray numbers =
                        session.torch().floats(values, tensor.getShape().getShape());
                session.torch().kernels().invoke("assign", tensor, numbers);
            }
        });
    }

    private Models session() {
        return Models.open(new EngineOptions(TestDevice.NAME, "float32", false, fourBits));
    }

    private record Outcome(Evaluation evaluation, float[] policy, float[] critic, boolean onPolicy, boolean together) {}

    private Outcome outcome(Path reward, boolean share) throws IOException {
        PpoOptions o = options(reward, share);
        try (Models session = session();
                Tokenizer tokenizer = Tokenizer.load(base);
                CausalLm policy = TrainableModels.languageModel(session, Checkpoint.weightsOf(base), o.lora(), 5);
                CausalLm reference = PpoModels.reference(session, o, policy);
                ScalarModel critic = PpoModels.critic(session, o, policy);
                ScalarModel judge = PpoModels.reward(session, o, Checkpoint.weightsOf(reward), policy, critic);
                PpoTrainer trainer = trainer(session, o, new PpoModels(policy, reference, critic, judge), tokenizer)) {
            try (Scope _ = new Scope()) {
                fill(session, policy.parameters(), 0.02);
            }
            Evaluation before = trainer.evaluate(EPISODES);
            trainer.backward(rollout(before), new int[] {0, 1, 2}, true);
            Outcome outcome = new Outcome(
                    before,
                    FlatGradients.take(session.torch(), policy.parameters()),
                    FlatGradients.take(session.torch(), critic.parameters()),
                    judge.parameters().get(BODY) == policy.parameters().get(BODY),
                    judge.parameters().get(BODY) == critic.parameters().get(BODY));
            trainer.step(1, false);
            Evaluation after = trainer.evaluate(EPISODES);
            assertThat(after.scores()).containsExactly(before.scores()); // the reward model is frozen
            assertThat(after.ref()).isDeepEqualTo(before.ref());
            assertThat(after.values()[0]).isNotEqualTo(before.values()[0]);
            assertThat(after.logp()[0]).isNotEqualTo(before.logp()[0]);
            return outcome;
        }
    }

    private static PpoTrainer trainer(Models session, PpoOptions o, PpoModels models, Tokenizer tokenizer) {
        return new PpoTrainer(session.torch(), o, models, update -> EPISODES, Optional.empty(), 4, tokenizer);
    }

    private static PpoTrainer.Rollout rollout(Evaluation e) {
        float[][] ones = new float[3][];
        for (int b = 0; b < 3; b++) {
            ones[b] = new float[e.lengths()[b]];
            for (int t = 0; t < ones[b].length; t++) {
                ones[b][t] = b - 0.5f * t;
            }
        }
        return new PpoTrainer.Rollout(EPISODES, e, e.scores(), ones, ones, new Gae(ones, ones), ones);
    }

    private static void assertSame(Outcome shared, Outcome apart) {
        for (int b = 0; b < EPISODES.size(); b++) {
            assertThat(shared.evaluation().logp()[b])
                    .containsExactly(apart.evaluation().logp()[b], within(1e-5f));
            assertThat(shared.evaluation().ref()[b])
                    .containsExactly(apart.evaluation().ref()[b], within(1e-5f));
            assertThat(shared.evaluation().values()[b])
                    .containsExactly(apart.evaluation().values()[b], within(1e-5f));
        }
        assertThat(shared.evaluation().scores())
                .containsExactly(apart.evaluation().scores(), within(1e-5f));
        assertThat(FlatGradients.distance(shared.policy(), apart.policy())).isLessThan(1e-5);
        assertThat(FlatGradients.distance(shared.critic(), apart.critic())).isLessThan(1e-5);
    }

    @Test
    void allFourShareTheBaseOfARewardModelThatIsAnAdapterOfIt() throws IOException {
        Path reward = adapter();
        Outcome shared = outcome(reward, true);
        Outcome apart = outcome(reward, false);
        assertThat(shared.onPolicy()).isTrue();
        assertThat(shared.together()).isTrue();
        assertThat(apart.together()).isFalse();
        assertSame(shared, apart);
    }

    @Test
    void criticAndRewardModelShareAWholeRewardModel() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2, 0.5);
        Outcome shared = outcome(reward, true);
        Outcome apart = outcome(reward, false);
        assertThat(shared.onPolicy()).isFalse();
        assertThat(shared.together()).isTrue();
        assertThat(apart.together()).isFalse();
        assertSame(shared, apart);
    }

    @Test
    void allFourShareAQuantisedBase() throws IOException {
        fourBits = true;
        Path reward = adapter();
        Outcome shared = outcome(reward, true);
        Outcome apart = outcome(reward, false);
        assertThat(shared.onPolicy()).isTrue();
        assertThat(shared.together()).isTrue();
        assertSame(shared, apart);
    }

    @Test
    void criticAndRewardModelShareAQuantisedRewardModel() throws IOException {
        fourBits = true;
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2, 0.5);
        Outcome shared = outcome(reward, true);
        Outcome apart = outcome(reward, false);
        assertThat(shared.onPolicy()).isFalse();
        assertThat(shared.together()).isTrue();
        assertSame(shared, apart);
    }
}
