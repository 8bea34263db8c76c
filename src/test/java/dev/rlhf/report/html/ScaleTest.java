package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
    private static List<String> labels(Scale scale) {
        return scale.ticks().stream().map(scale::label).toList();
    }

    @Test
    void ticksAreRoundAndCoverTheRange() {
        assertThat(labels(Scale.linear(0.13, 1.87, 4))).containsExactly("0", "0.5", "1.0", "1.5", "2.0");
        assertThat(labels(Scale.linear(-3, 9, 4))).containsExactly("-5", "0", "5", "10");
        assertThat(labels(Scale.linear(9400, 10_900, 4))).containsExactly("9k", "9.5k", "10k", "10.5k", "11k");
        assertThat(labels(Scale.linear(0, 1e-5, 4))).containsExactly("0", "2.5e-6", "5e-6", "7.5e-6", "1e-5");
    }

    @Test
    void neighbouringTicksHaveDifferentLabels() {
        assertThat(labels(Scale.linear(0.9955, 1.0049, 4)))
                .containsExactly("0.9950", "0.9975", "1.0000", "1.0025", "1.0050");
    }

    @Test
    void aConstantGetsRoomAroundIt() {
        Scale scale = Scale.linear(2, 2, 4);
        assertThat(scale.position(2)).isBetween(0.2, 0.8);
        assertThat(Scale.linear(0, 0, 4).position(0)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void aLogarithmicRangeHasDecades() {
        Scale scale = Scale.log(0.03, 400);
        assertThat(labels(scale)).containsExactly("0.01", "0.1", "1", "10", "100", "1k");
        assertThat(scale.position(Math.sqrt(0.01 * 1000))).isCloseTo(0.5, within(1e-9));
        assertThat(labels(Scale.log(1.5, 9))).containsExactly("1", "2", "5", "10");
    }

    @Test
    void stepsAreWholeNumbersWithinTheRange() {
        assertThat(labels(Scale.exact(1, 60, 5))).containsExactly("20", "40", "60");
        assertThat(labels(Scale.exact(1, 3, 5))).containsExactly("1", "2", "3");
        assertThat(labels(Scale.exact(7, 7, 5))).containsExactly("7");
    }
}
