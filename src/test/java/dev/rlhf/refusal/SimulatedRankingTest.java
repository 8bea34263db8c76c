package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedRankingTest {
    private static final Graded RIGHT = new Graded("Paris.", Verdict.CORRECT);
    private static final Graded RIGHT_LONG = new Graded("The capital is Paris.", Verdict.CORRECT);
    private static final Graded REFUSAL = new Graded("I don't know.", Verdict.REFUSED);
    private static final Graded BAD = new Graded("Rome.", Verdict.WRONG);

    @Test
    void correctBeforeRefusalBeforeWrongThenBrevity() {
        assertThat(SimulatedRanking.errorFree(List.of(BAD, RIGHT_LONG, REFUSAL, RIGHT)))
                .containsExactly(4, 2, 3, 1);
    }

    @Test
    void identicalTextsTieAndTheNextRankIsSkipped() {
        assertThat(SimulatedRanking.errorFree(List.of(REFUSAL, RIGHT, REFUSAL, BAD)))
                .containsExactly(2, 1, 2, 4);
        assertThat(SimulatedRanking.errorFree(List.of(BAD, BAD))).containsExactly(1, 1);
    }

    @Test
    void withoutErrorsEveryLabelerRanksByTheRule() {
        SimulatedRanking sure = new SimulatedRanking(0, 3);
        List<Graded> four = List.of(BAD, RIGHT_LONG, REFUSAL, RIGHT);
        assertThat(sure.ranks("sim-1", "task-1", four)).isEqualTo(SimulatedRanking.errorFree(four));
    }

    @Test
    void errorsDependOnlyOnSeedLabelerAndTask() {
        SimulatedRanking half = new SimulatedRanking(0.5, 3);
        List<Graded> four = List.of(BAD, RIGHT_LONG, REFUSAL, RIGHT);
        assertThat(orders(half, "sim-1", four)).isEqualTo(orders(half, "sim-1", four));
        assertThat(orders(half, "sim-1", four)).isNotEqualTo(orders(half, "sim-2", four));
        assertThat(orders(half, "sim-1", four)).isNotEqualTo(orders(new SimulatedRanking(0.5, 4), "sim-1", four));
    }

    @Test
    void neighboursAreSwappedAtTheGivenRate() {
        SimulatedRanking labeler = new SimulatedRanking(0.1, 7);
        int swapped = 0;
        for (int task = 0; task < 10_000; task++) {
            List<Integer> ranks = labeler.ranks("sim-1", "task-" + task, List.of(RIGHT, BAD));
            swapped += ranks.get(0) == 2 ? 1 : 0;
        }
        assertThat(swapped / 10_000.0).isCloseTo(0.1, within(0.012)); // 4 standard deviations
    }

    @Test
    void certainErrorSwapsDisjointNeighboursAndTiesMoveTogether() {
        SimulatedRanking always = new SimulatedRanking(1, 0);
        assertThat(always.ranks("sim-1", "t", List.of(RIGHT, RIGHT_LONG, REFUSAL, BAD)))
                .containsExactly(2, 1, 4, 3);
        assertThat(always.ranks("sim-1", "t", List.of(RIGHT, REFUSAL, REFUSAL))).containsExactly(3, 1, 1);
    }

    @Test
    void invalidErrorRatesAreRejected() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new SimulatedRanking(wrong, 0));
        }
    }

    @Test
    void anAnswerWithoutWordsIsTheShortest() {
        assertThat(SimulatedRanking.errorFree(List.of(BAD, new Graded(" \n", Verdict.WRONG))))
                .containsExactly(2, 1);
    }

    @Test
    void neighboursAreSwappedIndependentlyOfOthersOfTheTask() {
        List<List<Integer>> orders =
                orders(new SimulatedRanking(0.5, 3), "sim-1", List.of(RIGHT, RIGHT_LONG, REFUSAL, BAD));
        assertThat(orders).contains(List.of(1, 2, 3, 4), List.of(2, 1, 3, 4), List.of(1, 2, 4, 3), List.of(2, 1, 4, 3));
    }

    @Test
    void gradesRankFromTheHighestAndTieIfEqual() {
        assertThat(new SimulatedRanking(0, 3).ranks("sim-1", "task-1", new double[] {0.5, 2, 0.5, -1}))
                .containsExactly(2, 1, 2, 4);
        assertThat(new SimulatedRanking(1, 3).ranks("sim-1", "task-1", new double[] {1, 2}))
                .containsExactly(1, 2);
    }

    private static List<List<Integer>> orders(SimulatedRanking labeler, String name, List<Graded> completions) {
        return IntStream.range(0, 30)
                .mapToObj(task -> labeler.ranks(name, "task-" + task, completions))
                .toList();
    }
}
