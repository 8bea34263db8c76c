package dev.rlhf.stage;

import dev.rlhf.rl.MissingEos;
import dev.rlhf.rl.RewardPosition;

/** What of {@link PpoOptions} the maths of an update depends on. */
record PpoSettings(
        double temperature,
        MissingEos missingEos,
        RewardPosition rewardPosition,
        boolean whitenRewards,
        boolean whitenAdvantages,
        double gamma,
        double lambda,
        double cliprange,
        double cliprangeValue,
        double valueCoefficient,
        double maxGradNorm,
        int microBatch) {
    static PpoSettings of(PpoOptions o) {
        return new PpoSettings(
                o.temperature(),
                missingEos(o),
                o.reward_position(),
                o.whiten_rewards(),
                o.whiten_advantages(),
                o.gamma(),
                o.lam(),
                o.cliprange(),
                o.cliprange_value(),
                o.vf_coef(),
                o.max_grad_norm(),
                o.per_device_train_batch_size());
    }

    private static MissingEos missingEos(PpoOptions o) {
        if (o.missing_eos_score() != null) {
            return new MissingEos.Replace(o.missing_eos_score());
        }
        return o.missing_eos_penalty() != null
                ? new MissingEos.Subtract(o.missing_eos_penalty())
                : new MissingEos.Keep();
    }
}
