package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.User;
import java.util.Optional;

/** Labelers of a store by name; those that it does not have are invited. */
public final class TestLabelers {
    private TestLabelers() {}

    public static Labeler person(LabelStore store, String name) {
        return labeler(store, name, LabelerKind.PERSON);
    }

    public static Labeler simulated(LabelStore store, String name) {
        return labeler(store, name, LabelerKind.SIMULATED);
    }

    private static Labeler labeler(LabelStore store, String name, LabelerKind kind) {
        return find(store, name).orElseGet(() -> {
            store.access().invite(name, kind, Actor.commandLine());
            return find(store, name).orElseThrow();
        });
    }

    private static Optional<Labeler> find(LabelStore store, String name) {
        return store.access().users().stream()
                .map(User::labeler)
                .filter(labeler -> labeler.name().equals(name))
                .findFirst();
    }
}
