package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
    private static final List<int[]> PROMPTS = List.of(
            new int[] {3, 4, 5, 6, 7}, new int[] {8}, new int[] {9, 10, 11}, new int[] {12, 13}, new int[] {14});

    @TempDir
    private Path folder;

    @Test
    void aRowsCompletionIsTheSameWhateverBatchItSitsIn() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        Sampling sampling = new Sampling(1, 0, 1, 30, Set.of(20, 21, 22), 7);
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, base, Dtype.FLOAT32, false)) {
            List<Completion> together = new Generator(torch, model, 5).generate(PROMPTS, sampling);
            List<Completion> inTwos = new Generator(torch, model, 2).generate(PROMPTS, sampling);
            for (int i = 0; i < PROMPTS.size(); i++) {
                Completion alone = new Generator(torch, model, 1)
                        .generate(List.of(PROMPTS.get(i)), new long[] {i}, sampling, done -> {})
                        .getFirst();
                assertThat(together.get(i).ids()).isEqualTo(alone.ids());
                assertThat(inTwos.get(i).ids()).isEqualTo(alone.ids());
            }
            assertThat(together).extracting(Completion::stopped).contains(true);
        }
    }

    @Test
    void moreThanTheModelsPositionsIsRefused() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, base, Dtype.FLOAT32, false)) {
            assertThatThrownBy(() -> new Generator(torch, model, 1).generate(PROMPTS, Sampling.greedy(124, Set.of())))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("128 positions");
        }
    }
}
