package dev.rlhf.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stages.supervised.SupervisedTrainer;
import dev.rlhf.tensor.CudaGraph;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Time of every operator in one step of SFT and in 16 steps of generation, without that of the operators it calls,
 * from libtorch's profiler. On a GPU run it with CUDA_LAUNCH_BLOCKING=1, so that an operator's time includes its
 * kernels'.
 */
public final class ProfileBench implements Job {
    private static final int TOKENS = 16;

    @Override
    public Map<String, String> defaults() {
        return Map.of("batch", "8", "length", "256", "rows", "1");
    }

    @Override
    public Measured run(Flags flags) {
        System.setProperty(CudaGraph.ENABLED, "false"); // the profiler does not see the operators in a graph
        int rows = flags.integer("batch");
        int[] lengths = new int[rows * 4];
        Arrays.fill(lengths, flags.integer("length") + 1);
        List<int[]> texts = Inputs.sequences(flags, lengths);
        List<Example> examples = texts.stream().map(Example::of).toList();
        List<Double> seconds = new ArrayList<>();
        Map<String, Object> metrics = new LinkedHashMap<>();
        Checkpoint weights = Checkpoint.weightsOf(flags.path("model"));
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")))) {
            try (CausalLm model = TrainableModels.languageModel(session, weights);
                    SupervisedTrainer trainer = new SupervisedTrainer(
                            session.torch(),
                            model,
                            SftBench.constantRate(1e-4),
                            1,
                            step -> List.of(Batch.of(examples.subList((int) (step - 1) * rows, (int) step * rows), 0)),
                            List.of(),
                            false,
                            0)) {
                for (int i = 1; i < 4; i++) {
                    trainer.step(i, false);
                }
                metrics.put("sft", profiled(seconds, () -> trainer.step(4, false)));
            }
            try (CausalLm model = session.frozen(weights)) {
                int batch = flags.integer("rows");
                List<int[]> prompts = texts.subList(0, Math.min(batch, texts.size())).stream()
                        .map(ids -> Arrays.copyOf(ids, 40))
                        .toList();
                Generator generator = new Generator(session.torch(), model, batch);
                Sampling sampling = new Sampling(1, 0, 1, TOKENS, Set.of(), 0);
                generator.generate(prompts, sampling);
                metrics.put("generation", profiled(seconds, () -> generator.generate(prompts, sampling)));
            }
        }
        return new Measured(seconds.stream().mapToDouble(each -> each).toArray(), metrics);
    }

    private static Map<String, Object> profiled(List<Double> laps, Runnable work) {
        try {
            Path trace = Files.createTempFile("trace", ".json");
            JniUtils.startProfile(false, false, false);
            long begin = System.nanoTime();
            work.run();
            double seconds = (System.nanoTime() - begin) / 1e9;
            JniUtils.stopProfile(trace.toString());
            laps.add(seconds);
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("seconds", seconds);
            found.put("operators", selfTimes(Json.mapper().readTree(trace.toFile())));
            Files.delete(trace);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Event(String name, double start, double end) {}

    /** Returns the calls and milliseconds of each operator, the slowest first; events of a thread are nested. */
    private static Map<String, String> selfTimes(JsonNode trace) {
        Map<String, List<Event>> threads = new HashMap<>();
        for (JsonNode node : trace) {
            double start = node.path("ts").asDouble();
            threads.computeIfAbsent(node.path("tid").asText(), tid -> new ArrayList<>())
                    .add(new Event(
                            node.path("name").asText(),
                            start,
                            start + node.path("dur").asDouble()));
        }
        Map<String, double[]> times = new HashMap<>();
        for (List<Event> events : threads.values()) {
            events.sort((a, b) ->
                    a.start() != b.start() ? Double.compare(a.start(), b.start()) : Double.compare(b.end(), a.end()));
            List<Event> open = new ArrayList<>();
            for (Event event : events) {
                while (!open.isEmpty() && open.getLast().end() <= event.start()) {
                    open.removeLast();
                }
                if (!open.isEmpty()) {
                    times.get(open.getLast().name())[1] -= event.end() - event.start();
                }
                double[] own = times.computeIfAbsent(event.name(), name -> new double[2]);
                own[0]++;
                own[1] += event.end() - event.start();
                open.add(event);
            }
        }
        Map<String, String> table = new LinkedHashMap<>();
        times.entrySet().stream()
                .sorted((a, b) -> Double.compare(b.getValue()[1], a.getValue()[1]))
                .forEach(entry -> table.put(
                        entry.getKey(),
                        "%d calls, %.3f ms".formatted((long) entry.getValue()[0], entry.getValue()[1] / 1000)));
        return table;
    }
}
