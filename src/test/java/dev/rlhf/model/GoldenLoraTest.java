package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.AdamWSettings;
import dev.rlhf.train.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against peft 0.21.2: base, adapter on the base, adapter merged into it, and five training steps of the adapter. */
class GoldenLoraTest extends EngineTest {
    private static Path folder(String name, String part) {
        return Path.of("src/test/resources/golden/lora").resolve(name).resolve(part);
    }

    private static void assertLogits(Golden golden, CausalLm model, String expected) {
        try (Scope _ = new Scope()) {
            long[] ids = golden.longs("input_ids");
            long[] mask = golden.longs("attention_mask");
            int rows = (int) golden.shape("input_ids")[0];
            float[] actual = model.logits(Input.rightPadded(torch, ids, rows)).toFloatArray();
            int vocab = model.config().vocabSize();
            for (int at = 0; at < mask.length; at++) {
                if (mask[at] == 0) {
                    Arrays.fill(actual, at * vocab, (at + 1) * vocab, 0);
                }
            }
            golden.assertClose(actual, expected, 0, 1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void logitsOfBaseAdapterAndMerged(String name) {
        Golden golden = Golden.of("lora/" + name);
        try (CausalLm model = CausalLm.load(torch, folder(name, "base"), Precision.of(Dtype.FLOAT32), false)) {
            assertLogits(golden, model, "logits_base");
        }
        try (CausalLm merged = CausalLm.load(torch, folder(name, "adapter"), Precision.of(Dtype.FLOAT32), false)) {
            assertThat(merged.parameters().adapters()).isNull();
            assertLogits(golden, merged, "logits_merged");
            assertLogits(golden, merged, "logits_adapter");
        }
        try (CausalLm model = CausalLm.load(torch, folder(name, "merged"), Precision.of(Dtype.FLOAT32), false)) {
            assertLogits(golden, model, "logits_merged");
        }
        try (CausalLm adapted = CausalLm.load(torch, folder(name, "adapter"), Precision.of(Dtype.FLOAT32), true);
                CausalLm without = adapted.withoutAdapters()) {
            assertLogits(golden, adapted, "logits_adapter");
            assertLogits(golden, without, "logits_base");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void fiveTrainingSteps(String name) {
        Golden golden = Golden.of("lora/" + name);
        JsonNode values = golden.values();
        JsonNode settings = values.path("train_settings");
        try (CausalLm model = CausalLm.load(torch, folder(name, "adapter"), Precision.of(Dtype.FLOAT32), true);
                AdamW optimizer = new AdamW(
                        torch,
                        new AdamWSettings(0.9, 0.999, settings.path("eps").asDouble(), false),
                        ParameterGroup.of(model.parameters().trained(), 0))) {
            assertThat(model.parameters().map().values()).noneMatch(NDArray::hasGradient);
            List<Double> losses = new ArrayList<>();
            List<Double> norms = new ArrayList<>();
            for (int step = 0; step < values.path("train_losses").size(); step++) {
                losses.add((double) loss(golden, model, step, true));
                norms.add(optimizer
                        .step(
                                settings.path("lr").asDouble(),
                                settings.path("max_norm").asDouble())
                        .gradNorm());
            }
            compare(golden, "train_losses", losses, values.path("train_losses"), 0, 1e-4);
            compare(golden, "train_grad_norms", norms, values.path("train_grad_norms"), 1e-3, 0);
            List<Double> last = List.of((double) loss(golden, model, 0, false));
            compare(golden, "train_final_loss", last, values.path("train_final_loss"), 0, 1e-4);
            JsonNode trained = values.path("final_param_norms");
            assertThat(model.parameters().trained()).hasSize(trained.size());
            model.parameters().trained().forEach((parameter, tensor) -> {
                List<Double> norm = List.of((double) tensor.norm().getFloat());
                compare(golden, parameter, norm, trained.path(parameter), 1e-4, 0);
            });
        }
    }

    /** @param expected a number or a list of them */
    private static void compare(
            Golden golden, String value, List<Double> actual, JsonNode expected, double relative, double absolute) {
        try (Worst worst = golden.worst(value, relative, absolute)) {
            for (int i = 0; i < actual.size(); i++) {
                JsonNode number = expected.isArray() ? expected.path(i) : expected;
                assertThat(number.isNumber()).as(value).isTrue();
                worst.add(actual.get(i), number.asDouble());
            }
        }
    }

    private static float loss(Golden golden, CausalLm model, int batch, boolean backward) {
        int rows = (int) golden.shape("train_input_ids")[1];
        int width = (int) golden.shape("train_input_ids")[2];
        long[] ids =
                Arrays.copyOfRange(golden.longs("train_input_ids"), batch * rows * width, (batch + 1) * rows * width);
        long[] labels =
                Arrays.copyOfRange(golden.longs("train_labels"), batch * rows * width, (batch + 1) * rows * width);
        List<Long> places = new ArrayList<>();
        List<Long> targets = new ArrayList<>();
        for (int at = 0; at < labels.length; at++) {
            if (at % width != 0 && labels[at] >= 0) {
                places.add(at - 1L);
                targets.add(labels[at]);
            }
        }
        try (Scope _ = new Scope()) {
            Supplier<NDArray> mean = () -> {
                NDArray hidden = model.hidden(Input.rightPadded(torch, ids, rows), false);
                NDArray picked = torch.kernels().call("pick", hidden, longs(places));
                NDList out = model.crossEntropySum(picked, longs(targets), false);
                return out.get(0).div(torch.floats(new float[] {targets.size()}));
            };
            return backward ? Autograd.step(mean) : mean.get().getFloat();
        }
    }

    private static NDArray longs(List<Long> values) {
        return torch.longs(values.stream().mapToLong(Long::longValue).toArray(), values.size());
    }

    @Test
    void adaptersCannotBeDisabledIfOtherParametersAreTrained() {
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of("norm"));
        try (CausalLm model = CausalLm.adapt(torch, folder("llama", "base"), Precision.of(Dtype.FLOAT32), lora, 1)) {
            assertThatThrownBy(model::withoutAdapters)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("parameters other than adapters are trained");
        }
    }
}
