package dev.rlhf.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.BpeTrainer;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Generation, then {@link SftBench}, then {@link PpoBench}, each for {@code --seconds}; {@code threads.py} uses it to
 * compare OpenMP settings. Creates a Llama with random weights if {@code --model} does not exist.
 */
public final class ThreadsBench implements Job {
    private static final int POSITIONS = 256;
    private static final int HEAD = 32;
    private static final int MOST = 1000; // steps; --seconds ends each job earlier

    @Override
    public Map<String, String> defaults() {
        return Map.of(
                "layers", "4",
                "width", "192",
                "vocab", "2048",
                "prompts", "16",
                "new_tokens", "16",
                "sft_batch", "8",
                "sft_length", "128",
                "ppo_episodes", "16",
                "ppo_query_length", "32",
                "ppo_response_length", "24");
    }

    @Override
    public Measured run(Flags flags) {
        if (!Files.exists(flags.path("model").resolve("config.json"))) {
            make(flags);
        }
        double[] seconds = generation(flags);
        int tokens = flags.integer("prompts") * flags.integer("new_tokens");
        Measured sft = measured(new SftBench(), "sft", Map.of("warmup", "1", "steps", MOST + ""), flags);
        Measured ppo =
                measured(new PpoBench(), "ppo", Map.of("warmup", "1", "updates", MOST + "", "epochs", "2"), flags);
        return new Measured(
                seconds,
                Map.of(
                        "generation_tokens_per_second",
                        tokens / Laps.median(seconds),
                        "sft_tokens_per_second",
                        sft.metrics().get("tokens_per_second"),
                        "ppo_episodes_per_second",
                        ppo.metrics().get("episodes_per_second")));
    }

    private static Measured measured(Job job, String name, Map<String, String> fixed, Flags flags) {
        Map<String, String> defaults = new HashMap<>(job.defaults());
        defaults.putAll(fixed);
        return job.run(flags.of(name, defaults));
    }

    private static double[] generation(Flags flags) {
        int rows = flags.integer("prompts");
        List<int[]> prompts = Inputs.sequences(flags, Inputs.ragged(rows, 8, 32));
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                CausalLm model = session.frozen(Checkpoint.weightsOf(flags.path("model")))) {
            Generator generator = new Generator(session.torch(), model, rows);
            Sampling sampling = new Sampling(1, 0, 1, flags.integer("new_tokens"), Set.of(), 0);
            return Laps.of(1, MOST, flags.limit(), _ -> generator.generate(prompts, sampling));
        }
    }

    private static void make(Flags flags) {
        Path folder = flags.path("model");
        int width = flags.integer("width");
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("model_type", "llama").put("hidden_size", width).put("intermediate_size", width * 8 / 3);
        json.put("num_hidden_layers", flags.integer("layers")).put("num_attention_heads", width / HEAD);
        json.put("num_key_value_heads", width / HEAD).put("max_position_embeddings", POSITIONS);
        json.put("rms_norm_eps", 1e-5).put("tie_word_embeddings", true);
        try {
            BpeTrainer.train(Inputs.text(flags).lines().toList(), flags.integer("vocab"), 2)
                    .save(folder);
            try (Torch torch = Torch.open("cpu");
                    Tokenizer tokenizer = Tokenizer.load(folder)) {
                json.put("vocab_size", tokenizer.vocabSize()).put("eos_token_id", tokenizer.eosId());
                try (CausalLm model = CausalLm.create(torch, Families.read(json, "ThreadsBench"), Dtype.FLOAT32, 0)) {
                    model.write(folder, Dtype.FLOAT32, ShardSize.standard());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
