package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds label stores with labels or open invites of people, which no new run may destroy. */
final class LabelStores {
    private static final String SUFFIX = ".mv.db";

    private LabelStores() {}

    /** Returns the file of a store whose suffix may be left out. */
    static Path file(Path store) {
        return store.toString().endsWith(SUFFIX) ? store : Path.of(store + SUFFIX);
    }

    /**
     * Returns a store of the stage that a person has labelled in or was invited to. It is in the stage's output folder
     * or, once the stage has started there, at another path that the stage writes to ({@code db:} of a rank stage).
     * Stores that are only inputs do not count.
     */
    static Optional<Path> ofPeople(StageRecipe<?> stage) throws IOException {
        Optional<Path> folder = stage.outputDir();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> inFolder = ofPeople(folder.get());
        if (inFolder.isPresent() || new RunFolder(folder.get()).earlier().isEmpty()) {
            return inFolder;
        }
        for (Path output : stage.outputs()) {
            Path file = file(output);
            if (Files.isRegularFile(file) && isOfPeople(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns a store in {@code folder} that a person has labelled in or was invited to. A store that cannot be read at
     * the moment counts as such.
     */
    static Optional<Path> ofPeople(Path folder) throws IOException {
        for (Path file : files(folder)) {
            if (isOfPeople(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static boolean isOfPeople(Path file) throws IOException {
        try (LabelStore store = LabelStore.openReadOnly(file)) {
            return store.access().users().stream()
                    .anyMatch(user -> user.labeler().kind() == LabelerKind.PERSON);
        } catch (InputException inUseOrOfAnotherVersion) {
            return true;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> String.valueOf(file.getFileName()).endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }
}
