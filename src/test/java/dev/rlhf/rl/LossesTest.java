package dev.rlhf.rl;

import static dev.rlhf.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Golden values and gradients of the losses, and their invariance to splitting and masking. */
class LossesTest extends EngineTest {
    private static final double RELATIVE = 1e-4;
    private static final double FLOOR = 1e-6;

    /** Runs a model whose head is the identity, so that its hidden states are the reference's logits. */
    @Test
    void logProbsAndEntropyMatchTheReference() {
        Golden golden = Golden.of("rlhf/logprobs");
        int vocabulary = (int) golden.shape("logits")[2];
        NDArray mask = golden.tensor(torch, "mask").flatten();
        NDArray weights = golden.tensor(torch, "weights").flatten();
        NDArray tokens = golden.tensor(torch, "tokens").flatten();
        try (CausalLm model = identityHead(vocabulary)) {
            for (JsonNode temperature : golden.values().get("temperatures")) {
                double t = temperature.asDouble();
                NDArray logits = golden.tensor(torch, "logits").reshape(-1, vocabulary);
                NDList both = model.tokenLogprobs(logits, tokens, t);
                golden.assertClose(masked(both.get(0), mask), "logprobs_t" + t, RELATIVE, FLOOR);
                golden.assertClose(masked(both.get(1), mask), "entropy_t" + t, RELATIVE, FLOOR);
                golden.assertClose(
                        gradient(
                                torch,
                                logits,
                                x -> model.tokenLogprobs(x, tokens, t)
                                        .get(0)
                                        .mul(weights)
                                        .sum()),
                        "logprobs_t" + t + "_grad",
                        RELATIVE,
                        FLOOR);
            }
        }
    }

    private static CausalLm identityHead(int vocabulary) {
        ObjectNode json = Json.mapper().createObjectNode().put("model_type", "gpt2");
        json.put("n_layer", 1).put("n_head", 1).put("n_positions", 1).put("n_embd", vocabulary);
        json.put("vocab_size", vocabulary);
        CausalLm model = CausalLm.create(torch, Families.read(json, "config"), Dtype.FLOAT32, 0);
        torch.kernels().invoke("assign", model.head(), torch.manager().eye(vocabulary));
        return model;
    }

