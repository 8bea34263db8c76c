package dev.rlhf.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the page about a whole pipeline. Given to {@link Pipeline}, which calls it once, after the last stage. */
@FunctionalInterface
public interface PipelineReport {
    /**
     * Writes the page.
     *
     * @param outputDir the pipeline's folder, where the page belongs
     * @param stages what came of each, in order
     */
    void write(Path outputDir, List<StageOutcome> stages) throws IOException;
}
