package dev.rlhf.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlhf.base.InputException;
import dev.rlhf.testing.EngineTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStateTest extends EngineTest {
    @TempDir
    Path folder;

    private void save(long step) throws IOException {
        NDArray weight = torch.floats(new float[] {step, 0.1f}, 2);
        TrainingState.save(
                folder,
                step,
                torch,
                Map.of("weight", weight),
                JsonNodeFactory.instance.objectNode().put("done", step));
    }

    @Test
    void theTwoNewestStatesAreKeptInTheOrderOfTheirSteps() throws IOException {
        assertThat(TrainingState.latest(folder)).isEmpty();
        for (long step : new long[] {7, 999_999, 1_000_000}) {
            save(step);
        }
        Files.createDirectory(folder.resolve("state/.step-2000000.tmp-1-2")); // of a killed process
        assertThat(folder.resolve("state").toFile().list())
                .containsExactlyInAnyOrder("step-999999", "step-1000000", ".step-2000000.tmp-1-2");
        TrainingState latest = TrainingState.latest(folder).orElseThrow();
        assertThat(latest.step()).isEqualTo(1_000_000);
        assertThat(latest.counters().path("done").asLong()).isEqualTo(1_000_000);
        NDArray restored = torch.floats(new float[2], 2);
        latest.restoreInto(torch, Map.of("weight", restored));
        assertThat(restored.toFloatArray()).containsExactly(1_000_000, 0.1f);
    }

    @Test
    void aStateThatLacksATensorOrWhoseCountersAreDamagedIsRefused() throws IOException {
        save(1);
        TrainingState state = TrainingState.latest(folder).orElseThrow();
        NDArray other = torch.floats(new float[2], 2);
        assertThatThrownBy(() -> state.restoreInto(torch, Map.of("other", other)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no tensor other");
        for (String damaged : new String[] {"{\"done\":", "[]"}) {
            Files.writeString(state.folder().resolve("counters.json"), damaged);
            assertThatThrownBy(state::counters)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("counters.json")
                    .hasMessageContaining("damaged; delete");
        }
    }
}
