package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reward models: pad id == end id, so only lengths say where a row ends. */
class GoldenRewardTest extends EngineTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/reward");

    @ParameterizedTest
    @MethodSource("dev.rlhf.testing.Golden#rewardModels")
    void scoresAtTheLastRealTokenAndTheirGradients(String name) throws IOException {
        Path folder = GOLDEN.resolve(name);
        Golden golden = Golden.of("reward/" + name);
        JsonNode norms = golden.values().path("grad_norms");
        JsonNode architecture = Json.mapper()
                .readTree(folder.resolve("config.json").toFile())
                .path("architectures")
                .path(0);
        try (Safetensors expected = Safetensors.open(folder.resolve("expected.safetensors"));
                ScalarModel model = ScalarModel.load(
                        torch, folder, Precision.of(Dtype.FLOAT32), true, ScalarModel.HeadInit.STORED, 0);
                Scope _ = new Scope()) {
            assertThat(model.config().architecture(true)).isEqualTo(architecture.asText());
            long[] ids = expected.load(torch, "input_ids", Dtype.INT64).toLongArray();
            long[] mask = expected.load(torch, "attention_mask", Dtype.INT64).toLongArray();
            int rows = 6;
            int width = ids.length / rows;
            long[] last = new long[rows];
            for (int i = 0; i < ids.length; i++) {
                last[i / width] += mask[i];
            }
            for (int row = 0; row < rows; row++) {
                last[row] += (long) row * width - 1;
            }
            float[] scores =
                    model.scores(Input.rightPadded(torch, ids, rows), last).toFloatArray();
            float[] every = model.values(Input.rightPadded(torch, ids, rows)).toFloatArray();
            float[] wantedEvery =
                    expected.load(torch, "scores_every_position", Dtype.FLOAT32).toFloatArray();
            golden.assertClose(scores, "scores", 0, 1e-4);
            try (Worst worst = golden.worst("scores_every_position", 0, 1e-4)) {
                for (int i = 0; i < ids.length; i++) {
                    if (mask[i] == 1) {
                        worst.add(every[i], wantedEvery[i]);
                    }
                }
            }
            float loss = Autograd.step(() -> {
                NDArray r = model.scores(Input.rightPadded(torch, ids, rows), last);
                NDArray margin = r.get(":3").sub(r.get("3:"));
                return margin.neg()
                        .exp()
                        .add(torch.floats(new float[] {1}))
                        .log()
                        .mean();
            });
            golden.compare("pair_loss", loss, golden.value("pair_loss"), 1e-4);
            try (Worst worst = golden.worst("grad_norms", 1e-3, 1e-5)) {
                model.parameters()
                        .map()
                        .forEach((parameter, tensor) -> worst.add(
                                tensor.getGradient().norm().getFloat(),
                                norms.path(parameter).asDouble()));
            }
        }
    }
}
