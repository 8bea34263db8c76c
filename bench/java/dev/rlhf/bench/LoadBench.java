package dev.rlhf.bench;

import dev.rlhf.data.ScoringRow;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Loads a checkpoint and runs it: {@code peers/load.py}. One load per process, because peak memory is measured per
 * process. As in every stage, the input row is read before the engine is opened.
 */
public final class LoadBench implements Job {
    @Override
    public Map<String, String> defaults() {
        return Map.of("tokens", "16");
    }

    @Override
    public Measured run(Flags flags) {
        double started = System.currentTimeMillis() / 1e3 - Double.parseDouble(System.getenv("BENCH_STARTED"));
        warm(flags.path("model"));
        long opening = System.nanoTime();
        long[] ids = ids(flags.integer("tokens"));
        try (Models session = Models.open(new EngineOptions(flags.text("device"), flags.text("dtype")))) {
            Map<String, Object> metrics = new LinkedHashMap<>();
            long before = session.torch().memory().peakResident();
            long start = System.nanoTime();
            started += (start - opening) / 1e9;
            try (CausalLm model =
                    CausalLm.load(session.torch(), flags.path("model"), Precision.of(session.compute()), false)) {
                double loaded = (System.nanoTime() - start) / 1e9;
                long peakLoaded = session.torch().memory().peakResident();
                float largest = largestLogit(session, model, ids);
                double answered = (System.nanoTime() - start) / 1e9;
                long peakAnswered = session.torch().memory().peakResident();
                double count = model.parameters().count();
                metrics.put("parameters_per_second", count / loaded);
                metrics.put("parameters_per_second_to_logits", count / answered);
                metrics.put("parameters_per_second_from_start_to_logits", count / (started + answered));
                metrics.put("parameters_per_peak_byte", count / peakLoaded);
                metrics.put("parameters_per_peak_byte_to_logits", count / peakAnswered);
                metrics.put("load_seconds", loaded);
                metrics.put("load_seconds_to_logits", answered);
                metrics.put("seconds_from_start_to_logits", started + answered);
                metrics.put("peak_mib_before", before >> 20);
                metrics.put("peak_mib_loaded", peakLoaded >> 20);
                metrics.put("peak_mib_to_logits", peakAnswered >> 20);
                metrics.put("largest_logit", largest);
                return new Measured(new double[] {loaded}, metrics);
            }
        }
    }

    private static long[] ids(int tokens) {
        try {
            Path file = Files.createTempFile("load-bench", ".jsonl");
            try {
                Files.writeString(
                        file,
                        "{\"input_ids\": %s}\n"
                                .formatted(Arrays.toString(
                                        IntStream.range(0, tokens).toArray())));
                if (ScoringRow.read(file).getFirst().content() instanceof ScoringRow.Content.TokenIds(int[] read)) {
                    return Arrays.stream(read).asLongStream().toArray();
                }
                throw new IllegalStateException("not read as ids");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float largestLogit(Models session, CausalLm model, long[] ids) {
        try (Scope _ = new Scope()) {
            Input input = Input.rightPadded(session.torch(), ids, 1);
            return Dtype.FLOAT32
                    .cast(session.torch(), model.logits(input))
                    .get("0, -1")
                    .max()
                    .getFloat();
        }
    }

    /** Reads the files once, so that both sides find them in the page cache. */
    private static void warm(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.safetensors")) {
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
