package dev.rlhf.cli;

import dev.rlhf.recipe.PipelineReport;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageCatalog.Entry;
import dev.rlhf.stage.ChatOptions;
import dev.rlhf.stage.Eval;
import dev.rlhf.stage.EvalOptions;
import dev.rlhf.stage.Generate;
import dev.rlhf.stage.GenerateOptions;
import dev.rlhf.stage.Judge;
import dev.rlhf.stage.JudgeOptions;
import dev.rlhf.stage.Label;
import dev.rlhf.stage.LabelOptions;
import dev.rlhf.stage.Logprobs;
import dev.rlhf.stage.LogprobsOptions;
import dev.rlhf.stage.Merge;
import dev.rlhf.stage.MergeOptions;
import dev.rlhf.stage.Ppo;
import dev.rlhf.stage.PpoOptions;
import dev.rlhf.stage.Pretrain;
import dev.rlhf.stage.PretrainOptions;
import dev.rlhf.stage.Probe;
import dev.rlhf.stage.ProbeOptions;
import dev.rlhf.stage.RewardModel;
import dev.rlhf.stage.RewardOptions;
import dev.rlhf.stage.Sample;
import dev.rlhf.stage.SampleOptions;
import dev.rlhf.stage.Score;
import dev.rlhf.stage.ScoreOptions;
import dev.rlhf.stage.Sft;
import dev.rlhf.stage.SftOptions;
import dev.rlhf.stage.ShowTokens;
import dev.rlhf.stage.ShowTokensOptions;
import dev.rlhf.stage.TerminalChat;
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
                new Entry<>(
                        "probe",
                        "Find out what a model knows; write refusals for the rest.",
                        ProbeOptions.class,
                        Probe::new),
                new Entry<>(
                        "sample",
                        "Write several completions a prompt, to be ranked.",
                        SampleOptions.class,
                        Sample::new),
                new Entry<>(
                        "rank", "Have completions ranked: by people, or simulated.", LabelOptions.class, Label::new),
                new Entry<>("reward", "Train a reward model on rankings.", RewardOptions.class, RewardModel::new),
                new Entry<>("ppo", "Optimise a model against a reward model with PPO.", PpoOptions.class, Ppo::new),
                new Entry<>(
                        "merge",
                        "Make a plain checkpoint of a LoRA adapter and its base.",
                        MergeOptions.class,
                        Merge::new),
                new Entry<>("eval", "Compare models: what they know, refuse, prefer.", EvalOptions.class, Eval::new),
                new Entry<>("generate", "Complete prompts.", GenerateOptions.class, Generate::new),
                new Entry<>("chat", "Talk with a model in the terminal.", ChatOptions.class, TerminalChat::new),
                new Entry<>(
                        "logprobs",
                        "Log-probabilities that a model gives to texts.",
                        LogprobsOptions.class,
                        Logprobs::new),
                new Entry<>("score", "Scores that a reward model gives to texts.", ScoreOptions.class, Score::new),
                new Entry<>("judge", "Verdicts on answers: correct, refused or wrong.", JudgeOptions.class, Judge::new),
                new Entry<>(
                        "show-tokens",
                        "Show rows as a model gets them: text, tokens, ids, what is learnt.",
                        ShowTokensOptions.class,
                        ShowTokens::new)));
    }

    static PipelineReport report() {
        return Reports::write;
    }
}
