package dev.rlhf.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.report.log.DoneFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runner's files in a stage's output folder: {@code started.json} records what the run depends on, {@link
 * DoneFile} that it is complete, and its metrics (written last, atomically), {@code recipe.yaml} every option. Not
 * thread-safe; a writer must hold a {@link RunLock}.
 */
final class RunFolder {
    /**
     * A complete run.
     *
     * @param seconds wall time of all its attempts together
     */
    record Done(double seconds, Map<String, Double> metrics) {}

    private static final String STARTED = "started.json";
    /** The recipe of the run, with every value. */
    static final String RECIPE = "recipe.yaml";

    /** The files of this class. */
    static final List<String> FILES = List.of(RECIPE, STARTED, DoneFile.NAME);

    /** How the recipe of a run begins. */
    static final String RESOLVED = "# Resolved: every value, defaults included. ";
    /** Folders of trained models. */
    private static final List<String> MODELS = List.of("model", "critic");

    private static final String SUM = "fingerprint";
    private static final String BUILD = "build";

    private final Path folder;

    RunFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns the fingerprint of the run that was started here, if there is one. */
    Optional<Fingerprint> earlier() throws IOException {
        JsonNode started = read(STARTED);
        return started == null ? Optional.empty() : Optional.of(Fingerprint.fromJson(started));
    }

    /** Returns the build of the program that last started the run ({@link Versions#build}), if it is recorded. */
    Optional<String> build() throws IOException {
        JsonNode started = read(STARTED);
        return started == null
                ? Optional.empty()
                : Optional.ofNullable(started.path(BUILD).textValue());
    }

    /** Returns the result of the run that was started here, if it is complete. */
    Optional<Done> done() throws IOException {
        JsonNode started = read(STARTED);
        return started == null
                ? Optional.empty()
                : DoneFile.read(folder)
                        .filter(done ->
                                done.fingerprint().equals(started.path(SUM).asText()))
                        .map(done -> new Done(done.seconds(), done.metrics()));
    }

    /** Returns whether a run was started here and wrote more than the files of this class. */
    boolean holdsResults() throws IOException {
        if (!Files.exists(folder.resolve(STARTED))) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> !List.of(STARTED, RECIPE, RunLock.FILE)
                    .contains(file.getFileName().toString()));
        }
    }

    /** Renames the folder to the first of {@code NAME.previous-1, -2, …} that is free. Nothing is deleted. */
    Path moveAside(RunLock lock) throws IOException {
        for (int i = 1; ; i++) {
            Path aside = folder.resolveSibling(folder.getFileName() + ".previous-" + i);
            if (!Files.exists(aside)) {
                lock.moveFolderTo(aside);
                return aside;
            }
        }
    }

    /**
     * Refuses a folder in which a stage would replace what no run wrote: a recipe, or a model without the recipe of its
     * run.
     *
     * @throws InputException naming it
     */
    void refuseForeignFiles() throws IOException {
        refuseForeignRecipe();
        boolean ofRun = hasRecipeOfRun() || Files.exists(folder.resolve(STARTED));
        for (String model : MODELS) {
            if (!ofRun && Files.exists(folder.resolve(model))) {
                throw foreign(model);
            }
        }
    }

    /**
     * Refuses a folder with a recipe that no run wrote, and that a run would replace.
     *
     * @throws InputException naming it
     */
    void refuseForeignRecipe() throws IOException {
        if (Files.exists(folder.resolve(RECIPE)) && !hasRecipeOfRun()) {
            throw foreign(RECIPE);
        }
    }

    /** Returns whether the folder has the recipe of a run. */
    private boolean hasRecipeOfRun() throws IOException {
        Path file = folder.resolve(RECIPE);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] start = RESOLVED.getBytes(StandardCharsets.UTF_8);
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(start.length), start);
        }
    }

    private InputException foreign(String name) {
        return new InputException("output_dir: " + folder.resolve(name)
                + " was not written by a run, and this one would replace it; move it, or give another output_dir");
    }

    /** Marks the folder as this run's. The time of earlier attempts is kept if this one continues them. */
    void start(Fingerprint fingerprint, String recipe, String build) throws IOException {
        Files.createDirectories(folder);
        AtomicFiles.deleteLeftovers(folder);
        AtomicFiles.writeString(folder.resolve(RECIPE), recipe);
        double before = holdsResults() || earlier().equals(Optional.of(fingerprint)) ? secondsBefore() : 0;
        Files.deleteIfExists(folder.resolve(DoneFile.NAME));
        writeStarted(fingerprint, build, before);
    }

    /** Records how long an incomplete run has taken so far. */
    void stop(Fingerprint fingerprint, double seconds) throws IOException {
        writeStarted(fingerprint, build().orElse(""), secondsBefore() + seconds);
    }

    Done finish(StageRecipe<?> recipe, Fingerprint fingerprint, double seconds, Map<String, Double> metrics)
            throws IOException {
        Done done = new Done(secondsBefore() + seconds, metrics);
        new DoneFile(recipe.kind().name(), recipe.name(), fingerprint.sum(), done.seconds(), metrics).write(folder);
        return done;
    }

    private double secondsBefore() throws IOException {
        JsonNode started = read(STARTED);
        return started == null ? 0 : started.path("seconds").asDouble();
    }

    private void writeStarted(Fingerprint fingerprint, String build, double seconds) throws IOException {
        ObjectNode json = fingerprint.toJson();
        json.put(SUM, fingerprint.sum());
        json.put(BUILD, build);
        json.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("seconds", seconds);
        AtomicFiles.writeString(folder.resolve(STARTED), json.toPrettyString() + "\n");
    }

    private @Nullable JsonNode read(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Json.mapper().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": damaged; delete it to run the stage again", e);
        }
    }
}
