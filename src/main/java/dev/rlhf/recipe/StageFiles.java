package dev.rlhf.recipe;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.StageOutputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a stage of a pipeline writes: inputs of later stages that lie there need not exist before the run.
 *
 * @param stage the stage's name
 * @param folder its output folder, or a file that it writes
 * @param files names of what it writes into the folder; empty if that is unknown
 */
record StageFiles(String stage, Path folder, Optional<List<String>> files) {
    private static final String MODEL = "model";

    /** Returns what a stage writes: its output folder, and the files that its options name. */
    static List<StageFiles> of(StageRecipe<?> recipe) {
        List<StageFiles> all = new ArrayList<>();
        recipe.outputDir().ifPresent(folder -> all.add(new StageFiles(recipe.name(), folder, files(recipe))));
        for (Path output : recipe.outputs()) {
            if (!recipe.outputDir().equals(Optional.of(output))) {
                all.add(new StageFiles(recipe.name(), output, Optional.empty()));
                all.add(new StageFiles(recipe.name(), LabelStores.file(output), Optional.empty()));
            }
        }
        return all;
    }

    private static <O extends Record> Optional<List<String>> files(StageRecipe<O> recipe) {
        return recipe.kind().stage().get().outputs(recipe.options()).map(StageOutputs::files);
    }

    boolean contains(Path path) {
        return StageRecipe.isIn(path, folder);
    }

    /** Returns why the stage does not make a path that lies in its folder, as the rest of a sentence. */
    Optional<String> problem(Path path, Must must) {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path inside = folder.toAbsolutePath()
                .normalize()
                .relativize(path.toAbsolutePath().normalize());
        if (inside.toString().isEmpty()) {
            return must == Must.BE_A_MODEL ? Optional.of("is stage " + stage + "'s folder" + hint()) : Optional.empty();
        }
        String first = inside.getName(0).toString();
        if (files.get().contains(first) || RunFolder.FILES.contains(first) || Files.exists(path)) {
            return Optional.empty();
        }
        List<String> paths = files.get().stream()
                .map(file -> folder.resolve(file).toString())
                .toList();
        String near = DidYouMean.nearest(first, files.get())
                .map(file -> "; did you mean " + folder.resolve(file) + "?")
                .orElse(", only " + String.join(", ", paths));
        return Optional.of("does not exist, and stage " + stage + " does not write it" + near);
    }

    private String hint() {
        boolean hasModel = files.orElseThrow().contains(MODEL);
        return hasModel ? "; did you mean " + folder.resolve(MODEL) + "?" : ", which has no model";
    }
}
