package dev.rlhf.bench;

import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.recipe.Overrides;
import dev.rlhf.recipe.Recipes;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.stages.ppo.EpisodeSampler;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoModels;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.ppo.PpoPrompts;
import dev.rlhf.stages.ppo.PpoTrainer;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.TrainableModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Updates of {@link Ppo}: {@code peers/ppo.py}. All four models come from the same checkpoint. */
public final class PpoBench implements Job {
    @Override
    public Map<String, String> defaults() {
        return Map.of(
                "episodes", "64",
                "micro_batch", "16",
                "query_length", "64",
                "response_length", "64",
                "epochs", "4",
                "updates", "3",
                "warmup", "1");
    }

    @Override
    public Measured run(Flags flags) {
        int episodes = flags.integer("episodes");
        PpoOptions options = options(flags);
        List<Map<String, Double>> updates = new ArrayList<>();
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                Tokenizer tokenizer = Tokenizer.load(flags.path("model"));
                CausalLm policy = TrainableModels.languageModel(session, Checkpoint.weightsOf(flags.path("model")));
                CausalLm reference = session.frozen(Checkpoint.weightsOf(flags.path("model")));
                ScalarModel critic = scalar(session, flags, true);
                ScalarModel reward = scalar(session, flags, false);
                PpoTrainer trainer = trainer(
                        session,
                        options,
                        new PpoModels(policy, reference, critic, reward),
                        tokenizer,
                        Inputs.sequences(flags, tokenizer, Inputs.ragged(episodes, 16, flags.integer("query_length"))),
                        flags.integer("response_length"))) {
            int warmup = flags.integer("warmup");
            double[] seconds = Laps.of(
                    warmup, flags.integer("updates"), flags.limit(), i -> updates.add(trainer.step(i + 1L, true)));
            double[] generation = updates.stream()
                    .skip(warmup)
                    .mapToDouble(metrics -> metrics.getOrDefault("timing_s/generate", Double.NaN))
                    .toArray();
            double share =
                    Arrays.stream(generation).sum() / Arrays.stream(seconds).sum();
            return new Measured(
                    seconds,
                    Map.of(
                            "episodes_per_second",
                            episodes / Laps.median(seconds),
                            "generation_share",
                            share,
                            "generation_seconds",
                            generation,
                            "generated_tokens_per_second",
                            episodes * flags.integer("response_length") / Laps.median(generation),
                            "last_update",
                            updates.getLast()));
        }
    }

    private static PpoTrainer trainer(
            Models session,
            PpoOptions options,
            PpoModels models,
            Tokenizer tokenizer,
            List<int[]> prompts,
            int responseLength) {
        EpisodeSampler sampler = new EpisodeSampler(
                session.torch(),
                options,
                models.policy(),
                ConversationFormat.of(tokenizer),
                new PpoPrompts(prompts, responseLength));
        return new PpoTrainer(
                session.torch(), options, models, sampler::rollOut, Optional.empty(), responseLength, tokenizer);
    }

    private static ScalarModel scalar(Models session, Flags flags, boolean trained) {
        return ScalarModel.load(
                session.torch(),
                flags.path("model"),
                Precision.of(session.compute()),
                trained,
                ScalarModel.HeadInit.NORMAL,
                0);
    }

    /**
     * Returns the peer's settings; all others are defaults on both sides. No files but the checkpoint are read or
     * written.
     */
    private static PpoOptions options(Flags flags) {
        int episodes = flags.integer("episodes");
        int updates = flags.integer("warmup") + flags.integer("updates");
        Map<String, String> given = new LinkedHashMap<>();
        given.put("output_dir", ".");
        given.put("model_name_or_path", flags.text("model"));
        given.put("reward_model_path", flags.text("model"));
        given.put("dataset", flags.text("text"));
        given.put("total_episodes", Integer.toString(episodes * updates));
        given.put("rollout_batch_size", Integer.toString(episodes));
        given.put("num_ppo_epochs", flags.text("epochs"));
        given.put("per_device_train_batch_size", flags.text("micro_batch"));
        given.put("response_length", flags.text("response_length"));
        given.put("temperature", "0.7");
        given.put("reward_position", "after_eos");
        given.put("missing_eos_penalty", "1.0");
        StageCatalog.Entry<PpoOptions> ppo = new StageCatalog.Entry<>("ppo", "", PpoOptions.class, Ppo::new);
        Recipes recipes = new Recipes(new StageCatalog(List.of(ppo)));
        return (PpoOptions) recipes.stage("ppo", null, new Overrides(given))
                .stages()
                .getFirst()
                .options();
    }
}
