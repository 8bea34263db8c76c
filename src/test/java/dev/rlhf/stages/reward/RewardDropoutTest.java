package dev.rlhf.stages.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.data.LengthBatches;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.rl.RankedPairs;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardDropoutTest extends EngineTest {
    private static final List<RankedGroup> PROMPTS = List.of(new RankedGroup(
            "prompt",
            List.of(),
            List.of(new int[] {3, 4, 5}, new int[] {3, 6, 7, 8}),
            List.of("", ""),
            List.of(new RankedPairs.Order(new int[] {0, 1}, new int[] {1, 2}))));

    @TempDir
    private Path folder;

    private record Losses(double training, double evaluation) {}

    /** Returns the losses of a new model's first step and of an evaluation before it, on the same prompts. */
    private Losses losses(Path reward, double dropout, long seed) {
        LoraConfig lora =
                LoraConfig.of(2, 4, dropout, false, ModulePattern.of(List.of("all-linear")), List.of("score"));
        try (ScalarModel model = ScalarModel.adapt(
                        torch, reward, Precision.of(Dtype.FLOAT32), ScalarModel.HeadInit.STORED, lora, 1);
                RewardTrainer trainer = new RewardTrainer(
                        torch,
                        model,
                        Options.of(OptimizerOptions.class),
                        1,
                        step -> PROMPTS,
                        PROMPTS,
                        new LengthBatches(1, Long.MAX_VALUE),
                        0,
                        seed)) {
            torch.seed(5);
            model.parameters().trained().forEach((name, tensor) -> {
                if (name.contains("lora_B")) {
                    torch.kernels().invoke("normal_", tensor, 1.0);
                }
            });
            double evaluation = trainer.evaluate().get("eval_loss");
            return new Losses(trainer.step(1, true).get("loss"), evaluation);
        }
    }

    @Test
    void adaptersHaveTheirDropoutInTrainingAlone() throws Exception {
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2);
        Losses without = losses(reward, 0, 7);
        assertThat(without.training()).isCloseTo(without.evaluation(), within(1e-5));
        Losses with = losses(reward, 0.5, 7);
        assertThat(with.evaluation()).isEqualTo(without.evaluation());
        assertThat(with.training()).isNotCloseTo(without.training(), within(1e-3));
        assertThat(losses(reward, 0.5, 7)).as("the seed decides").isEqualTo(with);
        assertThat(losses(reward, 0.5, 8).training()).isNotCloseTo(with.training(), within(1e-3));
    }
}
