package dev.rlhf.bench;

import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.KvCache;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Sampling at temperature 1 with the {@link Generator} that rollouts use: {@code peers/generate.py}. */
public final class GenerateBench implements Job {
    private static final long SEED = 0;

    @Override
    public Map<String, String> defaults() {
        return Map.of("prompts", "64", "new_tokens", "128", "repeats", "3");
    }

    @Override
    public Measured run(Flags flags) {
        int all = flags.integer("prompts");
        int most = flags.integer("new_tokens");
        int repeats = flags.integer("repeats");
        List<int[]> prompts = Inputs.sequences(flags, Inputs.ragged(all, 16, 64));
        Map<String, Object> metrics = new LinkedHashMap<>();
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")));
                CausalLm model = session.frozen(Checkpoint.weightsOf(flags.path("model")))) {
            Machine machine = Machine.measure(session.torch(), session.compute());
            metrics.put("machine_gigabytes_per_second", machine.bytesPerSecond() / 1e9);
            metrics.put("machine_gigaflops_per_second", machine.flopsPerSecond() / 1e9);
            double[] first = new double[0];
            for (int batch : new int[] {all, 16, 1}) {
                int[] lengths = new int[Math.min(batch, all)];
                Arrays.fill(lengths, most);
                long[] streams = LongStream.range(0, lengths.length).toArray();
                int times = batch == 1 ? 4 * repeats : repeats; // as in the peer: such a lap is short
                double[] seconds = laps(session.torch(), model, batch, prompts, lengths, streams, Set.of(), times);
                first = first.length == 0 ? seconds : first;
                double rate = lengths.length * most / Laps.median(seconds);
                metrics.put("tokens_per_second_batch_" + batch, rate);
                double positions = prompts.stream()
                                .limit(lengths.length)
                                .mapToInt(prompt -> prompt.length)
                                .average()
                                .orElseThrow()
                        + most / 2.0;
                double bound =
                        lengths.length / boundSeconds(machine, session.torch(), model, lengths.length, positions);
                metrics.put("bound_tokens_per_second_batch_" + batch, bound);
                metrics.put("share_of_bound_batch_" + batch, rate / bound);
            }
            int[] lengths = Inputs.ragged(all, 8, most);
            Stops stops = Stops.of(SEED, model.config().vocabSize(), lengths);
            for (int batch : new int[] {all, 16}) {
                double[] seconds =
                        laps(session.torch(), model, batch, prompts, lengths, stops.streams(), stops.ids(), repeats);
                int useful = Arrays.stream(lengths).sum();
                metrics.put("ragged_useful_tokens_per_second_batch_" + batch, useful / Laps.median(seconds));
                metrics.put("ragged_seconds_batch_" + batch, seconds);
            }
            metrics.put("tokens_per_second", metrics.get("tokens_per_second_batch_" + all));
            return new Measured(first, metrics);
        }
    }

    /** Returns the least seconds of a step, with {@code positions} in the cache of each row. */
    private static double boundSeconds(Machine machine, Torch torch, CausalLm model, int rows, double positions) {
        ModelConfig config = model.config();
        Dtype dtype = model.parameters().compute();
        long weights = model.parameters().map().entrySet().stream()
                .filter(entry -> !entry.getKey().endsWith("wpe.weight")
                        && (config.tied() || !entry.getKey().equals(config.embeddingName())))
                .mapToLong(entry -> entry.getValue().getShape().size())
                .sum();
        double cache = rows * positions * KvCache.bytesOfBlock(torch, config, dtype) / KvCache.BLOCK;
        return machine.stepSeconds(weights, dtype.bytes(), rows, cache);
    }

    /** Returns the seconds for a completion of every length, in batches, after a short warm-up batch. */
    private static double[] laps(
            Torch torch,
            CausalLm model,
            int batch,
            List<int[]> prompts,
            int[] lengths,
            long[] streams,
            Set<Integer> stopIds,
            int repeats) {
        Generator generator = new Generator(torch, model, batch);
        List<int[]> own = prompts.subList(0, lengths.length);
        generator.generate(own.subList(0, Math.min(batch, own.size())), sampling(8, Set.of()));
        Sampling sampling = sampling(Arrays.stream(lengths).max().orElseThrow(), stopIds);
        return Laps.of(0, repeats, i -> check(generator.generate(own, streams, sampling, done -> {}), lengths));
    }

    private static Sampling sampling(int maxNewTokens, Set<Integer> stopIds) {
        return new Sampling(1, 0, 1, maxNewTokens, stopIds, SEED);
    }

    private static void check(List<GeneratedCompletion> completions, int[] lengths) {
        for (int i = 0; i < lengths.length; i++) {
            if (completions.get(i).ids().length != lengths[i]) {
                throw new IllegalStateException("completion %d has %d tokens instead of %d; it cannot be compared"
                        .formatted(i, completions.get(i).ids().length, lengths[i]));
            }
        }
    }
}
