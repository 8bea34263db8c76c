package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.KvCache;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.MemoryCheck;
import dev.rlhf.train.MemoryPlan;
import dev.rlhf.train.PassMemory;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The four models of PPO: policy and critic are trained, reference and reward are frozen. The caller closes them. */
public record PpoModels(CausalLm policy, CausalLm reference, ScalarModel critic, ScalarModel reward) {
    /**
     * Opens the reference: {@code ref_model_path}, or the initial policy. If the policy has new adapters, the initial
     * policy is the policy without them and shares its weights.
     */
    static CausalLm reference(Models session, PpoOptions o, CausalLm policy) {
        if (o.ref_model_path() == null && o.lora().leavesBase()) {
            return policy.withoutAdapters();
        }
        return session.frozen(
                Checkpoint.weightsOf(o.ref_model_path() == null ? o.model().model_name_or_path() : o.ref_model_path()));
    }

    /**
     * Opens the critic, a copy of the reward model; with adapters if the policy has new ones or the reward model is an
     * adapter. With {@code share_base} it uses the policy's body if the reward model is an adapter of the same base.
     */
    static ScalarModel critic(Models session, PpoOptions o, CausalLm policy) throws IOException {
        Checkpoint from = Checkpoint.weightsOf(o.reward_model_path());
        Models.requireRewardModel(from.folder());
        ScalarModel critic;
        if (onPolicy(o)) {
            critic = TrainableModels.scalarModelOnto(session, from, policy.parameters());
        } else if (AdapterFolder.isAdapter(from.folder())) {
            critic = TrainableModels.scalarModel(
                    session, from, ScalarModel.HeadInit.STORED, o.loop().seed());
        } else {
            critic = TrainableModels.scalarModel(
                    session,
                    from,
                    ScalarModel.HeadInit.STORED,
                    o.lora(),
                    o.loop().seed());
        }
        if (o.critic().critic_init().equals("zero")) {
            critic.zeroHead();
        }
        return critic;
    }

    /**
     * Opens the frozen reward model. With {@code share_base} it uses the body of policy or critic if that is the same.
     */
    static ScalarModel reward(Models session, PpoOptions o, Checkpoint from, CausalLm policy, ScalarModel critic)
            throws IOException {
        if (onPolicy(o)) {
            return session.rewardModelOnto(from, policy.parameters());
        }
        return o.share_base() && critic.sharesBody()
                ? session.rewardModelOnto(from, critic.parameters())
                : session.rewardModel(from);
    }

    private static boolean onPolicy(PpoOptions o) throws IOException {
        return o.share_base()
                && o.lora().leavesBase()
                && ScalarModel.isAdapterOf(o.reward_model_path(), o.model().model_name_or_path());
    }

    /** @throws InputException if the models differ in the size of their vocabulary */
    void requireSameVocabulary(PpoOptions o) {
        int own = policy.config().vocabSize();
        if (reference.config().vocabSize() != own || reward.config().vocabSize() != own) {
            throw new InputException("policy, reference and reward model must share a vocabulary; they have " + own
                    + ", "
                    + reference.config().vocabSize() + " and " + reward.config().vocabSize() + " tokens ("
                    + o.model().model_name_or_path() + ", " + o.reward_model_path() + ")");
        }
    }

    /**
     * Refuses a reward model for other tokens than the policy's: it reads the ids that the policy generates.
     *
     * @throws InputException with the first token that differs
     */
    static void requireSameTokens(Checkpoint policy, Checkpoint reward) {
        reward.findTokenizer().ifPresent(theirs -> {
            Tokenizer own = policy.tokenizer();
            own.firstDifference(theirs).ifPresent(id -> {
                throw InputException.at(
                        reward.folder(),
                        "its tokenizer is not that of %s, whose tokens it is to score: token %d is \"%s\", not \"%s\"; "
                                        .formatted(policy.folder(), id, theirs.spelling(id), own.spelling(id))
                                + "train a reward model from the SFT model");
            });
        });
    }

    /**
     * Prints the memory plan of a run.
     *
     * @throws InputException if the device has less memory
     */
    MemoryCheck checkMemory(Torch torch, PpoOptions o, PpoPrompts prompts, PrintStream console) {
        return MemoryCheck.of(
                torch,
                console,
                (checkpointing, rows) -> plan(torch, o, prompts, checkpointing, rows),
                o.memory(),
                o.batch().per_device_train_batch_size());
    }

    /**
     * Plans the memory of a run.
     *
     * @param rows episodes per forward pass
     */
    private MemoryPlan plan(Torch torch, PpoOptions o, PpoPrompts prompts, boolean checkpointing, int rows) {
        int response = prompts.responseLength();
        int prompt =
                prompts.prompts().stream().mapToInt(ids -> ids.length).max().orElseThrow();
        int width = prompt + response;
        int pass = Math.min(o.microBatches().of(rows).rows(width), o.rollout().rollout_batch_size());
        long labels = (long) pass * response;
        MemoryPlan plan = new MemoryPlan(torch)
                .trained(policy.parameters(), o.optimizer())
                .trained(critic.parameters(), o.optimizer())
                .frozen(reward.parameters());
        if (o.ref_model_path() != null || !o.lora().leavesBase()) { // otherwise it shares the policy's weights
            plan.frozen(reference.parameters());
        }
        long blocks =
                1L + KvCache.blocksFor(prompt) + (long) o.rollout().rollout_batch_size() * KvCache.blocksFor(width);
        Parameters weights = policy.parameters();
        return plan.varying(true) // responses end early, and rows of similar length share passes
                .rollout(
                        o.rollout().rollout_batch_size(),
                        blocks * KvCache.bytesOfBlock(torch, policy.config(), weights.compute()),
                        policy.stepBytes(),
                        2L * o.rollout().updates() * response) // a large batch is decoded as two halves
                .pass(PassMemory.unrecorded(torch, policy.config(), weights, pass, width, labels))
                .pass(PassMemory.recorded(
                        torch, policy.config(), weights, checkpointing, pass, width, labels, false, false))
                .pass(PassMemory.recorded(
                        torch, critic.config(), critic.parameters(), checkpointing, pass, width, 0, false, false));
    }

    /** Saves policy and critic; returns the policy's folder. */
    Path save(PpoOptions o, Path from) throws IOException {
        Path output = o.loop().output_dir();
        String shardSize = o.loop().max_shard_size();
        Path model = ModelFolder.saveChat(output, policy, from, shardSize);
        ModelFolder.save(output.resolve("critic"), critic, from, shardSize, critic.mean(), 1);
        return model;
    }

    /** Returns the number of positions that all four models have and that the policy can generate up to. */
    int positions() {
        return IntStream.of(
                        policy.config().generatedPositions(),
                        reference.config().maxPositions(),
                        reward.config().maxPositions(),
                        critic.config().maxPositions())
                .min()
                .orElseThrow();
    }
}
