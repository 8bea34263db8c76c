package dev.rlhf.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final ToDoubleFunction<List<Integer>> SHARE =
            items -> items.stream().mapToInt(i -> i).average().orElse(Double.NaN);

    @Test
    void quantilesMatchNumpy() {
        // numpy.quantile([1, 2, 3, 4], 0.025)
        assertThat(Bootstrap.quantile(new double[] {1, 2, 3, 4}, 0.025)).isCloseTo(1.075, within(1e-12));
    }

    @Test
    void theIntervalOfAProportionMatchesTheBinomial() {
        List<Integer> items =
                IntStream.range(0, 400).map(i -> i % 4 == 0 ? 1 : 0).boxed().toList();
        Interval share = Bootstrap.of(items, SHARE, 4000, 1);
        double half = 1.96 * Math.sqrt(0.25 * 0.75 / 400);
        assertThat(share.value()).isEqualTo(0.25);
        assertThat(share.low()).isCloseTo(0.25 - half, within(0.005));
        assertThat(share.high()).isCloseTo(0.25 + half, within(0.005));
        assertThat(share.n()).isEqualTo(400);
        assertThat(Bootstrap.of(items, SHARE, 4000, 1)).isEqualTo(share);
        assertThat(Bootstrap.of(items, SHARE, 4000, 2)).isNotEqualTo(share);
    }

    @Test
    void ninetyFivePercentOfIntervalsContainTheTrueValue() {
        SplittableRandom random = new SplittableRandom(5);
        int held = 0;
        for (int trial = 0; trial < 500; trial++) {
            List<Integer> items = IntStream.range(0, 120)
                    .map(_ -> random.nextDouble() < 0.3 ? 1 : 0)
                    .boxed()
                    .toList();
            Interval interval = Bootstrap.of(items, SHARE, 400, trial);
            held += interval.low() <= 0.3 && 0.3 <= interval.high() ? 1 : 0;
        }
        assertThat(held / 500.0).isBetween(0.92, 0.98);
    }

    @Test
    void emptyDataHasNoEndsAndEqualItemsHaveNoWidth() {
        assertThat(Bootstrap.of(List.<Integer>of(), SHARE, 200, 1)).isEqualTo(Interval.NOT_MEASURED);
        assertThat(Bootstrap.of(Collections.nCopies(9, 1), SHARE, 200, 1)).isEqualTo(new Interval(1, 1, 1, 9));
        Interval nothing = Bootstrap.of(List.of(1, 2), items -> Double.NaN, 200, 1);
        assertThat(nothing.hasEnds()).isFalse();
        assertThat(nothing.value()).isNaN();
    }
}
