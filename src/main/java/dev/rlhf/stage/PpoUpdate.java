package dev.rlhf.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.PolicyStats;
import dev.rlhf.rl.PpoLoss;
import dev.rlhf.rl.ValueStats;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.AdamW;
import java.util.ArrayList;
import java.util.List;

/** PPO's optimizer steps on a scored rollout (Schulman 2017, algorithm 1): passes over minibatches, clipped losses. */
final class PpoUpdate {
    private final Torch torch;
    private final CausalLm policy;
    private final ScalarModel critic;
    private final AdamW optimizer;
    private final PpoSettings settings;

    PpoUpdate(Torch torch, CausalLm policy, ScalarModel critic, AdamW optimizer, PpoSettings settings) {
        this.torch = torch;
        this.policy = policy;
        this.critic = critic;
        this.optimizer = optimizer;
        this.settings = settings;
    }

    /**
     * Figures of one minibatch, from before its step.
     *
     * @param entropy mean over its tokens of the policy's entropy, nats
     */
    record MiniBatch(PolicyStats policy, ValueStats value, double entropy, double gradNorm) {
        double loss(double valueCoefficient) {
            return policy.pgLoss() + valueCoefficient * value.vfLoss();
        }
    }

    /**
     * One optimizer step on some rows of a rollout. The losses are divided by the response tokens of all these rows, so that
     * cutting them into micro-batches changes nothing.
     *
     * @param trainPolicy false: the critic alone
     */
    MiniBatch step(Rollout rollout, List<Integer> rows, double learningRate, boolean trainPolicy) {
        long tokens = rows.stream().mapToLong(row -> rollout.lengths()[row]).sum();
        PolicyStats policyStats = PolicyStats.NONE;
        ValueStats valueStats = ValueStats.NONE;
        double entropy = 0;
        for (int from = 0; from < rows.size(); from += settings.microBatch()) {
            List<Integer> micro = rows.subList(from, Math.min(rows.size(), from + settings.microBatch()));
            EpisodeBatch batch =
                    EpisodeBatch.of(micro.stream().map(rollout.episodes()::get).toList());
            Policy own = backwardPolicy(rollout, micro, batch, tokens, trainPolicy);
            policyStats = policyStats.plus(own.stats());
            entropy += own.entropySum();
            valueStats = valueStats.plus(backwardValue(rollout, micro, batch, tokens));
        }
        double norm = optimizer.step(learningRate, settings.maxGradNorm()).gradNorm();
        return new MiniBatch(policyStats, valueStats, entropy / tokens, norm);
    }

    private record Policy(PolicyStats stats, double entropySum) {}

    private Policy backwardPolicy(Rollout rollout, List<Integer> rows, EpisodeBatch batch, long tokens, boolean train) {
        try (Scope _ = new Scope()) {
            List<Policy> result = new ArrayList<>();
            Autograd.record(() -> {
                NDList out = batch.logprobs(torch, policy, settings.temperature());
                PpoLoss.Policy loss = PpoLoss.policy(
                        torch,
                        out.get(0),
                        constant(rollout, rollout.logp(), rows),
                        constant(rollout, rollout.advantages(), rows),
                        null,
                        settings.cliprange(),
                        tokens);
                if (train) {
                    Autograd.backward(loss.loss());
                }
                return result.add(new Policy(loss.stats(), out.get(1).sum().getFloat()));
            });
            return result.getFirst();
        }
    }

    private ValueStats backwardValue(Rollout rollout, List<Integer> rows, EpisodeBatch batch, long tokens) {
        try (Scope _ = new Scope()) {
            List<ValueStats> result = new ArrayList<>();
            Autograd.record(() -> {
                PpoLoss.Value loss = PpoLoss.value(
                        torch,
                        batch.values(torch, critic),
                        constant(rollout, rollout.values(), rows),
                        constant(rollout, rollout.returns(), rows),
                        null,
                        settings.cliprangeValue(),
                        tokens);
                Autograd.backward(torch.kernels().call("times", loss.loss(), settings.valueCoefficient()));
                return result.add(loss.stats());
            });
            return result.getFirst();
        }
    }

    private NDArray constant(Rollout rollout, float[][] values, List<Integer> rows) {
        float[] flat = rollout.flat(values, rows);
        return torch.floats(flat, flat.length);
    }
}
