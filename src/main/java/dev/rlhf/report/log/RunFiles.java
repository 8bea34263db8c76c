package dev.rlhf.report.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the samples and the recipe of a run directory. A missing file counts as empty; a broken one causes an
 * InputException.
 */
public final class RunFiles {
    private RunFiles() {}

    /** The samples of one step. */
    public record Samples(long step, List<SampleRow> rows) {}

    /** Returns the step in the name of a sample file, {@code step-000120.jsonl}; empty for another file. */
    public static OptionalLong stepOfSamples(Path file) {
        String name = file.getFileName().toString();
        return name.matches("step-\\d{6,18}\\.jsonl")
                ? OptionalLong.of(Long.parseLong(name.substring(5, name.length() - 6)))
                : OptionalLong.empty();
    }

    /** Returns the first and the last samples of the run: none, one or two. */
    public static List<Samples> firstAndLastSamples(Path runDir) throws IOException {
        Path folder = runDir.resolve("samples");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        TreeMap<Long, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.forEach(file -> stepOfSamples(file).ifPresent(step -> files.put(step, file)));
        }
        List<Samples> samples = new ArrayList<>();
        if (!files.isEmpty()) {
            samples.add(read(files.firstEntry()));
        }
        if (files.size() > 1) {
            samples.add(read(files.lastEntry()));
        }
        return samples;
    }

    /** Returns the resolved recipe. */
    public static Optional<String> recipe(Path runDir) throws IOException {
        Path file = runDir.resolve("recipe.yaml");
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    private static Samples read(Map.Entry<Long, Path> file) throws IOException {
        List<SampleRow> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(file.getValue());
        for (int i = 0; i < lines.size(); i++) {
            try {
                rows.add(Json.mapper().readValue(lines.get(i), SampleRow.class));
            } catch (JsonProcessingException e) {
                throw InputException.at(file.getValue(), i + 1L, "not a sample: " + Json.reason(e));
            }
        }
        return new Samples(file.getKey(), rows);
    }
}
