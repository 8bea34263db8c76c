package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.FlatGradients;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packed sequences have the loss and the gradients of padded ones, for every family. */
class PackedTest extends EngineTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
    private static final int[] LENGTHS = {9, 1, 14, 3, 14, 6};

    private static long id(int row, int t) {
        return 3 + (7L * t + 5L * row) % 40;
    }

    /** Backward of the mean loss of predicting each token from itself, which depends on all positions. */
    private static float step(CausalLm model, Input input, long[] ids, long[] places) {
        return Autograd.step(() -> {
            NDArray hidden = model.hiddenAt(input, torch.longs(places, places.length));
            long[] labels = Arrays.stream(places).map(place -> ids[(int) place]).toArray();
            NDArray sum = model.crossEntropySum(hidden, torch.longs(labels, labels.length), false)
                    .get(0);
            return torch.kernels().call("div", sum, (double) labels.length);
        });
    }

    @ParameterizedTest
    @MethodSource("dev.rlhf.model.CheckpointingTest#cases")
    void lossAndGradientsEqualThoseOfPaddedRows(String name) {
        int width = Arrays.stream(LENGTHS).max().orElseThrow();
        long[] padded = new long[LENGTHS.length * width];
        int[] real = IntStream.range(0, padded.length)
                .filter(at -> at % width < LENGTHS[at / width])
                .toArray();
        for (int at : real) {
            padded[at] = id(at / width, at % width);
        }
        long[] packed = Arrays.stream(real).mapToLong(at -> padded[at]).toArray();
        try (CausalLm model = CausalLm.load(torch, GOLDEN.resolve(name), Precision.of(Dtype.FLOAT32), true)) {
            for (boolean checkpointing : new boolean[] {false, true}) {
                model.gradientCheckpointing(checkpointing);
                long[] places = Arrays.stream(real).asLongStream().toArray();
                float expected = step(model, Input.rightPadded(torch, padded, LENGTHS.length), padded, places);
                float[] gradients = FlatGradients.take(torch, model.parameters());
                long[] all = IntStream.range(0, packed.length).asLongStream().toArray();
                float loss = step(model, Input.packed(torch, packed, LENGTHS), packed, all);
                assertThat(loss).isCloseTo(expected, withinPercentage(1e-3));
                assertThat(FlatGradients.distance(FlatGradients.take(torch, model.parameters()), gradients))
                        .isLessThan(1e-5);
            }
        }
    }
}
