package dev.rlhf.rl;

import static dev.rlhf.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The functions that autograd goes through: golden values and gradients, and what splitting and masking must not change. */
class LossesTest {
    private static final double RELATIVE = 1e-4;
    private static final double FLOOR = 1e-6;
    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open("auto");
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    @Test
    void logProbsAndEntropyMatchTheReference() {
        Golden golden = Golden.of("rlhf/logprobs");
        NDArray mask = golden.tensor(torch, "mask");
        NDArray weights = golden.tensor(torch, "weights");
        NDArray tokens = golden.tensor(torch, "tokens");
        for (JsonNode temperature : golden.values().get("temperatures")) {
            double t = temperature.asDouble();
            NDArray logits = golden.tensor(torch, "logits");
            LogProbs both = LogProbs.of(torch, logits, tokens, t);
            golden.assertClose(masked(both.logprobs(), mask), "logprobs_t" + t, RELATIVE, FLOOR);
            golden.assertClose(masked(both.entropy(), mask), "entropy_t" + t, RELATIVE, FLOOR);
            golden.assertClose(
                    gradient(
                            torch,
                            logits,
                            x -> LogProbs.of(torch, x, tokens, t)
                                    .logprobs()
                                    .mul(weights)
                                    .sum()),
                    "logprobs_t" + t + "_grad",
                    RELATIVE,
                    FLOOR);
            golden.assertClose(
                    gradient(
                            torch,
                            logits,
                            x -> LogProbs.entropy(torch, x, t).mul(weights).sum()),
                    "entropy_t" + t + "_grad",
                    RELATIVE,
                    FLOOR);
        }
    }

    @Test
    void exactKlMatchesTheReference() {
        Golden golden = Golden.of("rlhf/kl");
        NDArray kl =
                KlEstimator.exact(golden.tensor(torch, "policy_log_softmax"), golden.tensor(torch, "ref_log_softmax"));
        golden.assertClose(masked(kl, golden.tensor(torch, "mask")), "exact_kl", RELATIVE, FLOOR);
    }

    @Test
    void ppoLossesMatchTheReference() {
        Golden golden = Golden.of("rlhf/ppo_loss");
        int[] lengths = golden.ints("lengths");
        NDArray mask = Masked.mask(torch, lengths, 9);
        long tokens = Masked.count(lengths);
        for (JsonNode clips : golden.values().get("clips")) {
            double c = clips.get(0).asDouble();
            double v = clips.get(1).asDouble();
            String name = "_c" + c + "_v" + v;
            Function<NDArray, PpoLoss.Policy> policy = x -> PpoLoss.policy(
                    torch, x, golden.tensor(torch, "logp_old"), golden.tensor(torch, "advantages"), mask, c, tokens);
            PpoLoss.Policy p = policy.apply(golden.tensor(torch, "logp_new"));
            JsonNode expected = golden.values().get("policy" + name);
            golden.compare("loss", p.loss().getFloat(), expected.get("loss").asDouble(), RELATIVE);
            assertThat(p.stats().tokens()).isEqualTo(tokens);
            golden.compare("pgLoss", p.stats().pgLoss(), expected.get("loss").asDouble(), RELATIVE);
            golden.compare(
                    "clipfrac", p.stats().clipfrac(), expected.get("clipfrac").asDouble(), RELATIVE);
            golden.compare(
                    "approxkl", p.stats().approxkl(), expected.get("approxkl").asDouble(), RELATIVE);
            golden.compare(
                    "k3", p.stats().approxklK3(), expected.get("approxkl_k3").asDouble(), RELATIVE);
            golden.compare(
                    "ratio", p.stats().ratio(), expected.get("ratio_mean").asDouble(), RELATIVE);
            golden.assertClose(
                    gradient(
                            torch,
                            golden.tensor(torch, "logp_new"),
                            x -> policy.apply(x).loss()),
                    "policy" + name + "_grad",
                    RELATIVE,
                    FLOOR);

            Function<NDArray, PpoLoss.Value> value = x -> PpoLoss.value(
                    torch, x, golden.tensor(torch, "values_old"), golden.tensor(torch, "returns"), mask, v, tokens);
            PpoLoss.Value got = value.apply(golden.tensor(torch, "values"));
            expected = golden.values().get("value" + name);
            golden.compare(
                    "vf loss", got.loss().getFloat(), expected.get("loss").asDouble(), RELATIVE);
            golden.compare("vfLoss", got.stats().vfLoss(), expected.get("loss").asDouble(), RELATIVE);
            golden.compare(
                    "vf clipfrac",
                    got.stats().clipfrac(),
                    expected.get("clipfrac").asDouble(),
                    RELATIVE);
            golden.assertClose(
                    gradient(
                            torch,
                            golden.tensor(torch, "values"),
                            x -> value.apply(x).loss()),
                    "value" + name + "_grad",
                    RELATIVE,
                    FLOOR);
        }
    }

