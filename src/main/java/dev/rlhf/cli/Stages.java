package dev.rlhf.cli;

import dev.rlhf.recipe.PipelineReport;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageCatalog.Entry;
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
                new Entry<>(
                        "pretrain",
                        "Train a new model on text, or go on with one.",
                        PretrainOptions.class,
                        Pretrain::new),
                new Entry<>("sft", "Fine-tune a model on prompts and responses.", SftOptions.class, Sft::new),
                new Entry<>("reward", "Train a reward model on rankings.", RewardOptions.class, RewardModel::new),
                new Entry<>("ppo", "Optimise a model against a reward model with PPO.", PpoOptions.class, Ppo::new)));
    }

    static PipelineReport report() {
        return (outputDir, stages) -> {};
    }
}
