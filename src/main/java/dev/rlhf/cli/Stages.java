package dev.rlhf.cli;

import dev.rlhf.recipe.PipelineReport;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.stage.Ppo;
import dev.rlhf.stage.PpoOptions;
import dev.rlhf.stage.Pretrain;
import dev.rlhf.stage.PretrainOptions;
import dev.rlhf.stage.RewardModel;
import dev.rlhf.stage.RewardOptions;
import dev.rlhf.stage.Sft;
import dev.rlhf.stage.SftOptions;
import java.util.List;

/** Which stages there are: the one place to add one. */
final class Stages {
    private Stages() {}

    static StageCatalog catalog() {
        return new StageCatalog(List.of(
                new StageCatalog.Entry<>(
                        "pretrain",
                        "next-token training on text, of a new model or a given one",
                        PretrainOptions.class,
                        Pretrain::new),
                new StageCatalog.Entry<>("sft", "supervised fine-tuning on conversations", SftOptions.class, Sft::new),
                new StageCatalog.Entry<>(
                        "reward", "a reward model from rankings", RewardOptions.class, RewardModel::new),
                new StageCatalog.Entry<>("ppo", "PPO against a frozen reward model", PpoOptions.class, Ppo::new)));
    }

    static PipelineReport report() {
        return (outputDir, stages) -> {};
    }
}
