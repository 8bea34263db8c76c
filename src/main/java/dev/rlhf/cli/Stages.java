package dev.rlhf.cli;

import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageCatalog.Entry;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Logprobs;
import dev.rlhf.stages.batch.Merge;
import dev.rlhf.stages.batch.MergeOptions;
import dev.rlhf.stages.batch.Score;
import dev.rlhf.stages.batch.ScoringOptions;
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

/** The catalog of all stages: the one place to register a new one. */
final class Stages {
    private Stages() {}

    static StageCatalog catalog() {
        return new StageCatalog(List.of(
                new Entry<>(
                        "pretrain",
                        "Train a new model on text, or continue training one.",
                        PretrainOptions.class,
                        Pretrain::new),
                new Entry<>("sft", "Fine-tune a model on prompts and responses.", SftOptions.class, Sft::new),
                new Entry<>(
                        "probe",
                        "Find out what a model knows, and write refusals for the rest.",
                        ProbeOptions.class,
                        Probe::new),
                new Entry<>(
                        "sample",
                        "Sample several completions per prompt, to be ranked.",
                        SampleOptions.class,
                        Sample::new),
                new Entry<>(
                        "rank",
                        "Collect rankings of completions from people or simulated labelers.",
                        RankOptions.class,
                        Rank::new),
                new Entry<>("reward", "Train a reward model on rankings.", RewardOptions.class, Reward::new),
                new Entry<>("ppo", "Optimise a model against a reward model with PPO.", PpoOptions.class, Ppo::new),
                new Entry<>(
                        "merge",
                        "Merge a LoRA adapter and its base model into a plain checkpoint.",
                        MergeOptions.class,
                        Merge::new),
                new Entry<>(
                        "eval",
                        "Compare models: knowledge, refusals, rewards, perplexity.",
                        EvalOptions.class,
                        Eval::new),
                new Entry<>("generate", "Complete prompts.", GenerateOptions.class, Generate::new),
                new Entry<>("chat", "Chat with a model in the terminal.", ChatOptions.class, TerminalChat::new),
                new Entry<>(
                        "logprobs",
                        "Compute the log-probabilities of texts under a model.",
                        ScoringOptions.class,
                        Logprobs::new),
                new Entry<>("score", "Score texts with a reward model.", ScoringOptions.class, Score::new),
                new Entry<>("judge", "Judge answers: correct, refused or wrong.", JudgeOptions.class, Judge::new),
                new Entry<>(
                        "show-tokens",
                        "Show rows as a model sees them: text, tokens, ids, labels.",
                        ShowTokensOptions.class,
                        ShowTokens::new)));
    }
}
