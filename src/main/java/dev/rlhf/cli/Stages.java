package dev.rlhf.cli;

import dev.rlhf.recipe.PipelineReport;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageCatalog.Entry;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Logprobs;
import dev.rlhf.stages.batch.LogprobsOptions;
import dev.rlhf.stages.batch.Merge;
import dev.rlhf.stages.batch.MergeOptions;
import dev.rlhf.stages.batch.Score;
import dev.rlhf.stages.batch.ScoreOptions;
import dev.rlhf.stages.batch.ShowTokens;
import dev.rlhf.stages.batch.ShowTokensOptions;
import dev.rlhf.stages.chat.ChatOptions;
import dev.rlhf.stages.chat.TerminalChat;
import dev.rlhf.stages.eval.Eval;
import dev.rlhf.stages.eval.EvalOptions;
import dev.rlhf.stages.judge.Judge;
import dev.rlhf.stages.judge.JudgeOptions;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.probe.Probe;
import dev.rlhf.stages.probe.ProbeOptions;
import dev.rlhf.stages.rank.Rank;
import dev.rlhf.stages.rank.RankOptions;
import dev.rlhf.stages.rank.Sample;
import dev.rlhf.stages.rank.SampleOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Pretrain;
import dev.rlhf.stages.supervised.PretrainOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
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
                new Entry<>("rank", "Have completions ranked: by people, or simulated.", RankOptions.class, Rank::new),
                new Entry<>("reward", "Train a reward model on rankings.", RewardOptions.class, Reward::new),
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
