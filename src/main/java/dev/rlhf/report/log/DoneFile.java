package dev.rlhf.report.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file done.json in a stage's output folder. It says that the run is complete and has its final metrics: {@code
 * {"stage": "sft", "name": "sft", "fingerprint": "…", "finished": "…", "seconds": 42.1, "metrics": {"loss": 1.2}}}.
 *
 * @param stage the kind of stage
 * @param name the stage's name in its pipeline
 * @param fingerprint checksum of everything that the run depends on
 * @param seconds wall time of all attempts together; NaN if unknown
 * @param metrics by name; NaN: not measured
 */
public record DoneFile(String stage, String name, String fingerprint, double seconds, Map<String, Double> metrics) {
    /** The file's name. */
    public static final String NAME = "done.json";

    /**
     * Reads the file in a run's folder, if there is one.
     *
     * @throws InputException if it is damaged
     */
    public static Optional<DoneFile> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Json.mapper().readTree(file.toFile())));
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": damaged; delete it to run the stage again", e);
        }
    }

    private static DoneFile of(JsonNode json) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        json.path(json.has("metrics") ? "metrics" : "figures") // the key of earlier versions
                .properties()
                .forEach(
                        metric -> metrics.put(metric.getKey(), metric.getValue().asDouble(Double.NaN)));
        return new DoneFile(
                json.path("stage").asText(),
                json.path("name").asText(),
                json.path("fingerprint").asText(),
                json.path("seconds").asDouble(Double.NaN),
                metrics);
    }

    /** Writes the file into a run's folder, atomically. */
    public void write(Path folder) throws IOException {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("stage", stage);
        json.put("name", name);
        json.put("fingerprint", fingerprint);
        json.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("seconds", seconds);
        ObjectNode values = json.putObject("metrics");
        metrics.forEach((metric, value) -> Json.putFinite(values, metric, value));
        AtomicFiles.writeString(folder.resolve(NAME), json.toPrettyString() + "\n");
    }
}
