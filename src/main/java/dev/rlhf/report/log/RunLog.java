package dev.rlhf.report.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Count;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The log of one run directory: {@code metrics.jsonl}, the same metrics as TensorBoard events, and {@code samples/}.
 * Not thread-safe; the stage that opens it closes it.
 *
 * <p>Every call passes its data to the operating system before it returns, so a killed process loses at most the line
 * it was writing. Reopening the log after step N removes what was logged after N, so the files of a resumed run equal
 * those of an uninterrupted one.
 */
public final class RunLog implements AutoCloseable {
    /** Value of {@code resumeAfterStep} for a new run; the log of an earlier run in the directory is removed. */
    public static final long NEW_RUN = -1;

    static final String METRICS = "metrics.jsonl";
    static final String SAMPLES = "samples";

    private final Path runDir;
    private final PrintStream console;
    private final StepRows rows;
    private final EventFile events;
    private final Set<String> reportedAsNotFinite = new HashSet<>();
    private long lastStep;

    private RunLog(Path runDir, PrintStream console, StepRows rows, EventFile events, long lastStep) {
        this.runDir = runDir;
        this.console = console;
        this.rows = rows;
        this.events = events;
        this.lastStep = lastStep;
    }

    /**
     * Opens the log of {@code runDir}, creating the directory if necessary.
     *
     * @param console receives notes about removed rows and values that are not finite
     * @param resumeAfterStep the step of the saved state from which the run resumes, or {@link #NEW_RUN}
     * @throws dev.rlhf.base.InputException if metrics.jsonl is not such a log
     */
    public static RunLog open(Path runDir, PrintStream console, long resumeAfterStep) throws IOException {
        Files.createDirectories(runDir.resolve(SAMPLES));
        Path metrics = runDir.resolve(METRICS);
        long kept = 0;
        if (resumeAfterStep <= NEW_RUN) {
            EventFile.deleteAll(runDir);
        } else {
            StepRows.Cut cut = StepRows.cutAfter(metrics, resumeAfterStep);
            kept = cut.keptBytes();
            if (cut.droppedRows() > 0) {
                console.printf(
                        "%s: removed %s after step %d, to be written again%n",
                        metrics, Count.of(cut.droppedRows(), "row"), resumeAfterStep);
            }
        }
        deleteSamplesAfter(runDir, resumeAfterStep);
        StepRows rows = StepRows.open(metrics, kept);
        EventFile events = EventFile.create(runDir, resumeAfterStep + 1, InstantSource.system());
        return new RunLog(runDir, console, rows, events, resumeAfterStep);
    }

    /**
     * Appends the row of one step, {@code {"step": 120, "loss": 1.25, …}}, in the order of the map, to the log and the
     * events. A value that is not finite is {@code null} in metrics.jsonl, because JSON has no NaN; TensorBoard gets it
     * unchanged.
     *
     * @throws IllegalArgumentException unless the step is greater than that of the last row
     */
    public void metrics(long step, Map<String, Double> values) {
        if (step <= lastStep) {
            throw new IllegalArgumentException("step " + step + " after step " + lastStep);
        }
        ObjectNode row = Json.mapper().createObjectNode().put("step", step);
        values.forEach((name, value) -> put(row, step, name, value));
        try {
            rows.append(row);
            events.scalars(step, values);
        } catch (IOException e) {
            throw new UncheckedIOException(runDir + ": cannot write the metrics log", e);
        }
        lastStep = step;
    }

    /** Writes {@code samples/step-000120.jsonl} atomically. */
    public void samples(long step, List<SampleRow> samples) {
        StringBuilder lines = new StringBuilder();
        try {
            for (SampleRow sample : samples) {
                lines.append(Json.mapper().writeValueAsString(sample)).append('\n');
            }
            AtomicFiles.writeString(
                    runDir.resolve(SAMPLES).resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step)),
                    lines.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a sample cannot be written as JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(runDir + ": cannot write samples", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (events) {
            rows.close();
        }
    }

    private void put(ObjectNode row, long step, String name, double value) {
        if (!Double.isFinite(value)) {
            row.putNull(name);
            if (reportedAsNotFinite.add(name)) {
                console.printf("step %d: %s is %s%n", step, name, value);
            }
        } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            row.put(name, (long) value);
        } else {
            row.put(name, value);
        }
    }

    private static void deleteSamplesAfter(Path runDir, long lastStep) throws IOException {
        try (Stream<Path> files = Files.list(runDir.resolve(SAMPLES))) {
            for (Path file : files.toList()) {
                if (RunFiles.stepOfSamples(file).orElse(lastStep) > lastStep) {
                    Files.delete(file);
                }
            }
        }
    }
}
