package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Pretrain;
import dev.rlhf.stages.supervised.PretrainOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failure after training does not lose the model. */
class AfterTrainingTest {
    @TempDir
    private Path folder;

    /** A console that fails when it prints a line with {@code text}, after the last step. */
    private record Breaking(String text) implements StageContext {
        @Override
        public boolean stopRequested() {
            return false;
        }

        @Override
        public PrintStream console() {
            return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
                @Override
                public void println(String line) {
                    if (line.contains(text)) {
                        throw new IllegalStateException("broken on purpose");
                    }
                }
            };
        }
    }

    /** A context that fails when it is first asked whether to stop and {@code folder} exists. */
    private record BreakingOnceThereIs(Path folder) implements StageContext {
        @Override
        public boolean stopRequested() {
            if (Files.exists(folder)) {
                throw new IllegalStateException("broken on purpose");
            }
            return false;
        }

        @Override
        public PrintStream console() {
            return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private <O extends Record> O options(Class<O> type, Object... more) {
        List<Object> all = new ArrayList<>(List.of("output_dir", folder.resolve("out"), "device", TestDevice.NAME));
        all.addAll(List.of(more));
        return Options.of(type, all.toArray());
    }

    private <O extends Record> void assertTheModelIsKept(Stage<O> stage, O options, StageContext context) {
        assertThatThrownBy(() -> stage.run(options, context))
                .isInstanceOf(FailedRunException.class)
                .hasMessage("training is done and the model is in " + folder.resolve("out/model")
                        + ", but a later step failed: broken on purpose");
        assertThat(folder.resolve("out/model/model.safetensors")).exists();
        assertThat(folder.resolve("out/model/tokenizer.json")).exists();
    }

    @Test
    void whenTheLastEvaluationOfSftFails() throws IOException {
        Path rows = write("rows.jsonl", "{\"prompt\": \"Who?\", \"response\": \"Paris.\"}\n");
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        SftOptions options = options(
                SftOptions.class,
                "model_name_or_path",
                base,
                "dataset",
                rows,
                "eval_dataset",
                rows,
                "max_length",
                64,
                "max_steps",
                1);
        assertTheModelIsKept(new Sft(), options, new Breaking("eval_loss"));
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, folder.resolve("out/model"))) {
            assertThat(model.lm().config().layers()).isEqualTo(2);
        }
    }

    @Test
    void whenTheMeanScoreOfARewardModelFails() throws IOException {
        Path rankings = write("rankings.jsonl", """
                {"id": "t", "prompt": "Who?", "completions": [{"id": "a", "text": "Paris."}, {"id": "b", "text": "The sea."}], \
                "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """);
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        RewardOptions options = options(
                RewardOptions.class,
                "model_name_or_path",
                base,
                "dataset",
                rankings,
                "eval_fraction",
                0,
                "max_length",
                64,
                "max_steps",
                1);
        assertTheModelIsKept(new Reward(), options, new Breaking("reward_mean:"));
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer model = RewardScorer.open(session, folder.resolve("out/model"), null, 1)) {
            assertThat(model).isNotNull();
        }
    }

    /** The policy and the critic of PPO are both saved. */
    @Test
    void whenSomethingFailsAfterTheLastUpdateOfPpo() throws IOException {
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        Path prompts = write("prompts.jsonl", "{\"prompt\": \"Who?\"}\n{\"prompt\": \"Where?\"}\n");
        PpoOptions options = options(
                PpoOptions.class,
                "model_name_or_path",
                base,
                "reward_model_path",
                TinyModels.reward(folder.resolve("reward"), base, 2),
                "dataset",
                prompts,
                "rollout_batch_size",
                2,
                "per_device_train_batch_size",
                2,
                "num_mini_batches",
                1,
                "response_length",
                8,
                "total_episodes",
                2);
        assertTheModelIsKept(new Ppo(), options, new BreakingOnceThereIs(folder.resolve("out/model")));
        assertThat(folder.resolve("out/critic/model.safetensors")).exists();
    }

    /** The text has no newline, so a vocabulary of its characters has none. */
    @Test
    void whenATextOfOneLineIsPretrainedByCharacters() throws IOException {
        Path text = write("text.txt", "The river flows into the sea. ".repeat(60));
        PretrainOptions options = options(
                PretrainOptions.class,
                "dataset",
                text,
                "split",
                "contiguous",
                "tokenizer",
                "char",
                "config",
                "{model_type: gpt2, n_embd: 16, n_layer: 1, n_head: 2, n_positions: 32}",
                "block_size",
                16,
                "max_steps",
                2);
        assertThat(new Pretrain().run(options, TestContext.running()).metrics()).containsKey("eval_loss");
        assertThat(folder.resolve("out/model/model.safetensors")).exists();
        Files.delete(folder.resolve("out/model/model.safetensors"));
        assertTheModelIsKept(new Pretrain(), options, new Breaking("eval_loss"));
    }
}