    @Test
    void ppoLossesMatchTheReference() {
        Golden golden = Golden.of("rlhf/ppo_loss");
        int[] lengths = golden.ints("lengths");
        long tokens = Masked.count(lengths);
        NDArray zeros = torch.floats(new float[(int) tokens], tokens);
        for (JsonNode clips : golden.values().get("clips")) {
            double c = clips.get(0).asDouble();
            double v = clips.get(1).asDouble();
            String name = "_c" + c + "_v" + v;
            Function<NDArray, PpoLoss.Policy> policy = x -> PpoLoss.policy(
                    torch,
                    x,
                    zeros,
                    flat(golden.rows("logp_old"), lengths),
                    flat(golden.rows("advantages"), lengths),
                    c,
                    tokens);
            PpoLoss.Policy p = policy.apply(flat(golden.rows("logp_new"), lengths));
            JsonNode expected = golden.values().get("policy" + name);
            golden.compare("loss", p.loss().getFloat(), expected.get("loss").asDouble(), RELATIVE);
            assertThat(p.stats().tokens()).isEqualTo(tokens);
            golden.compare("pgLoss", p.stats().pgLoss(), expected.get("loss").asDouble(), RELATIVE);
            golden.compare(
                    "clipfrac", p.stats().clipfrac(), expected.get("clipfrac").asDouble(), RELATIVE);
            golden.compare(
                    "approxkl", p.stats().approxkl(), expected.get("approxkl").asDouble(), RELATIVE);
            golden.compare(
                    "ratio", p.stats().ratio(), expected.get("ratio_mean").asDouble(), RELATIVE);
            golden.assertClose(
                    rows(
                            gradient(
                                    torch,
                                    flat(golden.rows("logp_new"), lengths),
                                    x -> policy.apply(x).loss()),
                            lengths,
                            9),
                    "policy" + name + "_grad",
                    RELATIVE,
                    FLOOR);

            Function<NDArray, PpoLoss.Value> value = x -> PpoLoss.value(
                    torch,
                    x,
                    flat(golden.rows("values_old"), lengths),
                    flat(golden.rows("returns"), lengths),
                    v,
                    tokens);
            PpoLoss.Value got = value.apply(flat(golden.rows("values"), lengths));
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
                    rows(
                            gradient(
                                    torch,
                                    flat(golden.rows("values"), lengths),
                                    x -> value.apply(x).loss()),
                            lengths,
                            9),
                    "value" + name + "_grad",
                    RELATIVE,
                    FLOOR);
        }
    }

    /** Returns the tokens of all rows without padding, as the stage passes them. */
    private static NDArray flat(float[][] x, int[] lengths) {
        float[] flat = Masked.flat(x, lengths, IntStream.range(0, x.length).toArray());
        return torch.floats(flat, flat.length);
    }

    /** Returns tokens as rows of {@code width}, padded with 0. */
    private static float[] rows(float[] flat, int[] lengths, int width) {
        float[] rows = new float[lengths.length * width];
        int at = 0;
        for (int b = 0; b < lengths.length; b++) {
            System.arraycopy(flat, at, rows, b * width, lengths[b]);
            at += lengths[b];
        }
        assertThat(at).isEqualTo(flat.length);
        return rows;
    }

    private static PpoLoss.Policy policy(NDArray logp, NDArray old, NDArray advantages, double cliprange, long tokens) {
        return PpoLoss.policy(torch, logp, old.zerosLike(), old, advantages, cliprange, tokens);
    }

    @Test
    void theFirstMinibatchHasRatioOneAndThePolicyGradient() {
        NDArray logp = torch.floats(new float[] {-1, -2, -3, -0.5f}, 4);
        NDArray old = torch.floats(logp.toFloatArray(), 4);
        float[] advantages = {1, -2, 0.5f, 0};
        NDArray a = torch.floats(advantages, 4);
        PolicyStats stats = policy(logp, old, a, 0.2, 4).stats();
        assertThat(stats.ratio()).isEqualTo(1);
        assertThat(stats.ratioVar()).isZero();
        assertThat(stats.clipfrac()).isZero();
        assertThat(stats.approxkl()).isZero();
        float[] gradient = gradient(torch, logp, x -> policy(x, old, a, 0.2, 4).loss());
        assertClose("gradient", gradient, new float[] {-0.25f, 0.5f, -0.125f, 0}, 0, 0);
    }

    @Test
    void clippingCutsTheGradientOnlyWhereTheRatioHasGoneTheWayTheAdvantageWants() {
        NDArray logp = torch.floats(new float[] {(float) Math.log(1.5), (float) Math.log(1.5), -0.7f, -0.7f}, 4);
        NDArray old = torch.floats(new float[4], 4);
        NDArray a = torch.floats(new float[] {2, -2, 2, -2}, 4);
        float[] gradient = gradient(torch, logp, x -> policy(x, old, a, 0.2, 1).loss());
        float low = (float) Math.exp(-0.7);
        assertClose("gradient", gradient, new float[] {0, 3, -2 * low, 0}, 1e-6, 0);
        assertThat(policy(logp, old, a, 0.2, 1).stats().clipped()).isEqualTo(2);
    }

    @Test
    void aLogRatioThatWouldOverflowIsClampedAndCountedAndOthersKeepTheirGradient() {
        float[] far = {100, -100, 20.5f, 0.1f, 19.5f};
        NDArray logp = torch.floats(far, 5);
        NDArray old = torch.floats(new float[5], 5);
        NDArray a = torch.floats(new float[] {-1, -1, -1, -1, -1}, 5);
        PolicyStats stats = policy(logp, old, a, 0.2, 1).stats();
        assertThat(stats.clamped()).isEqualTo(3);
        // ½ (20² + 20² + 20² + 0.1² + 19.5²) / 5, in fp32
        assertThat(stats.approxkl()).isCloseTo(158.026, within(1e-4));
        for (double value : new double[] {stats.loss(), stats.approxkl(), stats.ratio(), stats.ratioVar()}) {
            assertThat(value).isFinite();
        }
        float[] gradient = gradient(torch, logp, x -> policy(x, old, a, 0.2, 1).loss());
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
            all = all.plus(policy(logp, zero, zero, 0.2, 4).stats());
        }
        assertThat(all.ratio()).isCloseTo(Moments.of(ratios).mean(), within(1e-6));
        assertThat(all.ratioVar()).isCloseTo(Moments.of(ratios).biasedVariance(), within(1e-6));
    }

    @Test
    void splittingAMinibatchChangesNeitherLossNorGradientNorFigures() {
        Random random = new Random(7);
        int[] starts = {0, 6, 7, 11, 13}; // rows of 6, 1, 4 and 2 tokens
        float[][] x = new float[6][];
        for (int i = 0; i < x.length; i++) {
            x[i] = gaussian(random, 13);
        }
        NDArray wholeLogp = torch.floats(x[0], 13);
        float whole = Autograd.step(() -> minibatch(wholeLogp, x, 0, 13));
        float[] gradient = gradientOf(wholeLogp);
        NDArray partLogp = torch.floats(x[0], 13);
        float parts = 0;
        for (int row = 0; row < 4; row++) {
            int from = starts[row];
            int to = starts[row + 1];
            parts += Autograd.step(() -> minibatch(partLogp, x, from, to));
        }
        assertThat(parts).isCloseTo(whole, within(1e-5f));
        assertClose("gradient", gradientOf(partLogp), gradient, 1e-5, 1e-7);
    }

    private static NDArray minibatch(NDArray logp, float[][] x, int from, int to) {
        logp.setRequiresGradient(true);
        String tokens = from + ":" + to;
        NDArray policy = policy(
                        logp.get(tokens),
                        torch.floats(x[1], 13).get(tokens),
                        torch.floats(x[2], 13).get(tokens),
                        0.2,
                        13)
                .loss();
        NDArray value = PpoLoss.value(
                        torch,
                        logp.get(tokens).mul(torch.floats(new float[] {2})),
                        torch.floats(x[3], 13).get(tokens),
                        torch.floats(x[4], 13).get(tokens),
                        0.2,
                        13)
                .loss();
        return policy.add(value.mul(torch.floats(new float[] {0.1f})));
    }

    @Test
    void garbageBeyondTheEndOfARowHasNoEffectNotEvenNaN() {
        Random random = new Random(8);
        int[] lengths = {3, 1};
        float[] logp = gaussian(random, 6);
        float[] other = gaussian(random, 6);
        float[] a = gaussian(random, 6);
        float[][][] clean = {zeroed(logp), zeroed(other), zeroed(a)};
        float[][][] dirty = {poisoned(logp), poisoned(other), poisoned(a)};
        List<float[]> results = new ArrayList<>();
        for (float[][][] x : List.of(clean, dirty)) {
            NDArray now = flat(x[0], lengths);
            NDArray old = flat(x[1], lengths);
            NDArray target = flat(x[2], lengths);
            PpoLoss.Policy policy = policy(now, old, target, 0.2, 4);
            PpoLoss.Value value = PpoLoss.value(torch, now, old, target, 0.2, 4);
            results.add(new float[] {
                policy.loss().getFloat(),
                (float) policy.stats().approxkl(),
                (float) policy.stats().ratio(),
                policy.stats().tokens(),
                value.loss().getFloat()
            });
            results.add(gradient(torch, now, v -> policy(v, old, target, 0.2, 4).loss()));
            results.add(gradient(
                    torch,
                    now,
                    v -> PpoLoss.value(torch, v, old, target, 0.2, 4).loss()));
        }
        assertThat(results.get(0)[3]).isEqualTo(4);
        assertThat(results.get(3)).containsExactly(results.get(0));
        assertThat(results.get(4)).containsExactly(results.get(1));
        assertThat(results.get(5)).containsExactly(results.get(2)).doesNotContain(Float.NaN);
    }

    @Test
    void selectedRowsAreTheirRealTokensInTheOrderWanted() {
        float[][] x = {{1, 2, 3}, {4, Float.NaN}, {5, 6}};
        int[] lengths = {3, 1, 2};
        assertThat(Masked.flat(x, lengths, 2, 0)).containsExactly(5, 6, 1, 2, 3);
        assertThat(Masked.count(lengths, new int[] {2, 0})).isEqualTo(5);
        assertThat(Masked.flat(x, lengths)).isEmpty();
    }

    @Test
    void entropyIsTheMeanOverTheTokensOfAllMicroBatches() {
        PolicyStats all = PolicyStats.NONE;
        for (float[] entropy : new float[][] {{1, 2}, {6}}) {
            NDArray zeros = torch.floats(new float[entropy.length], entropy.length);
            NDArray nats = torch.floats(entropy, entropy.length);
            all = all.plus(
                    PpoLoss.policy(torch, zeros, nats, zeros, zeros, 0.2, 3).stats());
        }
        assertThat(all.entropy()).isEqualTo(3);
    }

    @Test
    void anInfiniteValueClipIsPlainSquaredError() {
        NDArray values = torch.floats(new float[] {1, 5}, 2);
        NDArray old = torch.floats(new float[] {0, 0}, 2);
        NDArray returns = torch.floats(new float[] {3, 4}, 2);
        PpoLoss.Value loss = PpoLoss.value(torch, values, old, returns, Double.POSITIVE_INFINITY, 2);
        assertThat(loss.loss().getFloat()).isCloseTo((4 + 1) / 4f, within(1e-6f));
        assertThat(loss.stats().clipfrac()).isZero();
    }

    private static float[][] zeroed(float[] x) {
        return new float[][] {{x[0], x[1], x[2]}, {x[3], 0, 0}};
    }

    private static float[][] poisoned(float[] x) {
        return new float[][] {{x[0], x[1], x[2]}, {x[3], Float.NaN, Float.POSITIVE_INFINITY}};
    }

    static float[] gaussian(Random random, int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** Returns d loss / d x at {@code at}. */
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
