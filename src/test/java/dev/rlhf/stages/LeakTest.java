package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.stages.ppo.EpisodeSampler;
import dev.rlhf.stages.ppo.PpoModels;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.ppo.PpoPrompts;
import dev.rlhf.stages.ppo.PpoTrainer;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.stages.supervised.SupervisedTrainer;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loops leave no tensors behind: DJL holds as many after ten steps as after one. */
class LeakTest {
    @TempDir
    private Path folder;

    private Path base;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
    }

    private static void holdsStill(Models session, Runnable step) {
        step.run();
        int after = session.torch().manager().getManagedArrays().size();
        for (int i = 0; i < 9; i++) {
            step.run();
        }
        assertThat(session.torch().manager().getManagedArrays()).hasSize(after);
    }

    @Test
    void supervisedSteps() {
        SftOptions options = Options.of(
                SftOptions.class,
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "dataset",
                base.resolve("config.json"),
                "device",
                TestDevice.NAME);
        int[] ids = {5, 6, 7, 8, 9};
        Batch batch = Batch.of(List.of(Example.of(ids), Example.of(new int[] {4, 3})), 0);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                CausalLm model = TrainableModels.languageModel(session, Checkpoint.weightsOf(base));
                SupervisedTrainer work = new SupervisedTrainer(
                        session.torch(),
                        model,
                        options.optimizer(),
                        10,
                        step -> List.of(batch),
                        List.of(batch),
                        false,
                        0)) {
            long[] step = {0};
            holdsStill(session, () -> {
                work.step(++step[0], step[0] % 2 == 0);
                work.evaluate();
            });
        }
    }

    @Test
    void generation() {
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                CausalLm model = session.frozen(Checkpoint.weightsOf(base))) {
            Generator generator = new Generator(session.torch(), model, 2);
            Sampling sampling = new Sampling(1, 0, 1, 6, Set.of(7, 8, 9), 3);
            List<int[]> prompts = List.of(new int[] {3, 4}, new int[] {5}, new int[] {6, 7, 8});
            holdsStill(session, () -> generator.generate(prompts, sampling));
        }
    }

    /** Each call makes a dequantised copy of the weights and frees it. */
    @Test
    void generationOfAQuantisedModel() {
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32", false, true))) {
            int before = session.torch().manager().getManagedArrays().size();
            try (CausalLm model = session.frozen(Checkpoint.weightsOf(base))) {
                Generator generator = new Generator(session.torch(), model, 4);
                Sampling sampling = new Sampling(1, 0, 1, 20, Set.of(7, 8, 9), 3);
                List<int[]> prompts = List.of(new int[] {3, 4}, new int[] {5}, new int[] {6, 7, 8}, new int[] {6});
                holdsStill(session, () -> generator.generate(prompts, sampling));
            }
            assertThat(session.torch().manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void ppoUpdates() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2);
        PpoOptions options = Options.of(
                PpoOptions.class,
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "reward_model_path",
                reward,
                "dataset",
                base.resolve("config.json"),
                "total_episodes",
                40,
                "rollout_batch_size",
                4,
                "response_length",
                5,
                "device",
                TestDevice.NAME);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                Tokenizer tokenizer = Tokenizer.load(base);
                CausalLm policy = TrainableModels.languageModel(session, Checkpoint.weightsOf(base));
                CausalLm reference = session.frozen(Checkpoint.weightsOf(base));
                ScalarModel frozen = session.rewardModel(Checkpoint.weightsOf(reward));
                ScalarModel critic = ScalarModel.load(
                        session.torch(),
                        reward,
                        Precision.of(session.compute()),
                        true,
                        ScalarModel.HeadInit.STORED,
                        0)) {
            PpoModels models = new PpoModels(policy, reference, critic, frozen);
            PpoPrompts prompts = new PpoPrompts(List.of(new int[] {3, 4}, new int[] {5}), 8);
            EpisodeSampler sampler =
                    new EpisodeSampler(session.torch(), options, policy, ConversationFormat.of(tokenizer), prompts);
            try (PpoTrainer work = new PpoTrainer(
                    session.torch(), options, models, sampler::rollOut, Optional.empty(), 8, tokenizer)) {
                long[] step = {0};
                holdsStill(session, () -> work.step(++step[0], true));
            }
        }
    }
}
