package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PassesTest {
    private static List<List<Integer>> passes(boolean gpu, Integer... lengths) {
        return Passes.of(List.of(lengths), length -> length, gpu);
    }

    @Test
    void promptsOfSimilarLengthShareAPass() {
        assertThat(passes(false, 60, 61, 61, 64)).containsExactly(List.of(60, 61, 61, 64));
        assertThat(passes(false, 7)).containsExactly(List.of(7));
        assertThat(passes(false)).isEmpty();
    }

    @Test
    void promptsWhosePaddingCostsMoreThanAPassAreSeparated() {
        // together 5 * 200, apart 4 * 20 + 200 and one more pass
        assertThat(passes(false, 10, 15, 20, 20, 200)).containsExactly(List.of(10, 15, 20, 20), List.of(200));
    }

    @Test
    void onAGpuPaddingIsCheaperThanAPass() {
        assertThat(passes(true, 10, 15, 20, 20, 200)).hasSize(1);
        assertThat(passes(true, 10, 15, 20, 20, 2000)).containsExactly(List.of(10, 15, 20, 20), List.of(2000));
    }
}
