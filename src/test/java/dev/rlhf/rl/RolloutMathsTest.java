package dev.rlhf.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Golden numbers, examples computed by hand, and invariants of random rollouts. */
class RolloutMathsTest {
    private static final double RELATIVE = 1e-4;
    /** Tolerance for a reference computed in fp32 from numbers of size 1. */
    private static final double FLOOR = 1e-6;

    @Test
    void klEstimatorsMatchTheReference() {
        Golden golden = Golden.of("rlhf/kl");
        int[] lengths = golden.ints("lengths");
        float[][] logp = golden.rows("logp");
        float[][] ref = golden.rows("ref_logp");
        for (KlEstimator estimator : KlEstimator.values()) {
            String name = estimator.name().toLowerCase(Locale.ROOT);
            float[][] kl = estimator.perToken(logp, ref, lengths);
            golden.assertClose(kl, name, RELATIVE, FLOOR);
            golden.compare(name, Masked.moments(kl, lengths).mean(), golden.value(name + "_token_mean"), RELATIVE);
            golden.compare(name, Masked.sequenceMean(kl, lengths), golden.value(name + "_sequence_mean"), RELATIVE);
        }
    }

    @Test
    void k3IsNeverNegativeAndK1AveragesToTheExactKl() {
        Random random = new Random(1);
        double[] p = {0.5, 0.3, 0.2};
        double[] q = {0.2, 0.2, 0.6};
        double exact = 0;
        for (int v = 0; v < 3; v++) {
            exact += p[v] * Math.log(p[v] / q[v]);
        }
        Moments k1 = Moments.NONE;
        Moments k3 = Moments.NONE;
        for (int i = 0; i < 200_000; i++) {
            double u = random.nextDouble();
            int v = u < 0.5 ? 0 : u < 0.8 ? 1 : 2;
            k1 = k1.plus(KlEstimator.K1.of(Math.log(p[v]), Math.log(q[v])));
            k3 = k3.plus(KlEstimator.K3.of(Math.log(p[v]), Math.log(q[v])));
        }
        assertThat(k3.min()).isNotNegative();
        assertThat(k1.mean()).isCloseTo(exact, within(4 * k1.std() / Math.sqrt(200_000)));
        assertThat(k3.mean()).isCloseTo(exact, within(4 * k3.std() / Math.sqrt(200_000)));
        assertThat(k3.std()).isLessThan(k1.std());
    }

    @Test
    void k3DoesNotOverflowWhereTheReferenceIsFarMoreCertain() {
        assertThat(KlEstimator.K3.of(-900, -1)).isEqualTo(Math.expm1(20) - 20);
        assertThat(KlEstimator.K3.of(-1, -900)).isEqualTo(Math.expm1(-20) + 20);
    }

