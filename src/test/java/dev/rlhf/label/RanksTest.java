package dev.rlhf.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RanksTest {
    @Test
    void placesBecomeCompetitionRanks() {
        assertThat(Ranks.of(List.of(10, 20, 20, 30))).containsExactly(1, 2, 2, 4);
        assertThat(Ranks.of(List.of(3, 3, 3))).containsExactly(1, 1, 1);
        assertThat(Ranks.of(List.of(2, 1))).containsExactly(2, 1);
    }

    @Test
    void otherRanksAreRefusedWithTheCorrectOnes() {
        assertThat(Ranks.check(List.of(4, 1, 2, 2), 4)).containsExactly(4, 1, 2, 2);
        for (List<Integer> wrong : List.of(List.of(1, 2, 2, 3), List.of(0, 1, 1, 3), List.of(2, 3, 3, 5))) {
            assertThatThrownBy(() -> Ranks.check(wrong, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("write [1, 2, 2, 4]");
        }
        assertThatThrownBy(() -> Ranks.check(List.of(1, 2), 3)).hasMessageContaining("2 ranks for 3 completions");
    }

    @Test
    void ranksInShownOrderReturnToTheStoredOrder() {
        // Shown: stored 2, then 0, then 1. The one shown first is best.
        assertThat(Judgement.ranking(List.of(1, 2, 3))
                        .toStored(List.of(2, 0, 1))
                        .ranks())
                .containsExactly(2, 3, 1);
    }
}
