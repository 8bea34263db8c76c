package dev.rlhf.recipe;

import dev.rlhf.recipe.yaml.YamlWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recipe ready to run.
 *
 * @param source the file it was read from; empty if all of it was typed
 * @param outputDir a pipeline's folder, which contains those of its stages; empty for a single stage
 * @param stages in the order to run them
 */
public record Recipe(Optional<Path> source, Optional<Path> outputDir, List<StageRecipe<?>> stages) {
    public Recipe {
        stages = List.copyOf(stages);
    }

    /** Returns whether the recipe is a list of stages, even if it has only one. */
    public boolean isPipeline() {
        return outputDir.isPresent();
    }

    /** Returns the pipeline with every value, as a recipe. */
    String resolved(Versions versions) {
        Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
        outputDir.ifPresent(folder -> resolved.put(StageRecipe.OUTPUT_DIR, folder.toString()));
        resolved.put("stages", stages.stream().map(StageRecipe::resolved).toList());
        resolved.put("versions", versions.values());
        return RunFolder.RESOLVED + "To repeat the run: rlhf run THIS_FILE\n" + YamlWriter.write(resolved);
    }
}
