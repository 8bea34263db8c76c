package dev.rlhf.bench;

import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.ScalarModel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores of a reward model: {@code peers/score.py}. {@link ScoreBatch} sorts sequences by length and returns the scores
 * in the given order, so the order hardly matters here. Both orders are measured.
 */
public final class ScoreBench implements Job {
    @Override
    public Map<String, String> defaults() {
        return Map.of("sequences", "256", "batch", "16", "repeats", "3");
    }

    @Override
    public Measured run(Flags flags) {
        int[] lengths = Inputs.ragged(flags.integer("sequences"), 32, 256);
        List<int[]> given = Inputs.sequences(flags, lengths);
        List<int[]> sorted = given.stream()
                .sorted(Comparator.comparingInt((int[] row) -> row.length).reversed())
                .toList();
        int batch = flags.integer("batch");
        int repeats = flags.integer("repeats");
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                ScalarModel model = session.rewardModel(Checkpoint.weightsOf(flags.path("model")))) {
            ScoreBatch.of(session.torch(), model, sorted.subList(0, Math.min(batch, sorted.size())), batch);
            double[] best = Laps.of(0, repeats, i -> ScoreBatch.of(session.torch(), model, sorted, batch));
            double[] other = Laps.of(0, repeats, i -> ScoreBatch.of(session.torch(), model, given, batch));
            double rate = given.size() / Laps.median(best);
            return new Measured(
                    best,
                    Map.of(
                            "sequences_per_second",
                            rate,
                            "sequences_per_second_given_order",
                            given.size() / Laps.median(other),
                            "tokens_per_second",
                            rate * IntStream.of(lengths).average().orElseThrow()));
        }
    }
}
