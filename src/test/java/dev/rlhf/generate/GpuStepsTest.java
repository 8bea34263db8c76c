package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.model.CausalLm;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.CudaGraph;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuStepsTest {
    private static final List<int[]> PROMPTS = List.of(
            new int[] {3, 4, 5, 6, 7}, new int[] {8}, new int[] {9, 10, 11}, new int[] {12, 13}, new int[] {14});

    @TempDir
    private Path folder;

    /** On a GPU, steps run as CUDA graphs. On a CPU, only their fixed shapes are tested. */
    @ParameterizedTest
    @ValueSource(strings = {"greedy", "sampled", "top-p", "penalty"})
    void aCudaGraphOfTheStepChangesNothing(String kind) throws IOException {
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        Sampling plain =
                new Sampling(kind.equals("greedy") ? 0 : 1, 0, kind.equals("top-p") ? 0.9 : 1, 40, Set.of(20), 7);
        LogitRules rules = kind.equals("penalty") ? new LogitRules(1.2, 0, 0, List.of(), 0) : LogitRules.NONE;
        List<GeneratedCompletion> launched = onGpuKernels(false, base, plain.withRules(rules));
        List<GeneratedCompletion> captured = onGpuKernels(true, base, plain.withRules(rules));
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(captured.get(i).ids()).isEqualTo(launched.get(i).ids());
            assertThat(captured.get(i).logprobs())
                    .containsExactly(launched.get(i).logprobs(), within(1e-5f));
        }
        assertThat(launched)
                .extracting(completion -> completion.ids().length)
                .contains(40); // beyond one block of the cache
    }

    /** Runs more rows than fit into a batch, so that rows join and leave. */
    private static List<GeneratedCompletion> onGpuKernels(boolean graphs, Path base, Sampling sampling) {
        String before = System.getProperty(Torch.GPU_KERNELS, "false");
        System.setProperty(Torch.GPU_KERNELS, "true");
        System.setProperty(CudaGraph.ENABLED, String.valueOf(graphs));
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            return new Generator(torch, model, 4).generate(PROMPTS, sampling);
        } finally {
            System.setProperty(Torch.GPU_KERNELS, before);
            System.clearProperty(CudaGraph.ENABLED);
        }
    }
}