    @Test
    void theScoreStandsInTheSlotAfterTheEndUnlessTheResponseFillsItsRow() {
        int[] lengths = {1, 3, 2};
        float[][] kl = {{1}, {1, 1, 1}, {1, 1}};
        float[] scores = {7, 8, 9};
        int[] after = RewardPosition.AFTER_EOS.rewardLengths(lengths, 3);
        assertThat(after).containsExactly(2, 3, 3); // the limit counts, not the widest row
        assertThat(RewardPosition.AFTER_EOS.rewardLengths(lengths, 4)).containsExactly(2, 4, 3);
        assertThat(RewardPosition.EOS.rewardLengths(lengths, 3)).containsExactly(1, 3, 2);
        float[][] rewards = TokenRewards.of(kl, lengths, after, scores, 0.5);
        assertThat(rewards[0]).containsExactly(-0.5f, 7);
        assertThat(rewards[1]).containsExactly(-0.5f, -0.5f, 7.5f);
        assertThat(rewards[2]).containsExactly(-0.5f, -0.5f, 9);
        assertThatThrownBy(() -> RewardPosition.EOS.rewardLengths(lengths, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1: length 3 exceeds the limit 2");
    }

    @Test
    void adaptiveBetaStaysPositiveAndIsNotMovedByAKlThatIsNotFinite() {
        KlController adaptive = new KlController(6, 10);
        assertThat(adaptive.next(0.1, 0, 1000)).isCloseTo(0.08, within(1e-15));
        assertThat(adaptive.next(0.1, 60, 1000)).isCloseTo(0.12, within(1e-15));
        assertThat(adaptive.next(0.1, Double.NaN, 5)).isEqualTo(0.1);
        assertThat(adaptive.next(0.1, Double.POSITIVE_INFINITY, 5)).isEqualTo(0.1);
    }

    @Test
    void anUnchangedPolicyHasNoKl() {
        float[][] logp = random(new Random(2), 4, 6);
        for (KlEstimator estimator : KlEstimator.values()) {
            assertThat(Golden.flat(estimator.perToken(logp, logp, new int[] {6, 1, 3, 2})))
                    .containsOnly(0f);
        }
    }

    @Test
    void tokenRewardsMatchTheReference() {
        Golden golden = Golden.of("rlhf/token_rewards");
        int[] lengths = golden.ints("lengths");
        boolean[] hasEos = booleans(golden.longs("has_eos"));
        Map<String, MissingEos> modes = Map.of(
                "none", new MissingEos.Keep(),
                "subtract", new MissingEos.Subtract(golden.value("missing_eos_penalty")),
                "replace", new MissingEos.Replace(golden.value("missing_eos_score")));
        for (KlEstimator estimator : new KlEstimator[] {KlEstimator.K1, KlEstimator.K3}) {
            float[][] kl = estimator.perToken(golden.rows("logp"), golden.rows("ref_logp"), lengths);
            for (RewardPosition position : RewardPosition.values()) {
                String kind = (estimator + "_" + position).toLowerCase(Locale.ROOT);
                modes.forEach((mode, missing) -> {
                    float[] scores = missing.apply(golden.floats("scores"), hasEos);
                    golden.assertClose(scores, "scores_" + mode, RELATIVE, 0);
                    int[] carried = position.rewardLengths(lengths, kl[0].length);
                    float[][] rewards = TokenRewards.of(kl, lengths, carried, scores, golden.value("beta"));
                    golden.assertClose(rewards, "rewards_" + kind + "_" + mode, RELATIVE, FLOOR);
                    if (mode.equals("subtract")) {
                        golden.assertClose(Whitening.scale(rewards, carried), "whitened_" + kind, RELATIVE, FLOOR);
                    }
                });
            }
        }
    }

    @Test
    void theRewardsOfAResponseSumToItsScoreLessItsPenalty() {
        Random random = new Random(3);
        for (int trial = 0; trial < 50; trial++) {
            int[] lengths = lengths(random, 5, 7);
            float[][] kl = poisoned(random(random, 5, 7), lengths);
            float[] scores = random(random, 1, 5)[0];
            float[][] rewards = TokenRewards.of(kl, lengths, lengths, scores, 0.3);
            double[] earned = Masked.rowSums(rewards, lengths);
            double[] paid = Masked.rowSums(kl, lengths);
            for (int b = 0; b < 5; b++) {
                assertThat(earned[b]).isCloseTo(scores[b] - 0.3 * paid[b], within(1e-5));
                for (int t = lengths[b]; t < 7; t++) {
                    assertThat(rewards[b][t]).isZero();
                }
            }
        }
    }

    @Test
    void aResponseWithoutTokensIsRefused() {
        assertThatThrownBy(() -> TokenRewards.of(new float[1][3], new int[1], new int[1], new float[] {1}, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 0");
    }

    @Test
    void lengthsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Masked.rowSums(new float[2][3], new int[] {3, 4}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1: length 4 is not in 0..3");
        assertThatThrownBy(() -> Masked.rowSums(new float[1][3], new int[] {-1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 0: length -1 is not in 0..3");
        assertThatThrownBy(() -> Masked.rowSums(new float[1][3], new int[] {3, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 rows but 2 lengths");
        assertThat(Masked.rowSums(new float[1][3], new int[] {0})).containsExactly(0);
    }

    @Test
    void everyFunctionChecksTheLengthsOfAllItsRows() {
        float[][] wide = new float[1][3];
        float[][] narrow = new float[1][2];
        int[] lengths = {3};
        List<ThrowingCallable> calls = List.of(
                () -> Gae.of(narrow, wide, lengths, 1, 1),
                () -> Gae.of(wide, narrow, lengths, 1, 1),
                () -> KlEstimator.K1.perToken(narrow, wide, lengths),
                () -> KlEstimator.K1.perToken(wide, narrow, lengths),
                () -> Masked.moments(narrow, lengths),
                () -> Masked.flat(narrow, lengths, 0),
                () -> TokenRewards.of(narrow, lengths, lengths, new float[1], 1),
                () -> ValueStats.explainedVariance(narrow, wide, lengths),
                () -> ValueStats.explainedVariance(wide, narrow, lengths));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("row 0: length 3 is not in 0..2"));
    }

    @Test
    void scoresAndRewardLengthsThatDoNotFitAreRefused() {
        float[][] kl = new float[1][3];
        int[] lengths = {2};
        assertThatThrownBy(() -> new MissingEos.Keep().apply(new float[2], new boolean[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 scores but 1 end flags");
        assertThatThrownBy(() -> TokenRewards.of(kl, lengths, lengths, new float[2], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 rows but 2 scores and 1 reward lengths");
        assertThatThrownBy(() -> TokenRewards.of(kl, lengths, new int[2], new float[1], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 rows but 1 scores and 2 reward lengths");
        for (int wrong : new int[] {1, 4}) {
            assertThatThrownBy(() -> TokenRewards.of(kl, lengths, new int[] {wrong}, new float[1], 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("row 0: reward length " + wrong + " of 2 tokens");
        }
    }

    @Test
    void aKlControllerNeedsATargetAndAHorizonAboveZero() {
        for (double wrong : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> new KlController(wrong, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new KlController(1, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void gaeMatchesTheReference() {
        Golden golden = Golden.of("rlhf/gae");
        int[] lengths = golden.ints("lengths");
        for (JsonNode setting : golden.values().get("gamma_lambda")) {
            double gamma = setting.get(0).asDouble();
            double lambda = setting.get(1).asDouble();
            String name = "_g" + gamma + "_l" + lambda;
            Gae gae = Gae.of(golden.rows("rewards"), golden.rows("values"), lengths, gamma, lambda);
            golden.assertClose(gae.advantages(), "advantages" + name, RELATIVE, FLOOR);
            golden.assertClose(gae.returns(), "returns" + name, RELATIVE, FLOOR);
        }
    }

    @Test
    void gaeOfTheExampleInItsDocumentation() {
        Gae gae = Gae.of(new float[][] {{0, 0, 1}}, new float[][] {{.5f, .5f, .5f}}, new int[] {3}, 1, 0.5);
        assertThat(gae.advantages()[0]).containsExactly(0.125f, 0.25f, 0.5f);
        assertThat(gae.returns()[0]).containsExactly(0.625f, 0.75f, 1f);
    }

    @Test
    void gaeWithLambdaOneIsTheDiscountedReturnWhateverTheCriticSays() {
        Random random = new Random(4);
        for (int trial = 0; trial < 50; trial++) {
            int[] lengths = lengths(random, 3, 6);
            float[][] rewards = poisoned(random(random, 3, 6), lengths);
            Gae gae = Gae.of(rewards, poisoned(random(random, 3, 6), lengths), lengths, 0.9, 1);
            for (int b = 0; b < 3; b++) {
                double expected = 0;
                for (int t = lengths[b] - 1; t >= 0; t--) {
                    expected = rewards[b][t] + 0.9 * expected;
                    assertThat((double) gae.returns()[b][t]).isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    @Test
    void whiteningMatchesTheReference() {
        Golden golden = Golden.of("rlhf/gae");
        int[] lengths = golden.ints("lengths");
        float[][] x = golden.rows("advantages_g0.95_l0.0");
        golden.assertClose(Whitening.whiten(x, lengths), "whitened_unbiased", RELATIVE, FLOOR);
        golden.assertClose(Whitening.scale(x, lengths), "whitened_unbiased_keep_mean", RELATIVE, FLOOR);
    }

    @Test
    void whitenedTokensHaveMeanZeroAndVarianceOneAndGarbageBeyondTheEndIsNotRead() {
        Random random = new Random(5);
        for (int trial = 0; trial < 50; trial++) {
            int[] lengths = lengths(random, 4, 9);
            lengths[0] = 9;
            float[][] x = random(random, 4, 9);
            float[][] white = Whitening.whiten(poisoned(x, lengths), lengths);
            Moments moments = Masked.moments(white, lengths);
            assertThat(moments.mean()).isCloseTo(0, within(1e-6));
            assertThat(moments.variance()).isCloseTo(1, within(1e-5));
            assertThat(white).isDeepEqualTo(Whitening.whiten(x, lengths));
        }
    }

    @Test
    void aSingleTokenWhitensToZero() {
        assertThat(Whitening.whiten(new float[][] {{3}}, new int[] {1})[0]).containsExactly(0f);
        assertThat(Whitening.scale(new float[][] {{3}}, new int[] {1})[0]).containsExactly(3f);
    }

    @Test
    void adaptiveKlMatchesTheReference() {
        Golden golden = Golden.of("rlhf/kl_controller");
        KlController adaptive = new KlController(golden.value("target"), golden.value("horizon"));
        double beta = golden.value("init_kl_coef");
        JsonNode kl = golden.values().get("kl");
        for (int i = 0; i < kl.size(); i++) {
            beta = adaptive.next(
                    beta, kl.get(i).asDouble(), golden.values().get("n_steps").asLong());
            golden.compare(
                    "update " + i, beta, golden.values().get("kl_coef").get(i).asDouble(), 1e-12);
        }
    }

    @Test
    void explainedVarianceIsOneForAPerfectCriticAndZeroForAConstant() {
        int[] lengths = {3, 2};
        float[][] returns = {{1, 2, 3}, {4, 5, Float.NaN}};
        float[][] constant = {{7, 7, 7}, {7, 7, Float.NaN}};
        assertThat(ValueStats.explainedVariance(returns, returns, lengths)).isEqualTo(1);
        assertThat(ValueStats.explainedVariance(constant, returns, lengths)).isCloseTo(0, within(1e-12));
        assertThat(ValueStats.explainedVariance(returns, constant, lengths)).isNaN();
    }

    @Test
    void momentsMergeAsIfTakenAtOnce() {
        float[] all = random(new Random(6), 1, 100)[0];
        Moments whole = Moments.of(all);
        Moments parts = Moments.of(Arrays.copyOfRange(all, 0, 37)).plus(Moments.of(Arrays.copyOfRange(all, 37, 100)));
        assertThat(parts.count()).isEqualTo(100);
        assertThat(parts.mean()).isCloseTo(whole.mean(), within(1e-12));
        assertThat(parts.variance()).isCloseTo(whole.variance(), within(1e-12));
        assertThat(Moments.of(1, 2, 3, 6)).isEqualTo(new Moments(4, 3, 14, 1, 6));
        assertThat(Moments.of(1, 4).variance()).isEqualTo(4.5);
        assertThat(Moments.of(1, 4).biasedVariance()).isEqualTo(2.25);
        assertThat(Moments.NONE.plus(Moments.NONE)).isEqualTo(Moments.NONE);
        assertThat(Moments.NONE.std()).isZero();
        assertThat(Moments.NONE.biasedVariance()).isZero();
    }

    /** The sums of one micro-batch are other powers of two than those of the other. */
    @Test
    void sumsOfMicroBatchesAreAddedOneByOne() {
        assertThat(new PolicyStats(1, 2, 4, 8, 16, 32, 64, 128)
                        .plus(new PolicyStats(256, 512, 1024, 2048, 4096, 8192, 16384, 32768)))
                .isEqualTo(new PolicyStats(257, 514, 1028, 2056, 4112, 8224, 16448, 32896));
        assertThat(new ValueStats(1, 2, 4).plus(new ValueStats(8, 16, 32))).isEqualTo(new ValueStats(9, 18, 36));
        assertThat(new RankingStats(1, 2, 4, 8, 16).plus(new RankingStats(32, 64, 128, 256, 512)))
                .isEqualTo(new RankingStats(33, 66, 132, 264, 528));
    }

    private static float[][] random(Random random, int rows, int width) {
        float[][] x = new float[rows][width];
        for (float[] row : x) {
            for (int t = 0; t < width; t++) {
                row[t] = (float) random.nextGaussian();
            }
        }
        return x;
    }

    private static int[] lengths(Random random, int rows, int width) {
        return random.ints(rows, 1, width + 1).toArray();
    }

    /** Returns a copy with NaN after the end of every row. */
    private static float[][] poisoned(float[][] x, int[] lengths) {
        float[][] copy = new float[x.length][];
        for (int b = 0; b < x.length; b++) {
            copy[b] = x[b].clone();
            Arrays.fill(copy[b], lengths[b], copy[b].length, Float.NaN);
        }
        return copy;
    }

    private static boolean[] booleans(long[] flags) {
        boolean[] result = new boolean[flags.length];
        for (int i = 0; i < flags.length; i++) {
            result[i] = flags[i] == 1;
        }
        return result;
    }
}
