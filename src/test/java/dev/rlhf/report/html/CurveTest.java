package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.report.log.Series.Point;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static List<Point> points(int count, IntToDoubleFunction value) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Point(i, value.applyAsDouble(i)))
                .toList();
    }

    @Test
    void aStraightLineIsItsOwnTrend() {
        List<Point> line = points(300, i -> 7 - 0.01 * i);
        List<Point> trend = Curve.smooth(line);
        assertThat(trend).hasSize(300);
        for (int i = 0; i < 300; i++) {
            assertThat(trend.get(i).value()).isCloseTo(line.get(i).value(), within(1e-9));
        }
    }

    @Test
    void theTrendOfANoisyLossDoesNotLag() {
        Random random = new Random(1);
        IntToDoubleFunction truth = i -> 0.5 + 3 * Math.exp(-i / 1000.0);
        List<Point> noisy = points(5000, i -> truth.applyAsDouble(i) + 0.3 * random.nextGaussian());

        assertThat(Curve.isNoisy(noisy)).isTrue();
        List<Point> trend = Curve.smooth(noisy);
        assertThat(trend).hasSizeLessThanOrEqualTo(500);
        for (Point point : trend) {
            assertThat(point.value()).isCloseTo(truth.applyAsDouble((int) point.step()), within(0.12));
        }
    }

    @Test
    void aSmoothCurveIsNotNoisyAndAShortOneIsLeftAlone() {
        assertThat(Curve.isNoisy(points(200, i -> Math.exp(-i / 50.0)))).isFalse();
        assertThat(Curve.isNoisy(points(19, i -> i % 2))).isFalse();
        assertThat(Curve.isNoisy(points(20, i -> i % 2))).isTrue();
    }

    @Test
    void thinningKeepsTheEndsAndEverySpike() {
        List<Point> thinned = Curve.thin(points(10_000, i -> i == 4321 ? 99 : i == 77 ? -99 : 0), 300);
        assertThat(thinned).hasSizeLessThanOrEqualTo(302).contains(new Point(4321, 99), new Point(77, -99));
        assertThat(thinned.getFirst().step()).isZero();
        assertThat(thinned.getLast().step()).isEqualTo(9999);
        assertThat(thinned).isSortedAccordingTo((a, b) -> Long.compare(a.step(), b.step()));
    }
}
