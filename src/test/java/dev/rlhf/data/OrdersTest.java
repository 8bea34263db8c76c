package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrdersTest {
    @Test
    void aPermutationHasEveryNumberOnceAndDependsOnSeedAndStream() {
        int[] order = Shuffle.permutation(100, 1, 0);
        assertThat(sorted(order)).isEqualTo(IntStream.range(0, 100).toArray());
        assertThat(Shuffle.permutation(100, 1, 0)).isEqualTo(order);
        assertThat(Shuffle.permutation(100, 1, 1)).isNotEqualTo(order);
        assertThat(Shuffle.permutation(100, 2, 0)).isNotEqualTo(order);
        assertThat(Shuffle.permutation(0, 1, 0)).isEmpty();
    }

    @Test
    void permutationsArePinned() {
        // A resumed run must continue in its original order, on every JVM and after every upgrade.
        assertThat(Shuffle.permutation(8, 42, 3)).containsExactly(3, 5, 6, 0, 4, 2, 1, 7);
    }

    @Test
    void allPermutationsAreAboutEquallyLikely() {
        int[] counts = new int[6];
        for (int stream = 0; stream < 6000; stream++) {
            int[] p = Shuffle.permutation(3, 9, stream);
            counts[2 * p[0] + (p[1] > p[2] ? 1 : 0)]++;
        }
        // Each count is binomial with mean 1000 and deviation 29.
        assertThat(counts).matches(c -> Arrays.stream(c).allMatch(n -> Math.abs(n - 1000) < 120), "near 1000 each");
    }

    @Test
    void batchesOfAnEpochHoldEveryRowOnceAndTheLastMayBeSmaller() {
        BatchSampler sampler = new BatchSampler(EpochOrder.shuffled(10, 5), 4);
        assertThat(sampler.batchesPerEpoch()).isEqualTo(3);
        for (int epoch = 0; epoch < 3; epoch++) {
            int[] seen = IntStream.range(epoch * 3, epoch * 3 + 3)
                    .mapToObj(sampler::batch)
                    .flatMapToInt(Arrays::stream)
                    .toArray();
            assertThat(sorted(seen)).isEqualTo(IntStream.range(0, 10).toArray());
            assertThat(sampler.batch(epoch * 3L + 2)).hasSize(2);
            assertThat(sampler.epochOf(epoch * 3L + 2)).isEqualTo(epoch);
        }
        assertThat(sampler.batch(0)).isNotEqualTo(sampler.batch(3));
    }

    @Test
    void aResumedSamplerContinuesWithTheSameBatches() {
        BatchSampler through = new BatchSampler(EpochOrder.shuffled(10, 5), 4);
        for (int step = 0; step < 9; step++) {
            assertThat(new BatchSampler(EpochOrder.shuffled(10, 5), 4).batch(step))
                    .isEqualTo(through.batch(step));
        }
    }

    @Test
    void sequentialIsTheOrderOfTheFile() {
        BatchSampler sampler = new BatchSampler(EpochOrder.sequential(5), 2);
        assertThat(sampler.batch(0)).containsExactly(0, 1);
        assertThat(sampler.batch(2)).containsExactly(4);
        assertThat(sampler.batch(3)).containsExactly(0, 1);
    }

    @Test
    void aMixtureShowsEachPartAsOftenAsItsWeightSays() {
        Mixture mixture =
                new Mixture(List.of(new Mixture.Part(100, 1), new Mixture.Part(10, 3), new Mixture.Part(40, 0.5)), 11);
        assertThat(mixture.size()).isEqualTo(100 + 30 + 20);
        int[] visits = visits(mixture, 150, 1);
        assertThat(Arrays.copyOfRange(visits, 0, 100)).containsOnly(1);
        assertThat(Arrays.copyOfRange(visits, 100, 110)).containsOnly(3);
        assertThat(Arrays.copyOfRange(visits, 110, 150)).containsOnly(0, 1);
        assertThat(Arrays.stream(visits, 110, 150).sum()).isEqualTo(20);
        assertThat(Arrays.copyOfRange(visits(mixture, 150, 2), 110, 150))
                .as("two epochs at 0.5 see every row")
                .containsOnly(1);
    }

    @Test
    void rowsOfAPartAreShownEquallyOftenUpToOne() {
        Mixture mixture = new Mixture(List.of(new Mixture.Part(7, 1.6)), 3);
        for (int epochs = 1; epochs <= 10; epochs++) {
            int[] visits = visits(mixture, 7, epochs);
            assertThat(Arrays.stream(visits).sum()).isEqualTo(11 * epochs);
            assertThat(Arrays.stream(visits).max().orElseThrow()
                            - Arrays.stream(visits).min().orElseThrow())
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aMixtureInterleavesItsParts() {
        int[] order = new Mixture(List.of(new Mixture.Part(100, 1), new Mixture.Part(100, 1)), 1).order(0);
        long fromSecond = Arrays.stream(order, 0, 100).filter(i -> i >= 100).count();
        assertThat(fromSecond).isBetween(30L, 70L);
    }

    @Test
    void weightsMustBePositive() {
        for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Mixture.Part(10, weight))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("weight must be above 0");
        }
    }

    private static int[] visits(Mixture mixture, int rows, int epochs) {
        int[] visits = new int[rows];
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int row : mixture.order(epoch)) {
                visits[row]++;
            }
        }
        return visits;
    }

    private static int[] sorted(int[] values) {
        return Arrays.stream(values).sorted().toArray();
    }
}
