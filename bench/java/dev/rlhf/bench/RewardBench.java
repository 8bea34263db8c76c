package dev.rlhf.bench;

import dev.rlhf.data.LengthBatches;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.rl.RankedPairs;
import dev.rlhf.stages.reward.RankedGroup;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The optimizer step of {@link Reward} on prompts with two completions, one preferred: {@code peers/reward.py}. */
public final class RewardBench implements Job {
    @Override
    public Map<String, String> defaults() {
        return Map.of("pairs", "16", "steps", "10", "warmup", "2");
    }

    @Override
    public Measured run(Flags flags) {
        int pairs = flags.integer("pairs");
        int count = pairs * (flags.integer("warmup") + flags.integer("steps"));
        int[] lengths = Inputs.ragged(2 * count, 96, 160);
        List<int[]> rows = Inputs.sequences(flags, lengths);
        List<RankedGroup> groups = IntStream.range(0, count)
                .mapToObj(i -> new RankedGroup(
                        Integer.toString(i),
                        List.of(),
                        List.of(rows.get(2 * i), rows.get(2 * i + 1)),
                        List.of("", ""),
                        List.of(new RankedPairs.Order(new int[] {0, 1}, new int[] {1, 2}))))
                .toList();
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                ScalarModel model = ScalarModel.load(
                        session.torch(),
                        flags.path("model"),
                        Precision.of(session.compute()),
                        true,
                        ScalarModel.HeadInit.STORED,
                        0);
                RewardTrainer trainer = new RewardTrainer(
                        session.torch(),
                        model,
                        SftBench.constantRate(1e-5),
                        1,
                        step -> groups.subList((int) (step - 1) * pairs, (int) step * pairs),
                        List.of(),
                        new LengthBatches(pairs, Long.MAX_VALUE),
                        0,
                        0)) {
            List<Double> losses = new ArrayList<>();
            double[] seconds = Laps.of(
                    flags.integer("warmup"),
                    flags.integer("steps"),
                    i -> losses.add(SftBench.loss(trainer.step(i + 1L, false))));
            double rate = pairs / Laps.median(seconds);
            double meanLength = IntStream.of(lengths).average().orElseThrow();
            return new Measured(
                    seconds,
                    Map.of(
                            "pairs_per_second",
                            rate,
                            "tokens_per_second",
                            2 * rate * meanLength,
                            "last_loss",
                            losses.getLast()));
        }
    }
}
