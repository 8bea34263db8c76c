package dev.rlhf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlhf.checkpoint.TrainingState;
import dev.rlhf.model.quantized.DynamicMap;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EightBitMomentsTest extends EngineTest {
    private static final Golden GOLDEN = Golden.of("quantized");
    private static final List<String> NAMES = List.of("w", "small");

    private static Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        for (String name : NAMES) {
            parameters.put(name, GOLDEN.tensor(torch, "adamw." + name + ".initial"));
            parameters.get(name).setRequiresGradient(true);
        }
        return parameters;
    }

    private static AdamW adam(Map<String, NDArray> parameters) {
        JsonNode setting = GOLDEN.values().path("adamw");
        AdamWSettings settings = new AdamWSettings(
                setting.path("betas").path(0).asDouble(),
                setting.path("betas").path(1).asDouble(),
                setting.path("eps").asDouble(),
                true);
        double decay = setting.path("weight_decay").asDouble();
        return new AdamW(torch, settings, List.of(new ParameterGroup(parameters, decay, 1)));
    }

    private static void step(AdamW adam, Map<String, NDArray> parameters, int step) {
        parameters.forEach(
                (name, parameter) -> backward(parameter, at(GOLDEN.floats("adamw." + name + ".grads"), step)));
        assertThat(adam.step(GOLDEN.values().path("adamw").path("lr").asDouble(), 0)
                        .applied())
                .isTrue();
    }

    private static int steps() {
        return GOLDEN.values().path("steps").asInt();
    }

    private static float[] at(float[] all, int step) {
        int each = all.length / steps();
        return Arrays.copyOfRange(all, step * each, (step + 1) * each);
    }

    private static void backward(NDArray parameter, float[] gradient) {
        try (Scope _ = new Scope()) {
            NDArray constant = torch.floats(gradient, parameter.getShape().getShape());
            Autograd.step(() -> parameter.mul(constant).sum());
        }
    }

    @Test
    void weightsAndMomentsEqualBitsandbytes() {
        Map<String, NDArray> parameters = parameters();
        try (AdamW adam = adam(parameters)) {
            for (int step = 0; step < steps(); step++) {
                step(adam, parameters, step);
                for (String name : NAMES) {
                    float[] expected = at(GOLDEN.floats("adamw." + name + ".weights"), step);
                    float[] weights = parameters.get(name).toFloatArray();
                    try (Worst worst = GOLDEN.worst(name + " after " + (step + 1), 0, 1e-5)) {
                        for (int i = 0; i < expected.length; i++) {
                            worst.add(weights[i], expected[i]);
                        }
                    }
                }
            }
            assertMoment(adam, "exp_avg", true);
            assertMoment(adam, "exp_avg_sq", false);
        }
    }

    /** Compares a moment with bitsandbytes' values; a code may differ if two numbers are equally close. */
    private static void assertMoment(AdamW adam, String moment, boolean signed) {
        float[] map = signed ? DynamicMap.signed() : DynamicMap.unsigned();
        NDArray stored = adam.state().get("w." + moment);
        byte[] codes = stored.toByteArray();
        float[] scales = adam.state().get("w." + moment + ".absmax").toFloatArray();
        float[] expected = GOLDEN.floats("adamw.w." + moment);
        assertThat(codes).hasSize(256 * scales.length);
        int others = 0;
        for (int i = 0; i < expected.length; i++) {
            float value = map[codes[i] & 0xff] * scales[i / 256];
            others += Math.abs(value - expected[i]) > 1e-5 * scales[i / 256] ? 1 : 0;
        }
        assertThat(others).as(moment).isLessThanOrEqualTo(2);
        assertThat(adam.state().get("small." + moment).toFloatArray()).hasSize(300); // small ones stay in fp32
    }

    @Test
    void aResumedRunIsTheSameBitForBit(@TempDir Path folder) throws IOException {
        Map<String, NDArray> whole = parameters();
        Map<String, NDArray> resumed = parameters();
        try (AdamW adam = adam(whole);
                AdamW first = adam(resumed)) {
            for (int step = 0; step < 3; step++) {
                step(adam, whole, step);
                step(first, resumed, step);
            }
            TrainingState.save(folder, 3, torch, first.state(), JsonNodeFactory.instance.objectNode());
        }
        try (AdamW adam = adam(whole);
                AdamW second = adam(resumed)) {
            TrainingState saved = TrainingState.latest(folder).orElseThrow();
            saved.restoreInto(torch, adam.state());
            saved.restoreInto(torch, second.state());
            for (int step = 3; step < steps(); step++) {
                step(adam, whole, step);
                step(second, resumed, step);
            }
            assertThat(second.state().get("w.step").getFloat()).isEqualTo(steps());
        }
        for (String name : NAMES) {
            assertThat(resumed.get(name).toFloatArray())
                    .containsExactly(whole.get(name).toFloatArray());
            float[] expected = at(GOLDEN.floats("adamw." + name + ".weights"), steps() - 1);
            assertThat(resumed.get(name).toFloatArray()).containsExactly(expected, within(1e-5f));
        }
    }

    @Test
    void updateRatiosAreMeasured() {
        Map<String, NDArray> parameters = parameters();
        float[] before = parameters.get("w").toFloatArray();
        UpdateRatios ratios = new UpdateRatios(parameters);
        try (AdamW adam = adam(parameters)) {
            parameters.forEach((name, p) -> backward(p, at(GOLDEN.floats("adamw." + name + ".grads"), 0)));
            adam.step(0.01, 0, ratios);
        }
        float[] after = parameters.get("w").toFloatArray();
        double moved = 0;
        double was = 0;
        for (int i = 0; i < before.length; i++) {
            moved += Math.pow((double) after[i] - before[i], 2);
            was += Math.pow(before[i], 2);
        }
        assertThat(ratios.ratios()).containsOnlyKeys("update_ratio/w");
        assertThat(ratios.ratios().get("update_ratio/w")).isCloseTo(Math.sqrt(moved / was), within(1e-6));
    }

    /** As in a model whose matrices, which decay, are all large. */
    @Test
    void aGroupOfLargeParametersAloneCountsEveryStepOnce() {
        Map<String, NDArray> large = new LinkedHashMap<>();
        large.put("w", GOLDEN.tensor(torch, "adamw.w.initial"));
        large.put("flat", GOLDEN.tensor(torch, "adamw.w.initial").flatten());
        large.values().forEach(parameter -> parameter.setRequiresGradient(true));
        UpdateRatios ratios = new UpdateRatios(Map.of());
        try (AdamW adam = adam(large)) {
            for (int step = 0; step < steps(); step++) {
                float[] gradient = at(GOLDEN.floats("adamw.w.grads"), step);
                large.values().forEach(parameter -> backward(parameter, gradient));
                adam.step(GOLDEN.values().path("adamw").path("lr").asDouble(), 0, step % 2 == 0 ? null : ratios);
                float[] expected = at(GOLDEN.floats("adamw.w.weights"), step);
                for (NDArray parameter : large.values()) {
                    assertThat(parameter.toFloatArray()).containsExactly(expected, within(1e-5f));
                }
                assertThat(adam.state().get("w.step").getFloat()).isEqualTo(step + 1);
            }
            assertThat(adam.applied()).isEqualTo(steps());
            assertThat(ratios.ratios()).containsOnlyKeys("update_ratio/w"); // a vector has none
        }
    }

    @Test
    void closingFreesTheMomentsAndTheMaps() {
        Map<String, NDArray> parameters = parameters();
        int before = torch.manager().getManagedArrays().size();
        AdamW adam = adam(parameters);
        assertThat(torch.manager().getManagedArrays()).hasSizeGreaterThan(before);
        adam.close();
        assertThat(torch.manager().getManagedArrays()).hasSize(before);
    }
}
