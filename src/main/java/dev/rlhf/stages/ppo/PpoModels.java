package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import java.util.stream.IntStream;

/** The four models of PPO: policy and critic are trained, reference and reward are frozen. The caller closes them. */
public record PpoModels(CausalLm policy, CausalLm reference, ScalarModel critic, ScalarModel reward) {
    /** Opens the initial policy; with new adapters, the policy without them, which shares its weights. */
    static CausalLm reference(Models session, PpoOptions o, CausalLm policy) {
        if (o.ref_model_path() == null && o.lora().leavesBase()) {
            return policy.withoutAdapters();
        }
        return session.frozen(
                Checkpoint.weightsOf(o.ref_model_path() == null ? o.model().model_name_or_path() : o.ref_model_path()));
    }

    /** Opens a copy of the reward model; with adapters if the policy has new ones or the reward model is an adapter. */
    static ScalarModel critic(Models session, PpoOptions o) {
        Checkpoint from = Checkpoint.weightsOf(o.reward_model_path());
        ScalarModel critic = AdapterFolder.present(from.folder())
                ? session.trainableScalar(
                        from, ScalarModel.HeadInit.STORED, o.loop().seed())
                : session.trainableScalar(
                        from, ScalarModel.HeadInit.STORED, o.lora(), o.loop().seed());
        if (o.critic_init().equals("zero")) {
            critic.zeroHead();
        }
        return critic;
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

    /** Returns the positions that all four models have and the policy can generate at. */
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
