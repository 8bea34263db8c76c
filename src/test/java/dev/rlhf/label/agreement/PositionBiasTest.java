package dev.rlhf.label.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionBiasTest {
    /** Rankings of {@code size} completions; what stood in place i was first {@code firsts[i]} times. */
    private static List<List<Integer>> rankings(int size, int... firsts) {
        List<List<Integer>> all = new ArrayList<>();
        for (int place = 0; place < firsts.length; place++) {
            for (int n = 0; n < firsts[place]; n++) {
                List<Integer> ranks = new ArrayList<>(Collections.nCopies(size, 2));
                ranks.set(place, 1);
                all.add(ranks);
            }
        }
        return all;
    }

    @Test
    void theValueEqualsTheOneComputedByHand() {
        // 15 rankings of three, expected 5 per place: (25 + 4 + 9) / 5 = 7.6, and with 2 degrees p = exp(-7.6 /
        // 2).
        PositionBias bias = PositionBias.of(rankings(3, 10, 3, 2));
        assertThat(bias.chiSquare()).isCloseTo(7.6, within(1e-12));
        assertThat(bias.degrees()).isEqualTo(2);
        assertThat(bias.p()).isCloseTo(Math.exp(-3.8), within(1e-12));
        assertThat(bias.rankings()).isEqualTo(15);
        assertThat(bias.places()).hasSize(3);
        assertThat(bias.places().getFirst().first()).isEqualTo(10);
        assertThat(bias.places().getFirst().expected()).isEqualTo(5);
    }

    @Test
    void tailsAndIntervalsEqualScipys() {
        // scipy.stats.chi2.sf and binomtest(8, 12).proportion_ci(method='wilson')
        assertThat(ChiSquare.tail(6, 2)).isCloseTo(0.04978706836786395, within(1e-12));
        assertThat(ChiSquare.tail(3.6, 1)).isCloseTo(0.05777957112359715, within(1e-12));
        assertThat(ChiSquare.tail(9.6, 3)).isCloseTo(0.02229098312870182, within(1e-12));
        assertThat(ChiSquare.tail(0.4, 7)).isCloseTo(0.9997365611075912, within(1e-12));
        assertThat(ChiSquare.tail(40, 8)).isCloseTo(3.203719780476998e-06, within(1e-15));
        assertThat(ChiSquare.tail(0, 3)).isEqualTo(1);
        Interval share = PositionBias.of(rankings(2, 8, 4)).places().getFirst().share();
        assertThat(share.value()).isCloseTo(8 / 12.0, within(1e-12));
        assertThat(share.low()).isCloseTo(0.39062208887279953, within(1e-12));
        assertThat(share.high()).isCloseTo(0.8618799089087867, within(1e-12));
    }

    @Test
    void tasksOfDifferentSizesAddUp() {
        // Rankings of two: (9 + 9) / 5 = 3.6 with one degree; of three: 7.6 with two.
        List<List<Integer>> all = new ArrayList<>(rankings(2, 8, 2));
        all.addAll(rankings(3, 10, 3, 2));
        PositionBias bias = PositionBias.of(all);
        assertThat(bias.chiSquare()).isCloseTo(11.2, within(1e-12));
        assertThat(bias.degrees()).isEqualTo(3);
        assertThat(bias.places().get(0).expected()).isEqualTo(10);
        assertThat(bias.places().get(0).first()).isEqualTo(18);
        assertThat(bias.places().get(2).rankings()).isEqualTo(15);
    }

    @Test
    void tiesForFirstDoNotCountAndFewRankingsAreNotTested() {
        List<List<Integer>> all = new ArrayList<>(rankings(2, 4, 0));
        all.add(List.of(1, 1));
        PositionBias bias = PositionBias.of(all);
        assertThat(bias.rankings()).isEqualTo(4);
        assertThat(bias.degrees()).isZero();
        assertThat(bias.p()).isNaN();
        assertThat(PositionBias.of(List.of())).isEqualTo(PositionBias.NONE);
    }
}
