package dev.rlhf.bench;

import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SupervisedTrainer;
import dev.rlhf.train.LrSchedulerType;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.OptimizerType;
import dev.rlhf.train.TrainableModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The optimizer step of {@link Sft} on full rows: {@code peers/sft.py}. */
public final class SftBench implements Job {
    @Override
    public Map<String, String> defaults() {
        return Map.of("batch", "8", "length", "256", "steps", "20", "warmup", "3");
    }

    @Override
    public Measured run(Flags flags) {
        int rows = flags.integer("batch");
        int length = flags.integer("length");
        int[] lengths = new int[rows * (flags.integer("warmup") + flags.integer("steps"))];
        Arrays.fill(lengths, length + 1);
        List<Example> examples =
                Inputs.sequences(flags, lengths).stream().map(Example::of).toList();
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                CausalLm model = TrainableModels.languageModel(session, Checkpoint.weightsOf(flags.path("model")));
                SupervisedTrainer trainer = new SupervisedTrainer(
                        session.torch(),
                        model,
                        constantRate(1e-4),
                        1,
                        step -> List.of(Batch.of(examples.subList((int) (step - 1) * rows, (int) step * rows), 0)),
                        List.of(),
                        false,
                        0)) {
            List<Double> losses = new ArrayList<>();
            double[] seconds = Laps.of(
                    flags.integer("warmup"),
                    flags.integer("steps"),
                    flags.limit(),
                    i -> losses.add(loss(trainer.step(i + 1L, false))));
            double rate = rows * length / Laps.median(seconds);
            return new Measured(seconds, Map.of("tokens_per_second", rate, "last_loss", losses.getLast()));
        }
    }

    /** The last loss, reported beside the speed to show that both sides do the same work. */
    static double loss(Map<String, Double> metrics) {
        return metrics.getOrDefault("loss", Double.NaN);
    }

    /** Options equal to {@code torch.optim.AdamW} with its defaults, and clipping at norm 1. */
    static OptimizerOptions constantRate(double rate) {
        return new OptimizerOptions(
                rate, LrSchedulerType.CONSTANT, Map.of(), 0, 0, 0.01, 0.9, 0.999, 1e-8, 1.0, OptimizerType.ADAMW_TORCH);
    }
}
