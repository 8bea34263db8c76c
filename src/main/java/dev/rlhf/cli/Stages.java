package dev.rlhf.cli;

import dev.rlhf.recipe.PipelineReport;
import dev.rlhf.recipe.StageCatalog;
import java.util.List;

/** Which stages there are: the one place to add one. */
final class Stages {
    private Stages() {}

    static StageCatalog catalog() {
        return new StageCatalog(List.of());
    }

    static PipelineReport report() {
        return (outputDir, stages) -> {};
    }
}
