package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Fingerprint.Cause;
import dev.rlhf.recipe.Fingerprint.Difference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the stages of a pipeline that people's labels depend on, which must not run again while people are labelling.
 */
final class LabeledStages {
    private final List<StageRecipe<?>> stages;
    private final Set<String> redo;

    /** @param redo names of stages to run in any case, or {@link Pipeline#ALL} */
    LabeledStages(List<StageRecipe<?>> stages, Set<String> redo) {
        this.stages = stages;
        this.redo = redo;
    }

    /**
     * Returns the names of the stages whose results people are labelling, directly or indirectly.
     *
     * @throws InputException if the user changed one of those stages, or the one that contains the labels
     */
    Set<String> protectedStages() throws IOException {
        Set<String> kept = new HashSet<>();
        for (StageRecipe<?> stage : stages) {
            Optional<Path> labels = LabelStores.ofPeople(stage);
            if (labels.isPresent()) {
                List<StageRecipe<?>> before = upstream(stage);
                for (StageRecipe<?> one : before) {
                    refuseIfChanged(one, labels.get());
                    kept.add(one.name());
                }
                refuseIfChanged(stage, labels.get());
            }
        }
        return kept;
    }

    /** Returns the stages that a stage's inputs come from, directly or indirectly, in order. */
    private List<StageRecipe<?>> upstream(StageRecipe<?> stage) {
        List<StageRecipe<?>> found = new ArrayList<>();
        List<Path> wanted = new ArrayList<>(stage.inputs());
        for (StageRecipe<?> one : stages.subList(0, stages.indexOf(stage)).reversed()) {
            if (one.outputDir()
                    .filter(folder -> wanted.stream().anyMatch(input -> StageRecipe.isIn(input, folder)))
                    .isPresent()) {
                found.addFirst(one);
                wanted.addAll(one.inputs());
            }
        }
        return found;
    }

    private void refuseIfChanged(StageRecipe<?> stage, Path labels) throws IOException {
        RunFolder folder = new RunFolder(stage.outputDir().orElseThrow());
        boolean again = redo.contains(Pipeline.ALL) || redo.contains(stage.name());
        List<Difference> byUser = again ? List.of() : byUser(stage, folder);
        if (again || !byUser.isEmpty()) {
            throw new InputException(
                    ("stage %s would run again (%s), but people's labels of its results are in %s and are never moved;"
                                    + " undo the change to continue with these labels, or give another --output_dir")
                            .formatted(stage.name(), again ? "--redo" : EarlierRun.text(byUser), labels));
        }
    }

    private static List<Difference> byUser(StageRecipe<?> stage, RunFolder folder) throws IOException {
        Optional<Fingerprint> earlier = folder.earlier();
        if (earlier.isEmpty()) {
            return List.of();
        }
        try {
            return Fingerprint.of(stage).since(earlier.get(), stage::isAdjustable).stream()
                    .filter(difference -> difference.cause() == Cause.USER)
                    .toList();
        } catch (NoSuchFileException _) { // an earlier stage will write the missing input
            return List.of();
        }
    }
}
