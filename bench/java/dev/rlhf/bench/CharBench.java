package dev.rlhf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.data.TokenStream;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.stages.supervised.LmLoss;
import dev.rlhf.stages.supervised.Pretrain;
import dev.rlhf.stages.supervised.SupervisedTrainer;
import dev.rlhf.train.LrSchedulerType;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.OptimizerType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The optimizer step of {@link Pretrain} on nanoGPT's character model: {@code peers/nanogpt_char.py}. */
public final class CharBench implements Job {
    private static final int BLOCK = 64;
    private static final int ROWS = 12;
    private static final int EVAL_BATCHES = 20;
    private static final long SEED = 1337;
    private static final String CONFIG = """
            {"model_type": "gpt2", "n_layer": 4, "n_head": 4, "n_embd": 128, "n_positions": 64,
             "activation_function": "gelu", "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}""";

    @Override
    public Map<String, String> defaults() {
        return Map.of("iterations", "2000", "warmup", "20");
    }

    @Override
    public Measured run(Flags flags) {
        int[] characters = Inputs.text(flags).codePoints().toArray();
        int[] vocabulary = Arrays.stream(characters).distinct().sorted().toArray();
        int[] ids = Arrays.stream(characters)
                .map(character -> Arrays.binarySearch(vocabulary, character))
                .toArray();
        int split = (int) (0.9 * ids.length);
        TokenStream train = TokenStream.of(Arrays.copyOf(ids, split));
        TokenStream validation = TokenStream.of(Arrays.copyOfRange(ids, split, ids.length));
        int iterations = flags.integer("iterations");
        int warmup = flags.integer("warmup");
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                CausalLm model = CausalLm.create(session.torch(), config(vocabulary.length), session.compute(), SEED);
                SupervisedTrainer trainer = new SupervisedTrainer(
                        session.torch(),
                        model,
                        optimizer(),
                        iterations,
                        step -> List.of(windows(train, SEED, step)),
                        List.of(),
                        true,
                        SEED)) {
            double[] seconds = Laps.of(warmup, iterations - warmup, i -> trainer.step(i + 1L, false));
            LmLoss loss = new LmLoss(session.torch(), model);
            double sampled = mean(loss, EVAL_BATCHES, i -> windows(validation, SEED + 1, i));
            int blocks = validation.blocks(BLOCK);
            double whole = mean(
                    loss,
                    (blocks + ROWS - 1) / ROWS,
                    i -> batch(IntStream.range(i * ROWS, Math.min(blocks, (i + 1) * ROWS))
                            .mapToObj(block -> validation.block(block, BLOCK))
                            .toList()));
            double median = Laps.median(seconds);
            return new Measured(
                    new double[] {median},
                    Map.of(
                            "iterations_per_second",
                            1 / median,
                            "iterations_per_second_mean",
                            seconds.length / Arrays.stream(seconds).sum(),
                            "tokens_per_second",
                            ROWS * BLOCK / median,
                            "val_loss",
                            sampled,
                            "val_loss_whole_split",
                            whole));
        }
    }

    private static ModelConfig config(int vocabSize) {
        try {
            ObjectNode json = (ObjectNode) Json.mapper().readTree(CONFIG);
            return Families.read(json.put("vocab_size", vocabSize), "config");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OptimizerOptions optimizer() {
        return new OptimizerOptions(
                1e-3,
                LrSchedulerType.COSINE_WITH_MIN_LR,
                Map.of("min_lr_rate", 0.1),
                0,
                100,
                0.1,
                0.9,
                0.99,
                1e-8,
                1.0,
                OptimizerType.ADAMW_TORCH);
    }

    private static Batch windows(TokenStream stream, long seed, long draw) {
        List<int[]> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            rows.add(stream.window(BLOCK, seed, draw * ROWS + row));
        }
        return batch(rows);
    }

    private static Batch batch(List<int[]> rows) {
        return Batch.of(rows.stream().map(Example::of).toList(), 0);
    }

    /** Returns the mean of the batches' means, as the peers compute it. */
    private static double mean(LmLoss loss, int count, IntFunction<Batch> batches) {
        return IntStream.range(0, count)
                .mapToDouble(i -> loss.evaluate(List.of(batches.apply(i))).meanLoss())
                .average()
                .orElseThrow();
    }
}
