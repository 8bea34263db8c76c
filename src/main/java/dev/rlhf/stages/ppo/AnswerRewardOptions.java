package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.KnowledgeOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;

/** Options for rewards added to the reward model's score, for responses to prompts whose row has {@code "answers"}. */
public record AnswerRewardOptions(
        @Option(help = "reward of a right answer, added to its score", value = "0", min = 0)
        double reward_right_answer,

        @Option(
                help = "reward of a refusal where there is no answer or the model does not know it",
                value = "0",
                min = 0)
        double reward_right_refusal,

        @Option(help = "penalty of a wrong answer, subtracted from its score", value = "0", min = 0)
        double penalty_wrong_answer,

        @Option(help = "penalty of a refusal where the model knows the answer", value = "0", min = 0)
        double penalty_over_refusal,

        @OptionGroup(
                help = "knowledge=knowledge.jsonl of a probe that asked the same questions; omit to count every answer"
                        + " as known")
        KnowledgeOptions probed,

        @OptionGroup AnswerJudgeOptions refusals) {
    /** @throws InputException if {@code knowledge} is given and would change no reward */
    public AnswerRewardOptions {
        if (probed.knowledge() != null && reward_right_refusal == 0 && penalty_over_refusal == 0) {
            throw new InputException(
                    "knowledge: has no effect without reward_right_refusal or penalty_over_refusal; set one of them");
        }
    }

    /** Returns whether any reward differs from 0. */
    boolean any() {
        return reward_right_answer > 0
                || reward_right_refusal > 0
                || penalty_wrong_answer > 0
                || penalty_over_refusal > 0;
    }

    /** Returns what an outcome adds to the score. */
    double rewardOf(AnswerRewards.Outcome outcome) {
        return switch (outcome) {
            case RIGHT_ANSWER -> reward_right_answer;
            case RIGHT_REFUSAL -> reward_right_refusal;
            case WRONG_ANSWER -> -penalty_wrong_answer;
            case OVER_REFUSAL -> -penalty_over_refusal;
        };
    }
}
