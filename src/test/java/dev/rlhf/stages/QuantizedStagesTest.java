package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Merge;
import dev.rlhf.stages.batch.MergeOptions;
import dev.rlhf.stages.batch.Score;
import dev.rlhf.stages.batch.ScoringOptions;
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
import dev.rlhf.testing.TinyData;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters on quantised weights, in all stages. */
class QuantizedStagesTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path rows;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"prompt": "What is the capital of France?", "response": "Paris."}
                {"prompt": "Where does the river flow?", "response": "Into the sea."}
                """);
    }

    private <O extends Record> O options(Class<O> type, String out, Path model, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("output_dir", folder.resolve(out), "model_name_or_path", model, "device", TestDevice.NAME));
        all.addAll(List.of(more));
        return Options.of(type, all.toArray());
    }

    private SftOptions sft(String out, Path model, Object... more) {
        List<Object> all = new ArrayList<>(List.of("dataset", rows, "eval_dataset", rows, "max_length", 64));
        all.addAll(List.of("lr_scheduler_type", "constant", "per_device_train_batch_size", 2));
        all.addAll(List.of(more));
        return options(SftOptions.class, out, model, all.toArray());
    }

    /** The merged checkpoint is the unquantised base with the adapter added, as in PEFT. */
    @ParameterizedTest
    @ValueSource(strings = {"load_in_8bit", "load_in_4bit"})
    void sftLearnsAndItsAdapterIsMergedIntoTheUnquantisedBase(String option) throws IOException {
        double untrained = new Sft()
                .run(
                        sft("none", base, option, true, "use_peft", true, "max_steps", 1, "learning_rate", 1e-9),
                        TestContext.running())
                .metrics()
                .get("eval_loss");
        TestContext context = TestContext.running();
        Map<String, Double> metrics = new Sft()
                .run(sft("run", base, option, true, "use_peft", true, "max_steps", 60, "learning_rate", 1e-2), context)
                .metrics();
        assertThat(metrics.get("eval_loss")).isLessThan(untrained / 2);
        assertThat(context.printed()).contains("linear layers in " + option.charAt(8) + " bits", "memory plan");
        Path adapter = folder.resolve("run/model");
        new Merge()
                .run(
                        Options.of(
                                MergeOptions.class,
                                "output_dir",
                                folder.resolve("merged"),
                                "model_name_or_path",
                                adapter),
                        TestContext.running());
        Path merged = folder.resolve("merged/model");
        assertThat(merged.resolve("adapter_config.json")).doesNotExist();
        assertThat(TinyModels.logits(merged)).containsExactly(TinyModels.logits(adapter), within(1e-6f));
        assertThat(TinyModels.logits(base)[0]).isNotCloseTo(TinyModels.logits(merged)[0], within(1e-3f));
        assertThatThrownBy(() -> new Sft().run(sft("full", merged, option, true), TestContext.running()))
                .isInstanceOf(InputException.class);
        double resumed = new Sft()
                .run(sft("again", adapter, option, true, "max_steps", 1, "learning_rate", 1e-9), TestContext.running())
                .metrics()
                .get("eval_loss");
        assertThat(resumed).isCloseTo(metrics.get("eval_loss"), within(1e-5));
    }

    /** Policy, reference, critic and reward model all have quantised bodies, so the first KL is 0. */
    @Test
    void rewardAndPpoTrainAdaptersThatScoreAndGenerateUse() throws IOException {
        Path rankings = TinyData.rankings(folder, 8);
        Object[] training = {
            "dataset", rankings, "eval_fraction", 0.25, "max_length", 64, "max_steps", 20, "learning_rate", 1e-2
        };
        Object[] fourBits = {"load_in_4bit", true, "use_peft", true, "lora_r", 4};
        Map<String, Double> trained = new Reward()
                .run(options(RewardOptions.class, "rm", base, concat(fourBits, training)), TestContext.running())
                .metrics();
        assertThat(trained.get("eval_accuracy")).isEqualTo(1.0);
        Path reward = folder.resolve("rm/model");
        Path prompts = Files.writeString(
                folder.resolve("prompts.jsonl"), "{\"prompt\": \"Which city is it?\"}\n{\"prompt\": \"Who?\"}\n");
        Object[] episodes = {
            "reward_model_path",
            reward,
            "dataset",
            prompts,
            "rollout_batch_size",
            4,
            "response_length",
            20,
            "total_episodes",
            8,
            "learning_rate",
            1e-2
        };
        TestContext context = TestContext.running();
        new Ppo().run(options(PpoOptions.class, "ppo", base, concat(fourBits, episodes)), context);
        List<String> metrics = Files.readAllLines(folder.resolve("ppo/metrics.jsonl"));
        assertThat(kl(metrics.getFirst())).isCloseTo(0, within(1e-5));
        assertThat(Math.abs(kl(metrics.getLast()))).isGreaterThan(1e-4);
        assertThat(context.printed()).contains("sharing the body of a model above");

        Path completions = folder.resolve("completions.jsonl");
        GenerateOptions generate = Options.of(
                GenerateOptions.class,
                "model_name_or_path",
                folder.resolve("ppo/model"),
                "input",
                prompts,
                "output",
                completions,
                "max_new_tokens",
                20,
                "device",
                TestDevice.NAME,
                "load_in_4bit",
                true);
        new Generate().run(generate, TestContext.running());
        assertThat(Files.readAllLines(completions)).hasSize(2);
        Path scores = folder.resolve("scores.jsonl");
        ScoringOptions scoring = Options.of(
                ScoringOptions.class,
                "model_name_or_path",
                reward,
                "input",
                rows,
                "output",
                scores,
                "device",
                TestDevice.NAME,
                "load_in_4bit",
                true);
        new Score().run(scoring, TestContext.running());
        assertThat(Files.readAllLines(scores)).hasSize(2).allMatch(line -> line.contains("\"score\""));
    }

    private static double kl(String line) throws IOException {
        return Json.mapper().readTree(line).path("objective/kl").asDouble();
    }

    private static Object[] concat(Object[] first, Object[] second) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(second));
        return all.toArray();
    }

    @Test
    void aRunThatTrainsAllWeightsIsRefused() throws IOException {
        String line = "load_in_4bit: only frozen weights can be quantised, and this run trains all of them; ";
        assertThatThrownBy(() -> new Sft().run(sft("sft", base, "load_in_4bit", true), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage(line + "add use_peft: true, which trains adapters on frozen weights");
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2);
        PpoOptions ppo = options(
                PpoOptions.class, "ppo", base, "reward_model_path", reward, "dataset", rows, "load_in_4bit", true);
        assertThatThrownBy(() -> new Ppo().run(ppo, TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(line);
        Path text = Files.writeString(folder.resolve("text.txt"), "The river flows.");
        assertThatThrownBy(() -> new Pretrain()
                        .run(
                                options(PretrainOptions.class, "pretrain", base, "dataset", text, "load_in_8bit", true),
                                TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("load_in_8bit: only frozen weights can be quantised")
                .hasMessageContaining("use sft with use_peft: true");
    }

    @Test
    void bothFormatsAtOnceAreRefused() {
        assertThatThrownBy(() -> sft("run", base, "use_peft", true, "load_in_4bit", true, "load_in_8bit", true))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give either load_in_8bit or load_in_4bit, not both");
    }
}