    @Test
    void theFirstMinibatchHasRatioOneAndThePolicyGradient() {
        NDArray logp = torch.floats(new float[] {-1, -2, -3, -0.5f}, 4);
        NDArray old = torch.floats(logp.toFloatArray(), 4);
        float[] advantages = {1, -2, 0.5f, 0};
        NDArray a = torch.floats(advantages, 4);
        PolicyStats stats = PpoLoss.policy(torch, logp, old, a, null, 0.2, 4).stats();
        assertThat(stats.ratio()).isEqualTo(1);
        assertThat(stats.ratioVar()).isZero();
        assertThat(stats.clipfrac()).isZero();
        assertThat(stats.approxkl()).isZero();
        float[] gradient = gradient(
                torch, logp, x -> PpoLoss.policy(torch, x, old, a, null, 0.2, 4).loss());
        assertClose("gradient", gradient, new float[] {-0.25f, 0.5f, -0.125f, 0}, 0, 0);
    }

    @Test
    void clippingCutsTheGradientOnlyWhereTheRatioHasGoneTheWayTheAdvantageWants() {
        NDArray logp = torch.floats(new float[] {(float) Math.log(1.5), (float) Math.log(1.5), -0.7f, -0.7f}, 4);
        NDArray old = torch.floats(new float[4], 4);
        NDArray a = torch.floats(new float[] {2, -2, 2, -2}, 4);
        float[] gradient = gradient(
                torch, logp, x -> PpoLoss.policy(torch, x, old, a, null, 0.2, 1).loss());
        float low = (float) Math.exp(-0.7);
        assertClose("gradient", gradient, new float[] {0, 3, -2 * low, 0}, 1e-6, 0);
        assertThat(PpoLoss.policy(torch, logp, old, a, null, 0.2, 1).stats().clipped())
                .isEqualTo(2);
    }

    @Test
    void aLogRatioThatWouldOverflowIsClampedAndCountedAndOthersKeepTheirGradient() {
        float[] far = {100, -100, 20.5f, 0.1f, 19.5f};
        NDArray logp = torch.floats(far, 5);
        NDArray old = torch.floats(new float[5], 5);
        NDArray a = torch.floats(new float[] {-1, -1, -1, -1, -1}, 5);
        PolicyStats stats = PpoLoss.policy(torch, logp, old, a, null, 0.2, 1).stats();
        assertThat(stats.clamped()).isEqualTo(3);
        for (double value : new double[] {stats.loss(), stats.approxkl(), stats.ratio(), stats.ratioVar()}) {
            assertThat(value).isFinite();
        }
        float[] gradient = gradient(
                torch, logp, x -> PpoLoss.policy(torch, x, old, a, null, 0.2, 1).loss());
        assertClose(
                "gradient", gradient, new float[] {0, 0, 0, (float) Math.exp(0.1), (float) Math.exp(19.5)}, 1e-6, 0);
    }

    @Test
    void ratioVarianceIsThatOfTheTokensOfAllMicroBatches() {
        float[] ratios = {1.1f, 0.8f, 1.3f, 1.05f};
        PolicyStats all = PolicyStats.NONE;
        for (float ratio : ratios) {
            NDArray logp = torch.floats(new float[] {(float) Math.log(ratio)}, 1);
            NDArray zero = torch.floats(new float[1], 1);
            all = all.plus(PpoLoss.policy(torch, logp, zero, zero, null, 0.2, 4).stats());
        }
        assertThat(all.ratio()).isCloseTo(Moments.of(ratios).mean(), within(1e-6));
        assertThat(all.ratioVar()).isCloseTo(Moments.of(ratios).biasedVariance(), within(1e-6));
    }

    @Test
    void splittingAMinibatchChangesNeitherLossNorGradientNorFigures() {
        Random random = new Random(7);
        int width = 6;
        int[] lengths = {6, 1, 4, 2};
        float[][] x = new float[6][];
        for (int i = 0; i < x.length; i++) {
            x[i] = gaussian(random, 4 * width);
        }
        long tokens = Masked.count(lengths);
        NDArray wholeLogp = torch.floats(x[0], 4, width);
        float whole = Autograd.step(() -> minibatch(wholeLogp, x, lengths, 0, 4, width, tokens));
        float[] gradient = gradientOf(wholeLogp);
        NDArray partLogp = torch.floats(x[0], 4, width);
        float parts = 0;
        for (int row = 0; row < 4; row++) {
            int from = row;
            parts += Autograd.step(() -> minibatch(partLogp, x, lengths, from, from + 1, width, tokens));
        }
        assertThat(parts).isCloseTo(whole, within(1e-5f));
        assertClose("gradient", gradientOf(partLogp), gradient, 1e-5, 1e-7);
    }

    private static NDArray minibatch(
            NDArray logp, float[][] x, int[] lengths, int from, int to, int width, long tokens) {
        logp.setRequiresGradient(true);
        String rows = from + ":" + to;
        NDArray mask = Masked.mask(torch, Arrays.copyOfRange(lengths, from, to), width);
        NDArray policy = PpoLoss.policy(
                        torch,
                        logp.get(rows),
                        torch.floats(x[1], 4, width).get(rows),
                        torch.floats(x[2], 4, width).get(rows),
                        mask,
                        0.2,
                        tokens)
                .loss();
        NDArray value = PpoLoss.value(
                        torch,
                        logp.get(rows).mul(2),
                        torch.floats(x[3], 4, width).get(rows),
                        torch.floats(x[4], 4, width).get(rows),
                        mask,
                        0.2,
                        tokens)
                .loss();
        return policy.add(value.mul(0.1f));
    }

