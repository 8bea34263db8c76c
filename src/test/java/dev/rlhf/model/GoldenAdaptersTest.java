package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.ShardSize;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family against peft 0.21.2, adapters on all its linear layers: merged, on the base, off, gradients, written
 * again.
 */
class GoldenAdaptersTest extends EngineTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path written;

    static List<String> families() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN.resolve("lora"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("adapter_config.json")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(GoldenAdaptersTest::supported)
                    .sorted()
                    .toList();
        }
    }

    private static boolean supported(String name) {
        try {
            Path config = GOLDEN.resolve("models").resolve(name).resolve("config.json");
            return Families.types()
                    .contains(Json.mapper()
                            .readTree(config.toFile())
                            .path("model_type")
                            .asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] logits(CausalLm model, long[] ids) {
        try (Scope _ = new Scope()) {
            return model.logits(Input.rightPadded(torch, ids, 1)).toFloatArray();
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void adaptersMatchPeft(String name) throws IOException {
        Golden golden = Golden.of("lora/" + name);
        Path folder = GOLDEN.resolve("lora").resolve(name);
        long[] ids = golden.longs("input_ids");
        try (CausalLm merged = CausalLm.load(torch, folder, Precision.of(Dtype.FLOAT32), false)) {
            golden.assertClose(logits(merged, ids), "logits_adapter", 0, 1e-4);
        }
        try (CausalLm adapted = CausalLm.load(torch, folder, Precision.of(Dtype.FLOAT32), true);
                CausalLm base = adapted.withoutAdapters()) {
            golden.assertClose(logits(adapted, ids), "logits_adapter", 0, 1e-4);
            golden.assertClose(logits(base, ids), "logits_base", 0, 1e-4);
            adapted.write(written, Dtype.FLOAT32, ShardSize.standard());
            sameTensors(folder, written);
            try (CausalLm again = CausalLm.load(torch, written, Precision.of(Dtype.FLOAT32), true)) {
                assertThat(logits(again, ids)).isEqualTo(logits(adapted, ids));
            }
            gradients(golden, adapted, ids);
        }
    }

    /** PEFT saves the head of GPT-NeoX as lm_head with transformers 5, and as embed_out with earlier versions. */
    @ParameterizedTest
    @ValueSource(strings = {"embed_out", "lm_head"})
    void theHeadOfNeoxHasTwoNames(String head) throws IOException {
        Golden golden = Golden.of("lora/gpt_neox");
        Path folder = GOLDEN.resolve("lora/gpt_neox");
        Path base = GOLDEN.resolve("models/gpt_neox");
        ObjectNode config = AdapterFolder.of(folder).config();
        config.putArray("modules_to_save").add(head);
        config.put("base_model_name_or_path", base.toAbsolutePath().toString());
        Files.writeString(written.resolve("adapter_config.json"), config.toString());
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (Safetensors adapter = Safetensors.open(folder.resolve("adapter_model.safetensors"));
                Safetensors whole = Safetensors.open(base.resolve("model.safetensors"));
                Scope _ = new Scope()) {
            for (String name : adapter.tensors().keySet()) {
                tensors.put(name, adapter.load(torch, name, Dtype.FLOAT32));
            }
            NDArray doubled = torch.kernels().call("mul", whole.load(torch, "embed_out.weight", Dtype.FLOAT32), 2.0);
            tensors.put("base_model.model." + head + ".weight", doubled);
            Safetensors.write(
                    written.resolve("adapter_model.safetensors"),
                    torch,
                    tensors,
                    Dtype.FLOAT32,
                    Map.of("format", "pt"));
        }
        long[] ids = golden.longs("input_ids");
        try (CausalLm plain = CausalLm.load(torch, folder, Precision.of(Dtype.FLOAT32), true);
                CausalLm merged = CausalLm.load(torch, written, Precision.of(Dtype.FLOAT32), false);
                CausalLm adapted = CausalLm.load(torch, written, Precision.of(Dtype.FLOAT32), true)) {
            float[] twice = logits(plain, ids);
            for (int i = 0; i < twice.length; i++) {
                twice[i] *= 2;
            }
            assertThat(logits(adapted, ids)).containsExactly(twice, within(1e-5f));
            assertThat(logits(merged, ids)).containsExactly(twice, within(1e-4f));
            Path again = Files.createDirectories(written.resolve("again"));
            adapted.write(again, Dtype.FLOAT32, ShardSize.standard());
            try (Safetensors file = Safetensors.open(again.resolve("adapter_model.safetensors"))) {
                assertThat(file.tensors()).containsKey("base_model.model.embed_out.weight");
            }
        }
    }

    private static void sameTensors(Path one, Path other) {
        try (Safetensors a = Safetensors.open(one.resolve("adapter_model.safetensors"));
                Safetensors b = Safetensors.open(other.resolve("adapter_model.safetensors"));
                Scope _ = new Scope()) {
            assertThat(b.tensors().keySet()).isEqualTo(a.tensors().keySet());
            for (String name : a.tensors().keySet()) {
                assertThat(b.load(torch, name, Dtype.FLOAT32).toFloatArray())
                        .as(name)
                        .isEqualTo(a.load(torch, name, Dtype.FLOAT32).toFloatArray());
            }
        }
    }

    /** They are PEFT's, and a step along them moves every adapter and no bit of the base. */
    private static void gradients(Golden golden, CausalLm model, long[] ids) {
        Map<String, NDArray> trained = model.parameters().trained();
        Map<String, byte[]> before = bytes(model.parameters().map());
        Map<String, byte[]> adapters = bytes(trained);
        try (AdamW optimizer =
                new AdamW(torch, new AdamWSettings(0.9, 0.999, 1e-8, false), ParameterGroup.of(trained, 0.1))) {
            try (Scope _ = new Scope()) {
                golden.compare("loss", Autograd.step(() -> loss(model, ids)), golden.value("loss"), 1e-5);
            }
            try (Worst worst = golden.worst("grad_norms", 1e-3, 1e-5);
                    Scope _ = new Scope()) {
                assertThat(golden.values().path("grad_norms")).hasSize(trained.size());
                trained.forEach((name, tensor) -> worst.add(
                        tensor.getGradient().norm().getFloat(),
                        golden.values().path("grad_norms").path(name).asDouble(Double.NaN)));
            }
            optimizer.step(1e-2, 1);
        }
        bytes(model.parameters().map())
                .forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
        bytes(trained).forEach((name, bytes) -> assertThat(bytes).as(name).isNotEqualTo(adapters.get(name)));
    }

    private static Map<String, byte[]> bytes(Map<String, NDArray> tensors) {
        Map<String, byte[]> all = new HashMap<>();
        tensors.forEach((name, tensor) -> {
            byte[] bytes = new byte[tensor.toByteBuffer().remaining()];
            tensor.toByteBuffer().get(bytes);
            all.put(name, bytes);
        });
        return all;
    }

    private static NDArray loss(CausalLm model, long[] ids) {
        NDArray hidden = model.hidden(Input.rightPadded(torch, ids, 1), false).squeeze(0);
        NDArray before = hidden.get("0:" + (ids.length - 1));
        long[] labels = Arrays.copyOfRange(ids, 1, ids.length);
        NDList sum = model.crossEntropySum(before, torch.longs(labels, labels.length), false);
        return sum.get(0).div(torch.floats(new float[] {labels.length}));
    }
}
