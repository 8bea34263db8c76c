package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.testing.EngineTest;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest extends EngineTest {
    /** Returns a draw in the form that the kernel {@code sample} takes. */
    private static long units(double u) {
        return (long) (u * 0x1.0p53);
    }

    @Test
    void greedySamplingTakesTheArgmax() {
        NDArray logits = torch.floats(new float[] {0, 3, 1, 5, 2, 4}, 2, 3);
        long[] u = {units(0.9), units(0.1)};
        NDArray out = torch.kernels().call("sample", logits, List.of(), 0.0, 0, 1.0, 0.0, u);
        assertThat(out.get(":, 0").toFloatArray()).containsExactly(1, 0);
    }

    @Test
    void samplingInvertsTheCdf() {
        // p = 0.1, 0.2, 0.3, 0.4
        float[] logits = {(float) Math.log(0.1), (float) Math.log(0.2), (float) Math.log(0.3), (float) Math.log(0.4)};
        double[] us = {0.05, 0.15, 0.29, 0.31, 0.59, 0.61, 0.9999999999, 0};
        long[] expected = {0, 1, 1, 2, 2, 3, 3, 0};
        for (int i = 0; i < us.length; i++) {
            NDArray out = torch.kernels()
                    .call("sample", torch.floats(logits, 1, 4), List.of(), 1.0, 0, 1.0, 0.0, new long[] {units(us[i])});
            assertThat(out.toFloatArray()[0]).as("u = %s", us[i]).isEqualTo(expected[i]);
            assertThat(out.toFloatArray()[1]).isCloseTo(logits[(int) expected[i]], within(1e-6f));
        }
    }

    @Test
    void topKAndTopPTruncateTheDistribution() {
        float[] logits = {(float) Math.log(0.1), (float) Math.log(0.2), (float) Math.log(0.3), (float) Math.log(0.4)};
        NDArray row = torch.floats(logits, 1, 4);
        long[] low = {0};
        assertThat(torch.kernels()
                        .call("sample", row, List.of(), 1.0, 2, 1.0, 0.0, low)
                        .toFloatArray()[0])
                .isEqualTo(2);
        assertThat(torch.kernels()
                        .call("sample", row, List.of(), 1.0, 0, 0.65, 0.0, low)
                        .toFloatArray()[0])
                .isEqualTo(2);
        assertThat(torch.kernels()
                        .call("sample", row, List.of(), 1.0, 0, 0.75, 0.0, low)
                        .toFloatArray()[0])
                .isEqualTo(1);
    }

    /** Products that oneDNN computes, with gradients and without; weights stored as linear layers and as in GPT-2. */
    @ParameterizedTest
    @ValueSource(strings = {"onednn", "no_onednn"})
    void aLargeProductAndItsGradientsAreThoseOfThePlainFormula(String variant) {
        Kernels kernels = new Kernels(torch.manager(), variant);
        NDArray x = torch.manager().randomNormal(new Shape(2, 300, 48));
        NDArray w = torch.manager().randomNormal(new Shape(20, 48));
        NDArray b = torch.manager().randomNormal(new Shape(20));
        NDArray g = torch.manager().randomNormal(new Shape(2, 300, 20));
        NDArray none = torch.floats(new float[0], 0);
        NDArray turned = w.transpose().duplicate();
        List.of(x, w, b, turned).forEach(tensor -> tensor.setRequiresGradient(true));
        NDArray flat = x.reshape(600, 48);
        NDArray gradient = g.reshape(600, 20);

        Autograd.step(() -> kernels.call("dense", x, List.of(w, b, none, none), 0, false, false)
                .mul(g)
                .sum());
        Autograd.step(() -> kernels.call("dense", x, List.of(turned, b, none, none), 0, true, false)
                .mul(g)
                .sum());

        NDArray expected = flat.matMul(w.transpose()).add(b);
        assertClose(
                kernels.call("dense", x, List.of(w, b, none, none), 0, false, false)
                        .reshape(600, 20),
                expected);
        assertClose(
                kernels.call("dense", x, List.of(turned, b, none, none), 0, true, false)
                        .reshape(600, 20),
                expected);
        assertClose(w.getGradient(), gradient.transpose().matMul(flat));
        assertClose(turned.getGradient(), flat.transpose().matMul(gradient));
        assertClose(b.getGradient(), gradient.sum(new int[] {0}).mul(torch.floats(new float[] {2})));
        assertClose(x.getGradient().reshape(600, 48), gradient.matMul(w).mul(torch.floats(new float[] {2})));
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat((double) actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4);
    }

    @Test
    void layerNormHasTheGradientOfFiniteDifferences() {
        NDArray x = torch.manager().randomNormal(new Shape(2, 5));
        NDArray w = torch.manager().randomNormal(new Shape(5));
        NDArray b = torch.manager().zeros(new Shape(5));
        x.setRequiresGradient(true);
        Autograd.step(
                () -> torch.kernels().call("layer_norm", x, w, b, 1e-5).square().sum());
        float analytic = x.getGradient().getFloat(0, 1);
        double h = 1e-2;
        assertThat((double) analytic).isCloseTo((lossAt(x, w, b, h) - lossAt(x, w, b, -h)) / (2 * h), within(5e-2));
    }

    private static double lossAt(NDArray x, NDArray w, NDArray b, double shift) {
        float[] values = x.toFloatArray();
        values[1] += (float) shift;
        NDArray moved = torch.floats(values, 2, 5);
        return torch.kernels()
                .call("layer_norm", moved, w, b, 1e-5)
                .square()
                .sum()
                .getFloat();
    }

    @Test
    void bfloat16RoundTrips() {
        NDArray x = torch.floats(new float[] {1, 2.5f, -3}, 3);
        NDArray half = Dtype.BFLOAT16.cast(torch, x);
        NDArray host = torch.kernels().call("to_cpu", half);
        assertThat(HostMemory.view(host, Dtype.BFLOAT16).toArray(ValueLayout.JAVA_BYTE))
                .hasSize(6)
                .startsWith((byte) 0x80, (byte) 0x3F);
        assertThat(Dtype.FLOAT32.cast(torch, half).toFloatArray()).containsExactly(1f, 2.5f, -3f);
    }
}