    @Test
    void garbageBeyondTheEndOfARowHasNoEffectNotEvenNaN() {
        Random random = new Random(8);
        int[] lengths = {3, 1};
        NDArray mask = Masked.mask(torch, lengths, 3);
        float[] logp = gaussian(random, 6);
        float[] other = gaussian(random, 6);
        float[] a = gaussian(random, 6);
        float[][] clean = {zeroed(logp), zeroed(other), zeroed(a)};
        float[][] dirty = {poisoned(logp), poisoned(other), poisoned(a)};
        List<float[]> results = new ArrayList<>();
        for (float[][] x : List.of(clean, dirty)) {
            NDArray old = torch.floats(x[1], 2, 3);
            NDArray target = torch.floats(x[2], 2, 3);
            PpoLoss.Policy policy = PpoLoss.policy(torch, torch.floats(x[0], 2, 3), old, target, mask, 0.2, 4);
            PpoLoss.Value value = PpoLoss.value(torch, torch.floats(x[0], 2, 3), old, target, mask, 0.2, 4);
            results.add(new float[] {
                policy.loss().getFloat(),
                (float) policy.stats().approxkl(),
                (float) policy.stats().ratio(),
                policy.stats().tokens(),
                value.loss().getFloat()
            });
            results.add(gradient(
                    torch,
                    torch.floats(x[0], 2, 3),
                    v -> PpoLoss.policy(torch, v, old, target, mask, 0.2, 4).loss()));
            results.add(gradient(
                    torch,
                    torch.floats(x[0], 2, 3),
                    v -> PpoLoss.value(torch, v, old, target, mask, 0.2, 4).loss()));
        }
        assertThat(results.get(0)[3]).isEqualTo(4);
        assertThat(results.get(3)).containsExactly(results.get(0));
        assertThat(results.get(4)).containsExactly(results.get(1));
        assertThat(results.get(5)).containsExactly(results.get(2)).doesNotContain(Float.NaN);
    }

    @Test
    void flatTokensGiveTheLossOfTheMaskedRows() {
        Random random = new Random(9);
        float[][] x = {gaussian(random, 6), gaussian(random, 6), gaussian(random, 6)};
        NDArray mask = Masked.mask(torch, new int[] {3, 1}, 3);
        PpoLoss.Policy rows = PpoLoss.policy(
                torch, torch.floats(x[0], 2, 3), torch.floats(x[1], 2, 3), torch.floats(x[2], 2, 3), mask, 0.2, 4);
        PpoLoss.Policy flat = PpoLoss.policy(
                torch,
                torch.floats(Arrays.copyOf(x[0], 4), 4),
                torch.floats(Arrays.copyOf(x[1], 4), 4),
                torch.floats(Arrays.copyOf(x[2], 4), 4),
                null,
                0.2,
                4);
        assertThat(flat.loss().getFloat()).isCloseTo(rows.loss().getFloat(), within(1e-6f));
        assertThat(flat.stats().clipped()).isEqualTo(rows.stats().clipped());
        assertThat(flat.stats().tokens()).isEqualTo(4);
    }

    @Test
    void anInfiniteValueClipIsPlainSquaredError() {
        NDArray values = torch.floats(new float[] {1, 5}, 2);
        NDArray old = torch.floats(new float[] {0, 0}, 2);
        NDArray returns = torch.floats(new float[] {3, 4}, 2);
        PpoLoss.Value loss = PpoLoss.value(torch, values, old, returns, null, Double.POSITIVE_INFINITY, 2);
        assertThat(loss.loss().getFloat()).isCloseTo((4 + 1) / 4f, within(1e-6f));
        assertThat(loss.stats().clipfrac()).isZero();
    }

    private static float[] zeroed(float[] x) {
        float[] copy = x.clone();
        copy[4] = 0;
        copy[5] = 0;
        return copy;
    }

    private static float[] poisoned(float[] x) {
        float[] copy = x.clone();
        copy[4] = Float.NaN;
        copy[5] = Float.POSITIVE_INFINITY;
        return copy;
    }

    static float[] gaussian(Random random, int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** d loss / d x where {@code x} is a copy of {@code at}: its gradient starts from nothing. */
    static float[] gradient(Torch torch, NDArray at, Function<NDArray, NDArray> loss) {
        NDArray x = torch.floats(at.toFloatArray(), at.getShape().getShape());
        x.setRequiresGradient(true);
        Autograd.step(() -> loss.apply(x));
        return gradientOf(x);
    }

    private static float[] gradientOf(NDArray parameter) {
        return parameter.getGradient().toFloatArray();
    }

    private static float[] masked(NDArray x, NDArray mask) {
        return x.mul(mask).toFloatArray();
    }
}
