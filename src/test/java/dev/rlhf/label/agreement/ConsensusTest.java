package dev.rlhf.label.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConsensusTest {
    private static List<List<Integer>> votes(Object... countsAndRanks) {
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < countsAndRanks.length; i += 2) {
            @SuppressWarnings("unchecked")
            List<Integer> ranks = (List<Integer>) countsAndRanks[i + 1];
            all.addAll(Collections.nCopies((Integer) countsAndRanks[i], ranks));
        }
        return all;
    }

    /** The textbook's capital of Tennessee: Memphis, Nashville, Chattanooga, Knoxville. */
    @Test
    void tidemanChoosesTheOneThatBeatsEveryOther() {
        assertThat(Tideman.order(votes(
                        42,
                        List.of(1, 2, 3, 4),
                        26,
                        List.of(4, 1, 2, 3),
                        15,
                        List.of(4, 3, 1, 2),
                        17,
                        List.of(4, 3, 2, 1))))
                .containsExactly(4, 1, 2, 3);
    }

    @Test
    void tidemanBreaksACycleAtItsSmallestMajority() {
        assertThat(Tideman.order(votes(4, List.of(1, 2, 3), 3, List.of(3, 1, 2), 2, List.of(2, 3, 1))))
                .containsExactly(1, 2, 3);
    }

    @Test
    void equalMajoritiesAreTakenInOrderOfPlaceSoThatTheResultIsAlwaysTheSame() {
        List<List<Integer>> circle = votes(1, List.of(1, 2, 3), 1, List.of(3, 1, 2), 1, List.of(2, 3, 1));
        assertThat(Tideman.order(circle)).containsExactly(1, 2, 3);
        assertThat(Tideman.order(circle.reversed())).containsExactly(1, 2, 3);
    }

    @Test
    void completionsThatNoMajoritySeparatesAreTied() {
        assertThat(Tideman.order(votes(1, List.of(1, 2, 3), 1, List.of(2, 1, 3))))
                .containsExactly(1, 1, 3);
        assertThat(Tideman.order(votes(1, List.of(1, 2, 2, 4)))).containsExactly(1, 2, 2, 4);
    }

    @Test
    void oneRankingIsItsOwnConsensusByBothMethods() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            int k = 2 + random.nextInt(8);
            List<Integer> order =
                    new ArrayList<>(IntStream.rangeClosed(1, k).boxed().toList());
            Collections.shuffle(order, random);
            assertThat(Tideman.order(List.of(order))).isEqualTo(order);
            assertThat(BradleyTerry.order(BradleyTerry.scores(List.of(order)))).isEqualTo(order);
        }
    }

    /** scipy.optimize.minimize of the same likelihood, BFGS. */
    @Test
    void bradleyTerryFindsTheMostLikelyScores() {
        double[] scores = BradleyTerry.scores(
                List.of(List.of(3, 3, 1, 2), List.of(4, 3, 2, 1), List.of(4, 3, 2, 1), List.of(4, 1, 1, 1)));
        double[] expected = {-2.4683512972760306, -0.47254243135256135, 1.2745076851592974, 1.666386043469295};
        for (int i = 0; i < expected.length; i++) {
            assertThat(scores[i]).isCloseTo(expected[i], within(1e-6));
        }
        assertThat(BradleyTerry.order(scores)).containsExactly(4, 3, 2, 1);
    }

    @Test
    void bradleyTerryTiesEvenCompletions() {
        assertThat(BradleyTerry.order(BradleyTerry.scores(votes(1, List.of(1, 2, 3), 1, List.of(2, 1, 3)))))
                .containsExactly(1, 1, 3);
    }
}
