package dev.rlhf.rl;

import static dev.rlhf.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingLossTest extends EngineTest {
    private static final double RELATIVE = 1e-4;
    private static final double FLOOR = 1e-7;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "margin", "centred", "margin_centred"})
    void pairwiseMatchesTheReference(String kind) {
        Golden golden = Golden.of("reward/pairwise");
        NDArray margin = kind.contains("margin") ? golden.tensor(torch, "margin") : null;
        double centre = kind.contains("centred") ? 0.01 : 0;
        NDArray chosen = golden.tensor(torch, "chosen");
        NDArray rejected = golden.tensor(torch, "rejected");
        RankingLoss.Result result = pairwise(chosen, rejected, margin, centre);
        golden.compare(kind + "_loss", result.loss().getFloat(), golden.value(kind + "_loss"), RELATIVE);
        golden.compare(kind + "_loss", result.stats().meanLoss(), golden.value(kind + "_loss"), RELATIVE);
        JsonNode metrics = golden.values().get("metrics");
        golden.compare(
                "accuracy", result.stats().accuracy(), metrics.get("accuracy").asDouble(), RELATIVE);
        golden.compare(
                "margin", result.stats().meanMargin(), metrics.get("margin").asDouble(), RELATIVE);
        golden.assertClose(
                LossesTest.gradient(
                        torch,
                        chosen,
                        x -> pairwise(x, rejected, margin, centre).loss()),
                kind + "_grad_chosen",
                RELATIVE,
                FLOOR);
        golden.assertClose(
                LossesTest.gradient(
                        torch,
                        rejected,
                        x -> pairwise(golden.tensor(torch, "chosen"), x, margin, centre)
                                .loss()),
                kind + "_grad_rejected",
                RELATIVE,
                FLOOR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "ties", "one_prompt_all_tied"})
    void kWayMatchesTheReference(String kind) {
        Golden golden = Golden.of("reward/kway");
        int k = (int) golden.shape(kind + "_rewards")[1];
        List<List<RankedPairs.Order>> prompts = new ArrayList<>();
        JsonNode ranks = golden.values().get(kind + "_ranks");
        for (int p = 0; p < ranks.size(); p++) {
            int first = p * k;
            int size = ranks.get(p).size();
            JsonNode own = ranks.get(p);
            prompts.add(prompt(
                    first, IntStream.range(0, size).map(i -> own.get(i).asInt()).toArray()));
        }
        RankedPairs pairs = RankedPairs.of(prompts);
        Function<NDArray, RankingLoss.Result> loss =
                x -> RankingLoss.kWay(torch, x.flatten(), pairs, pairs.prompts(), 0);
        NDArray rewards = golden.tensor(torch, kind + "_rewards");
        RankingLoss.Result result = loss.apply(rewards);
        assertThat(pairs.size()).isEqualTo((int) golden.value(kind + "_pairs"));
        golden.compare(kind + "_loss", result.loss().getFloat(), golden.value(kind + "_loss"), RELATIVE);
        golden.compare(kind + "_accuracy", result.stats().accuracy(), golden.value(kind + "_accuracy"), RELATIVE);
        golden.compare(kind + "_margin", result.stats().meanMargin(), golden.value(kind + "_margin"), RELATIVE);
        golden.assertClose(
                LossesTest.gradient(torch, rewards, x -> loss.apply(x).loss()), kind + "_grad", RELATIVE, FLOOR);
        for (int p = 0; p < prompts.size(); p++) {
            RankedPairs alone = RankedPairs.of(List.of(prompts.get(p)));
            JsonNode expected = golden.values().get(kind + "_prompt_losses").get(p);
            assertThat(alone.prompts()).isEqualTo(expected.isNull() ? 0 : 1);
            if (!expected.isNull()) {
                double own = RankingLoss.kWay(torch, rewards.flatten(), alone, 1, 0)
                        .stats()
                        .meanLoss();
                golden.compare("prompt " + p, own, expected.asDouble(), RELATIVE);
            }
        }
    }

    @Test
    void splittingABatchOfPromptsChangesNeitherLossNorGradients() {
        NDArray rewards = torch.floats(LossesTest.gaussian(new Random(1), 7), 7);
        List<RankedPairs.Order> a = prompt(0, new int[] {2, 1, 3});
        List<RankedPairs.Order> b = prompt(3, new int[] {1, 1, 2, 4});
        List<RankedPairs.Order> tied = prompt(3, new int[] {1, 1, 1, 1});
        RankedPairs whole = RankedPairs.of(List.of(a, b, tied));
        float[] expected = LossesTest.gradient(
                torch, rewards, x -> RankingLoss.kWay(torch, x, whole, 2, 0.01).loss());
        float[] got = LossesTest.gradient(torch, rewards, x -> {
            NDArray sum = RankingLoss.kWay(torch, x, RankedPairs.of(List.of(a)), 2, 0.01)
                    .loss();
            for (List<RankedPairs.Order> next : List.of(b, tied)) {
                sum = sum.add(RankingLoss.kWay(torch, x, RankedPairs.of(List.of(next)), 2, 0.01)
                        .loss());
            }
            return sum;
        });
        assertClose("gradient", got, expected, 1e-5, 1e-7);
        assertThat(whole.prompts()).isEqualTo(2);
    }

    @Test
    void labelersOfOnePromptShareItsWeightAndMayDisagree() {
        RankedPairs pairs = RankedPairs.of(List.of(
                Stream.of(new int[] {1, 2}, new int[] {2, 1}, new int[] {1, 2})
                        .map(ranks -> new RankedPairs.Order(new int[] {5, 6}, ranks))
                        .toList(),
                prompt(0, new int[] {1, 2})));
        assertThat(pairs.winners()).containsExactly(5, 6, 5, 0);
        assertThat(pairs.losers()).containsExactly(6, 5, 6, 1);
        assertThat(pairs.weights()).containsExactly(1f / 3, 1f / 3, 1f / 3, 1f);
    }

    @Test
    void aCompletionIsNotRankedAboveItself() {
        RankedPairs.Order order = new RankedPairs.Order(new int[] {4, 5, 4}, new int[] {1, 2, 3}, 0.5f);
        assertThat(order.contradictions()).isEqualTo(1);
        RankedPairs pairs = RankedPairs.of(List.of(List.of(order.moved(2))));
        assertThat(pairs.winners()).containsExactly(6, 7);
        assertThat(pairs.losers()).containsExactly(7, 6);
        assertThat(pairs.margins()).containsExactly(0.5f, 0.5f);
        assertThat(pairs.weights()).containsExactly(0.5f, 0.5f);
        assertThat(new RankedPairs.Order(new int[] {4, 4}, new int[] {1, 2}).hasPair())
                .isFalse();
        assertThat(order.hasPair()).isTrue();
    }

    @Test
    void aBatchOfTiesHasLossZeroAndGradientZero() {
        NDArray rewards = torch.floats(new float[] {1, 2}, 2);
        RankedPairs none = RankedPairs.of(List.of(prompt(0, new int[] {1, 1})));
        float[] gradient = LossesTest.gradient(
                torch, rewards, x -> RankingLoss.kWay(torch, x, none, 1, 0.01).loss());
        assertThat(gradient).containsExactly(0, 0);
    }

    @Test
    void hugeGapsStayFinite() {
        NDArray rewards = torch.floats(new float[] {60, -60, -60, 60}, 4);
        RankedPairs pairs = RankedPairs.of(List.of(prompt(0, new int[] {1, 2}), prompt(2, new int[] {1, 2})));
        RankingLoss.Result result = RankingLoss.kWay(torch, rewards, pairs, 2, 0);
        assertThat(result.loss().getFloat()).isCloseTo(60, within(1e-4f));
        assertThat(LossesTest.gradient(
                        torch,
                        rewards,
                        x -> RankingLoss.kWay(torch, x, pairs, 2, 0).loss()))
                .containsExactly(0, 0, -0.5f, 0.5f);
    }

    @Test
    void ranksThatDoNotFitTheCompletionsAreRefused() {
        assertThatThrownBy(() -> prompt(0, new int[] {1, 2}, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 ranks for 3 completions");
    }

    private static List<RankedPairs.Order> prompt(int first, int[] ranks) {
        return prompt(first, ranks, ranks.length);
    }

    private static List<RankedPairs.Order> prompt(int first, int[] ranks, int rows) {
        return List.of(
                new RankedPairs.Order(IntStream.range(first, first + rows).toArray(), ranks));
    }

    /** Pairs of one prompt each: the loss of TRL's RewardTrainer. */
    private static RankingLoss.Result pairwise(
            NDArray chosen, NDArray rejected, @Nullable NDArray margin, double centre) {
        int n = (int) chosen.size();
        float[] margins = margin == null ? new float[n] : margin.toFloatArray();
        RankedPairs pairs = RankedPairs.of(IntStream.range(0, n)
                .mapToObj(i -> List.of(new RankedPairs.Order(new int[] {i, n + i}, new int[] {1, 2}, margins[i])))
                .toList());
        return RankingLoss.kWay(torch, NDArrays.concat(new NDList(chosen, rejected)), pairs, n, centre);
    }
}
