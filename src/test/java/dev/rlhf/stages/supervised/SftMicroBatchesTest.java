package dev.rlhf.stages.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.data.Packing;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.FlatGradients;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SftMicroBatchesTest {
    private static final int[] LENGTHS = {20, 3, 17, 4, 30, 5, 2, 28, 6, 3};

    @TempDir
    private Path folder;

    private static Example row(int length) {
        int[] ids =
                IntStream.range(0, length).map(i -> 3 + (7 * i + length) % 50).toArray();
        return Example.of(ids);
    }

    private static long columns(List<Batch> batches) {
        return batches.stream().mapToLong(b -> (long) b.rows() * b.width()).sum();
    }

    @Test
    void rowsOfSimilarLengthTogetherGiveTheSameGradientsWithLessPadding() throws Exception {
        List<Example> rows =
                IntStream.of(LENGTHS).mapToObj(length -> row(length)).toList();
        SftData data = new SftData(rows, List.of(rows.size()), List.of(1.0), List.of(), Map.of(), 0);
        int[] drawn = IntStream.range(0, rows.size()).toArray();
        List<Batch> whole = List.of(Batch.of(rows, 0));
        long asDrawn = columns(List.of(
                Batch.of(rows.subList(0, 4), 0), Batch.of(rows.subList(4, 8), 0), Batch.of(rows.subList(8, 10), 0)));
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(
                        torch, TinyModels.llama(folder.resolve("model"), 1), Precision.of(Dtype.FLOAT32), true)) {
            LmLoss loss = new LmLoss(torch, model);
            LmLoss.Sums expected = loss.backward(whole, false, true);
            float[] gradients = FlatGradients.take(torch, model.parameters());
            for (LengthBatches limits : List.of(
                    new LengthBatches(4, Long.MAX_VALUE),
                    new LengthBatches(8, 40),
                    new LengthBatches(1, 1),
                    new LengthBatches(4, Long.MAX_VALUE, true),
                    new LengthBatches(8, 40, true))) {
                List<Batch> batches = data.microBatches(drawn, limits);
                assertThat(columns(batches)).isLessThan(3 * asDrawn / 4);
                if (limits.packed()) {
                    assertThat(columns(batches)).isEqualTo(whole.getFirst().tokens());
                }
                assertThat(batches.stream().mapToLong(Batch::tokens).sum())
                        .isEqualTo(whole.getFirst().tokens());
                LmLoss.Sums sums = loss.backward(batches, false, true);
                assertThat(sums.labels()).isEqualTo(expected.labels());
                assertThat(sums.meanLoss()).isCloseTo(expected.meanLoss(), withinPercentage(1e-3));
                assertThat(FlatGradients.distance(FlatGradients.take(torch, model.parameters()), gradients))
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void rowsOfPackedSequencesGiveTheSameGradients() throws Exception {
        List<Example> rows =
                IntStream.of(LENGTHS).mapToObj(length -> row(length)).toList();
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(
                        torch, TinyModels.llama(folder.resolve("model"), 1), Precision.of(Dtype.FLOAT32), true)) {
            LmLoss loss = new LmLoss(torch, model);
            double expected =
                    loss.backward(List.of(Batch.of(rows, 0)), false, true).meanLoss();
            float[] gradients = FlatGradients.take(torch, model.parameters());
            Batch packed = Batch.of(Packing.firstFit(rows, 40), 0);
            assertThat(packed.rows()).isEqualTo(3);
            assertThat(loss.backward(List.of(packed), false, true).meanLoss())
                    .isCloseTo(expected, withinPercentage(1e-3));
            assertThat(FlatGradients.distance(FlatGradients.take(torch, model.parameters()), gradients))
                    .isLessThan(1e-5);
            assertThat(loss.evaluate(List.of(packed)).meanLoss()).isCloseTo(expected, withinPercentage(1e-3));
        }
    }
}
