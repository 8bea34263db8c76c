package dev.rlhf.stages.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.LengthBatches;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.rl.RankedPairs;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.FlatGradients;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardMicroBatchesTest {
    private static final int[] LENGTHS = {20, 3, 17, 4, 30, 5, 2};

    @TempDir
    private Path folder;

    /** Returns a prompt with three completions, the longest of {@code length} tokens. */
    private static RankedGroup group(int length) {
        List<int[]> sequences = IntStream.range(0, 3)
                .mapToObj(k -> IntStream.range(0, Math.max(1, length - k))
                        .map(i -> 3 + (5 * i + 11 * k + length) % 50)
                        .toArray())
                .toList();
        return new RankedGroup(
                "prompt " + length,
                List.of(),
                sequences,
                List.of("", "", ""),
                List.of(new RankedPairs.Order(new int[] {0, 1, 2}, new int[] {2, 1, 3})));
    }

    @Test
    void promptsOfSimilarLengthTogetherGiveTheSameGradients() throws Exception {
        List<RankedGroup> prompts =
                IntStream.of(LENGTHS).mapToObj(RewardMicroBatchesTest::group).toList();
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        try (Torch torch = TestDevice.open();
                ScalarModel model = ScalarModel.load(
                        torch,
                        TinyModels.reward(folder.resolve("reward"), base, 2),
                        Precision.of(Dtype.FLOAT32),
                        true,
                        ScalarModel.HeadInit.STORED,
                        0)) {
            float[] expected = gradients(torch, model, prompts, new LengthBatches(7, Long.MAX_VALUE));
            for (LengthBatches limits : List.of(
                    new LengthBatches(2, Long.MAX_VALUE),
                    new LengthBatches(7, 60),
                    new LengthBatches(1, 1),
                    new LengthBatches(7, Long.MAX_VALUE, true),
                    new LengthBatches(7, 60, true))) {
                assertThat(FlatGradients.distance(gradients(torch, model, prompts, limits), expected))
                        .isLessThan(1e-5);
            }
        }
    }

    private static float[] gradients(Torch torch, ScalarModel model, List<RankedGroup> prompts, LengthBatches limits) {
        try (RewardTrainer trainer = new RewardTrainer(
                torch, model, Options.of(OptimizerOptions.class), 1, step -> prompts, List.of(), limits, 0.01, 0)) {
            trainer.backward(prompts);
            return FlatGradients.take(torch, model.parameters());
        }
    }
}
