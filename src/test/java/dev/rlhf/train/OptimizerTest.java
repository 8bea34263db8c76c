package dev.rlhf.train;

import static dev.rlhf.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlhf.base.CounterRng;
import dev.rlhf.checkpoint.TrainingState;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest extends EngineTest {
    private static final AdamWSettings SETTINGS = new AdamWSettings(0.9, 0.95, 1e-5, false);

    /** As in MemoryUsageTest. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aStepReturnsFreeMemoryBeyondTheLimit() {
        try (Torch cpu = Torch.open("cpu");
                NDArray weight = cpu.manager().ones(new Shape(4))) {
            weight.setRequiresGradient(true);
            List<NDArray> small = new ArrayList<>();
            List<NDArray> large = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                large.add(cpu.manager().ones(new Shape(4 << 20))); // 16 MiB
                small.add(cpu.manager().ones(new Shape(64)));
            }
            long full = cpu.memory().resident();
            large.forEach(NDArray::close);
            cpu.limitHostMemory(0);
            OptimizerOptions options = Options.of(OptimizerOptions.class);
            try (Optimizer optimizer = new Optimizer(cpu, Map.of("weight", weight), options, 2)) {
                backward(weight, new float[] {1, 1, 1, 1});
                optimizer.step(1);
            }
            assertThat(cpu.memory().resident()).isLessThan(full - (350L << 20));
            small.forEach(NDArray::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "rl"})
    void adamWMatchesTheReferenceOverTwentySteps(String run) {
        Golden golden = Golden.of("optim/adamw");
        JsonNode setting = golden.values().get(run);
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        for (String name : List.of("a.weight", "a.bias", "b.weight")) {
            parameters.put(name, golden.tensor(torch, name + ".initial"));
            parameters.get(name).setRequiresGradient(true);
        }
        double lr = setting.get("lr").get(0).asDouble();
        List<ParameterGroup> groups =
                ParameterGroup.of(parameters, setting.get("weight_decay").get(0).asDouble());
        ParameterGroup slow = new ParameterGroup(
                groups.get(1).parameters(), 0, setting.get("lr").get(1).asDouble() / lr);
        AdamWSettings settings = new AdamWSettings(
                setting.get("betas").get(0).asDouble(),
                setting.get("betas").get(1).asDouble(),
                setting.get("eps").asDouble(),
                false);
        try (AdamW adam = new AdamW(torch, settings, List.of(groups.get(0), slow))) {
            for (int step = 0; step < 20; step++) {
                for (Map.Entry<String, NDArray> entry : parameters.entrySet()) {
                    backward(entry.getValue(), slice(golden.floats(entry.getKey() + ".grads"), step, 20));
                }
                assertThat(adam.step(lr * (1 - step / 40.0), 0).applied()).isTrue();
                for (Map.Entry<String, NDArray> entry : parameters.entrySet()) {
                    golden.compare(
                            run + "." + entry.getKey(),
                            entry.getValue().toFloatArray(),
                            slice(golden.floats(run + "." + entry.getKey()), step, 20),
                            1e-4,
                            1e-6);
                }
            }
            for (String name : parameters.keySet()) {
                for (String moment : List.of(".exp_avg", ".exp_avg_sq")) {
                    NDArray state = adam.state().get(name + moment);
                    golden.assertClose(state.toFloatArray(), run + "." + name + moment, 1e-4, 1e-9);
                }
                assertThat(adam.state().get(name + ".step").getFloat()).isEqualTo(20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"above", "below", "other_limit", "zero"})
    void clippingMatchesTheReference(String kind) {
        Golden golden = Golden.of("optim/clip_grad_norm");
        JsonNode result = golden.values().get("results").get(kind);
        List<NDArray> gradients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gradients.add(golden.tensor(torch, kind + "." + i + ".grad"));
        }
        double norm = Gradients.clip(torch, gradients, result.get("max_norm").asDouble());
        golden.compare(kind + " norm", norm, result.get("total_norm").asDouble(), 1e-5);
        for (int i = 0; i < 3; i++) {
            golden.assertClose(gradients.get(i).toFloatArray(), kind + "." + i + ".clipped", 1e-5, 0);
        }
    }

    @Test
    void normsAndBiasesDoNotDecayAndMatricesDo() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        parameters.put("model.embed_tokens.weight", torch.floats(new float[6], 2, 3));
        parameters.put("model.layers.0.input_layernorm.weight", torch.floats(new float[3], 3));
        parameters.put("model.layers.0.self_attn.q_proj.weight", torch.floats(new float[9], 3, 3));
        parameters.put("model.layers.0.self_attn.q_proj.bias", torch.floats(new float[3], 3));
        parameters.put("score.weight", torch.floats(new float[3], 1, 3));
        List<ParameterGroup> groups = ParameterGroup.of(parameters, 0.1);
        assertThat(groups.get(0).parameters().keySet())
                .containsExactly("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "score.weight");
        assertThat(groups.get(0).weightDecay()).isEqualTo(0.1);
        assertThat(groups.get(1).parameters().keySet())
                .containsExactly("model.layers.0.input_layernorm.weight", "model.layers.0.self_attn.q_proj.bias");
        assertThat(groups.get(1).weightDecay()).isZero();
    }

    @Test
    void aParameterWithoutGradientAndDecayDoesNotChange() {
        NDArray used = parameter(1, 2);
        NDArray unused = parameter(3, 4);
        try (AdamW adam =
                new AdamW(torch, SETTINGS, List.of(new ParameterGroup(Map.of("used", used, "unused", unused), 0, 1)))) {
            backward(used, new float[] {1, 1});
            AdamW.Step step = adam.step(0.1, 0);
            assertThat(step.gradNorm()).isCloseTo(Math.sqrt(2), within(1e-6));
            assertThat(unused.toFloatArray()).containsExactly(3, 4);
            assertClose("used", used.toFloatArray(), new float[] {0.9f, 1.9f}, 1e-5, 0);
        }
    }

    @Test
    void aStepWithGradientsThatAreNotFiniteLeavesWeightsAndMomentsAlone() {
        NDArray weight = parameter(1, 2);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", weight), 0))) {
            backward(weight, new float[] {Float.NaN, 1});
            AdamW.Step step = adam.step(0.1, 1);
            assertThat(step.applied()).isFalse();
            assertThat(adam.skipped()).isEqualTo(1);
            assertThat(weight.toFloatArray()).containsExactly(1, 2);
            assertThat(adam.state().get("w.exp_avg").toFloatArray()).containsOnly(0);
            assertThat(adam.state().get("w.step").getFloat()).isZero();
            backward(weight, new float[] {1, 1});
            assertThat(adam.step(0.1, 1).applied()).isTrue();
        }
    }

    @Test
    void twoParametersOfOneNameAreRefused() {
        ParameterGroup group = new ParameterGroup(Map.of("w", parameter(1)), 0, 1);
        assertThatThrownBy(() -> new AdamW(torch, SETTINGS, List.of(group, group)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two parameters named w");
    }

    @Test
    void savingAfterTenStepsAndResumingForTenEqualsTwenty(@TempDir Path folder) throws IOException {
        NDArray through = parameter(0.5f, -1, 2);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", through), 0.1))) {
            train(adam, through, 0, 20);
        }
        NDArray first = parameter(0.5f, -1, 2);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", first), 0.1))) {
            train(adam, first, 0, 10);
            Map<String, NDArray> all = new LinkedHashMap<>(adam.state());
            all.put("w", first);
            TrainingState.save(folder, 10, torch, all, JsonNodeFactory.instance.objectNode());
        }
        NDArray second = parameter(9, 9, 9);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", second), 0.1))) {
            Map<String, NDArray> all = new LinkedHashMap<>(adam.state());
            all.put("w", second);
            TrainingState.latest(folder).orElseThrow().restoreInto(torch, all);
            train(adam, second, 10, 20);
        }
        assertThat(second.toFloatArray()).containsExactly(through.toFloatArray());
        assertThat(second.toFloatArray()).isNotEqualTo(first.toFloatArray());
    }

    @Test
    void stepsLeakNoTensors() {
        NDArray weight = parameter(1, 2, 3);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", weight), 0.1))) {
            train(adam, weight, 0, 2);
            int before = torch.manager().getManagedArrays().size();
            assertThat(before).isPositive();
            train(adam, weight, 2, 20);
            assertThat(torch.manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void anOptimizerMadeInsideAScopeOutlivesIt() {
        NDArray weight = parameter(1);
        AdamW adam;
        try (Scope _ = new Scope()) {
            adam = new AdamW(torch, SETTINGS, ParameterGroup.of(Map.of("w", weight), 0));
        }
        train(adam, weight, 0, 1);
        assertThat(adam.state().get("w.step").getFloat()).isEqualTo(1);
        adam.close();
    }

    @Test
    void updateRatiosAreTheMovementOfEachKindOfMatrixOverAllLayers() {
        Map<String, NDArray> measured = kinds();
        Map<String, NDArray> plain = kinds();
        float[] before = measured.get("h.0.attn.c_attn.weight").toFloatArray();
        float[] beforeToo = measured.get("h.1.attn.c_attn.weight").toFloatArray();
        UpdateRatios ratios = new UpdateRatios(measured);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(measured, 0.1));
                AdamW other = new AdamW(torch, SETTINGS, ParameterGroup.of(plain, 0.1))) {
            measured.values().forEach(parameter -> backward(parameter, gradient(parameter)));
            plain.values().forEach(parameter -> backward(parameter, gradient(parameter)));
            adam.step(0.01, 1, ratios);
            other.step(0.01, 1);
            measured.forEach((name, tensor) -> assertThat(tensor.toFloatArray())
                    .as(name)
                    .isEqualTo(plain.get(name).toFloatArray()));
            assertThat(adam.state().get("h.0.ln_1.weight.step").getFloat()).isEqualTo(1);
            assertThat(adam.state().get("zero.weight.step").getFloat()).isEqualTo(1);
        }
        double moved = squares(before, measured.get("h.0.attn.c_attn.weight").toFloatArray())
                + squares(beforeToo, measured.get("h.1.attn.c_attn.weight").toFloatArray());
        double was = squares(before, new float[6]) + squares(beforeToo, new float[6]);
        assertThat(ratios.ratios()).containsOnlyKeys("update_ratio/attn.c_attn", "update_ratio/zero");
        assertThat(ratios.ratios().get("update_ratio/attn.c_attn"))
                .isCloseTo(Math.sqrt(moved / was), within(1e-6))
                .isGreaterThan(1e-3);
        assertThat(ratios.ratios().get("update_ratio/zero")).isZero(); // though it moved
    }

    @Test
    void aSkippedStepHasUpdateRatiosOfZero() {
        Map<String, NDArray> parameters = kinds();
        UpdateRatios ratios = new UpdateRatios(parameters);
        try (AdamW adam = new AdamW(torch, SETTINGS, ParameterGroup.of(parameters, 0))) {
            parameters.values().forEach(parameter -> backward(parameter, new float[(int) parameter.size()]));
            backward(parameters.get("zero.weight"), new float[] {Float.NaN});
            assertThat(adam.step(0.01, 1, ratios).applied()).isFalse();
        }
        assertThat(ratios.ratios()).isEqualTo(Map.of("update_ratio/attn.c_attn", 0.0, "update_ratio/zero", 0.0));
    }

    private static Map<String, NDArray> kinds() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        parameters.put("h.0.attn.c_attn.weight", torch.floats(new float[] {3, 0, 1, 2, -1, 0.5f}, 2, 3));
        parameters.put("h.1.attn.c_attn.weight", torch.floats(new float[] {0, 4, 1, 1, 1, 1}, 3, 2));
        parameters.put("h.0.ln_1.weight", torch.floats(new float[] {1, 1}, 2));
        parameters.put("zero.weight", torch.floats(new float[] {0}, 1, 1));
        parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
        return parameters;
    }

    private static float[] gradient(NDArray parameter) {
        float[] gradient = new float[(int) parameter.size()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) CounterRng.uniform(gradient.length, i) - 0.4f;
        }
        return gradient;
    }

    private static double squares(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow((double) a[i] - b[i], 2);
        }
        return sum;
    }

    /**
     * From torch.optim.AdamW with transformers' linear schedule of 5 steps, of which one is the warm-up, and
     * clip_grad_norm_: 4 steps, whose gradients are [[3, -1], [0.5, 2]] times the step and [-4, 1].
     */
    @ParameterizedTest
    @CsvSource({
        "1, 0.45297759771347046 -0.9507336020469666 1.9462443590164185 0.9507315754890442, "
                + "1.0426172018051147 -1.0426124334335327",
        "3, 0.35933974385261536 -0.8526270985603333 1.8391978740692139 0.8526210784912109, "
                + "1.1278514862060547 -1.1278373003005981"
    })
    void rateClippingAndDecayAreThoseOfTheOptions(double factor, String matrix, String bias) {
        OptimizerOptions options = Options.of(
                OptimizerOptions.class,
                "learning_rate",
                0.02,
                "warmup_steps",
                1,
                "weight_decay",
                0.1,
                "adam_beta2",
                0.95,
                "adam_epsilon",
                1e-5,
                "max_grad_norm",
                0.5);
        NDArray w = torch.floats(new float[] {0.5f, -1, 2, 1}, 2, 2);
        NDArray b = parameter(1, -1);
        w.setRequiresGradient(true);
        Map<String, NDArray> both = new LinkedHashMap<>();
        both.put("w", w);
        both.put("b", b);
        double[] norms = {5.590169906616211, 8.602324485778809, 12.051970481872559, 15.652475357055664};
        try (Optimizer optimizer = new Optimizer(torch, "model.", both, options, 5, factor)) {
            for (int step = 1; step <= 4; step++) {
                backward(w, new float[] {3 * step, -step, 0.5f * step, 2 * step});
                backward(b, new float[] {-4, 1});
                AdamW.Step done =
                        step % 2 == 0 ? optimizer.step(step) : optimizer.step(step, new UpdateRatios(Map.of()));
                assertThat(done.gradNorm()).isCloseTo(norms[step - 1], within(1e-5));
            }
            assertClose("w", w.toFloatArray(), floats(matrix), 1e-6, 0);
            assertClose("b", b.toFloatArray(), floats(bias), 1e-6, 0);
            assertThat(optimizer.rate(3)).isCloseTo(factor * 0.015, within(1e-15));
            assertThat(optimizer.counts()).isEqualTo(new Optimizer.Counts(4, 0));
            assertThat(optimizer.state()).containsKeys("model.w", "model.b", "model.w.exp_avg", "model.b.step");
            assertThat(optimizer.isFinite()).isTrue();
            torch.kernels().invoke("assign", b, torch.floats(new float[] {0, Float.POSITIVE_INFINITY}, 2));
            assertThat(optimizer.isFinite()).isFalse();
        }
    }

    @Test
    void aModelWithoutTrainedParametersStepsAndIsFinite() {
        try (Optimizer optimizer = new Optimizer(torch, Map.of(), Options.of(OptimizerOptions.class), 1)) {
            assertThat(optimizer.step(1)).isEqualTo(new AdamW.Step(0, true));
            assertThat(optimizer.isFinite()).isTrue();
        }
    }

    private static float[] floats(String text) {
        String[] parts = text.split(" ");
        float[] floats = new float[parts.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(parts[i]);
        }
        return floats;
    }

    @Test
    void kindsOfMatricesAreNamedWithoutLayerNumbers() {
        assertThat(UpdateRatios.kind("transformer.h.3.attn.c_attn.weight")).isEqualTo("attn.c_attn");
        assertThat(UpdateRatios.kind("model.layers.11.mlp.up_proj.weight")).isEqualTo("mlp.up_proj");
        assertThat(UpdateRatios.kind("transformer.wte.weight")).isEqualTo("transformer.wte");
        assertThat(UpdateRatios.kind("h.7.weight")).isEqualTo("h.7");
        assertThat(UpdateRatios.kind("score.weight")).isEqualTo("score");
    }

    private static NDArray parameter(float... values) {
        NDArray tensor = torch.floats(values, values.length);
        tensor.setRequiresGradient(true);
        return tensor;
    }

    private static void train(AdamW adam, NDArray weight, int from, int to) {
        for (int step = from; step < to; step++) {
            float[] gradient = new float[(int) weight.size()];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (float) CounterRng.uniform(step, i) - 0.5f;
            }
            backward(weight, gradient);
            adam.step(0.01, 1);
        }
    }

    /** Adds {@code gradient} to the parameter's gradient, with the loss Σ gradient · parameter. */
    private static void backward(NDArray parameter, float[] gradient) {
        try (Scope _ = new Scope()) {
            NDArray constant =
                    torch.floats(gradient, parameter.getShape().getShape()).toDevice(parameter.getDevice(), false);
            Autograd.step(() -> parameter.mul(constant).sum());
        }
    }

    private static float[] slice(float[] all, int index, int of) {
        int size = all.length / of;
        return Arrays.copyOfRange(all, index * size, (index + 1) * size);
    }
}
