package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.RefusalMetrics.Judged;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefusalMetricsTest {
    @Test
    void metricsMatchATableComputedByHand() {
        RefusalMetrics metrics = new RefusalMetrics(90, 4, 6, 1, 40, 9);

        assertThat(metrics.knownAccuracy()).isEqualTo(0.90);
        assertThat(metrics.overRefusal()).isEqualTo(0.04);
        assertThat(metrics.answeredAccuracy()).isEqualTo(91.0 / 106);
        assertThat(metrics.refusalPrecision()).isEqualTo(40.0 / 44);
        assertThat(metrics.refusalRecall()).isEqualTo(0.80);
        assertThat(metrics.hallucinationRate()).isEqualTo(0.18);
        assertThat(metrics.coverage()).isEqualTo(106.0 / 150);
        assertThat(metrics.truthfulness()).isEqualTo((90 + 1 + 40) / 150.0);
    }

    @Test
    void f1IsTheHarmonicMeanOfPrecisionAndRecall() {
        RefusalMetrics metrics = new RefusalMetrics(90, 4, 6, 1, 40, 9);
        double p = metrics.refusalPrecision();
        double r = metrics.refusalRecall();
        assertThat(metrics.refusalF1()).isCloseTo(2 * p * r / (p + r), within(1e-12));
        assertThat(new RefusalMetrics(1, 1, 0, 0, 0, 1).refusalF1()).isZero();
    }

    @Test
    void everyCompletionIsCountedInItsCell() {
        List<Judged> all = new ArrayList<>();
        int copies = 1;
        for (boolean known : new boolean[] {true, false}) {
            for (Verdict verdict : Verdict.values()) {
                all.addAll(Collections.nCopies(copies++, new Judged(known, verdict)));
            }
        }
        Collections.shuffle(all, new Random(1));
        assertThat(RefusalMetrics.of(all)).isEqualTo(new RefusalMetrics(1, 2, 3, 4, 5, 6));
    }

    @Test
    void countsAddUp() {
        RefusalMetrics sum = new RefusalMetrics(1, 2, 3, 4, 5, 6).plus(new RefusalMetrics(10, 20, 30, 40, 50, 60));
        assertThat(sum).isEqualTo(new RefusalMetrics(11, 22, 33, 44, 55, 66));
        assertThat(sum.refused()).isEqualTo(77);
        assertThat(sum.answered()).isEqualTo(11 + 33 + 44 + 66);
    }

    @Test
    void unmeasuredMetricsAreNaN() {
        RefusalMetrics onlyKnown = new RefusalMetrics(1, 0, 0, 0, 0, 0);
        assertThat(onlyKnown.hallucinationRate()).isNaN();
        assertThat(onlyKnown.refusalPrecision()).isNaN();
        assertThat(new RefusalMetrics(1, 1, 0, 0, 0, 0).refusalF1()).isNaN();
        assertThat(onlyKnown.knownAccuracy()).isEqualTo(1);
        RefusalMetrics nothing = RefusalMetrics.of(List.of());
        assertThat(List.of(
                        nothing.refusalRecall(), nothing.refusalF1(), nothing.coverage(), nothing.answeredAccuracy()))
                .allMatch(v -> v.isNaN());
    }
}
