package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.label.LabelStore;
import dev.rlhf.label.LabelerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds label stores that people work in: their labels and open invites must outlive every new run. */
final class LabelStores {
    private LabelStores() {}

    /** A store in {@code folder} that a person has labelled in or was invited to. One that cannot be read now counts as such. */
    static Optional<Path> ofPeople(Path folder) throws IOException {
        for (Path file : files(folder)) {
            try (LabelStore store = LabelStore.openReadOnly(file)) {
                if (store.access().users().stream()
                        .anyMatch(user -> user.labeler().kind() == LabelerKind.PERSON)) {
                    return Optional.of(file);
                }
            } catch (InputException inUseOrOfAnotherVersion) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> String.valueOf(file.getFileName()).endsWith(".mv.db"))
                    .sorted()
                    .toList();
        }
    }
}
