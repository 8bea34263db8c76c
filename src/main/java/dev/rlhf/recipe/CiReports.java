package dev.rlhf.recipe;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reports of a run for a CI service, written however the run ends: a JUnit XML report, and a Markdown summary that
 * is appended to a file.
 *
 * @param junit the file of the report ({@code --junit}), which is replaced
 * @param stepSummary the file to append to; GitHub Actions shows it on the page of the workflow run
 */
public record CiReports(Optional<Path> junit, Optional<Path> stepSummary) {
    /** The environment variable in which GitHub Actions passes {@link #stepSummary}. */
    public static final String STEP_SUMMARY = "GITHUB_STEP_SUMMARY";

    /** Returns settings that write nothing. */
    public static CiReports none() {
        return new CiReports(Optional.empty(), Optional.empty());
    }

    /**
     * Reads the settings and creates the report's folder, so that a path that cannot be written is reported before the
     * run.
     *
     * @param junit the path as typed; null if the option was not given
     * @throws InputException if the report cannot be written there
     */
    public static CiReports of(@Nullable String junit, Map<String, String> environment) {
        String summary = environment.getOrDefault(STEP_SUMMARY, "");
        return new CiReports(
                Optional.ofNullable(junit).map(typed -> writable("--junit", typed)),
                summary.isBlank() ? Optional.empty() : Optional.of(Path.of(summary)));
    }

    /**
     * Creates the folder of the summary, if there will be one, so that a path that cannot be written is reported before
     * the run.
     *
     * @throws InputException if the summary cannot be written there
     */
    public void checkSummary(Recipe recipe) {
        if (stepSummary.isPresent() && hasNews(recipe)) {
            Path file = stepSummary.get();
            boolean appends = Files.exists(file) && !Files.isDirectory(file) && Files.isWritable(file);
            if (!appends) {
                writable(STEP_SUMMARY, file.toString());
            }
        }
    }

    private static Path writable(String setting, String typed) {
        if (typed.isBlank()) {
            throw new InputException(setting + ": needs the path of a file");
        }
        Path file = Path.of(typed);
        if (Files.isDirectory(file)) {
            throw new InputException(setting + ": " + file + " is a folder; give the path of a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new InputException(setting + ": the folder " + folder + " cannot be created; give another path", e);
        }
        if (folder == null || !Files.isWritable(folder)) {
            throw new InputException(setting + ": " + file + " cannot be written; give another path");
        }
        return file;
    }

    /**
     * Writes both reports. No summary is written for a single stage that has neither expectations nor an output folder,
     * such as {@code chat}.
     */
    void write(RunResult result) throws IOException {
        if (junit.isPresent()) {
            AtomicFiles.writeString(junit.get(), JUnitReport.of(result));
        }
        if (stepSummary.isPresent() && hasNews(result.recipe())) {
            Files.write(
                    stepSummary.get(),
                    MarkdownSummary.of(result).getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** Returns whether a summary is written, for any stage that has an output folder or expectations. */
    private static boolean hasNews(Recipe recipe) {
        return recipe.stages().stream()
                .anyMatch(stage -> stage.outputDir().isPresent()
                        || !stage.expect().bounds().isEmpty());
    }
}
