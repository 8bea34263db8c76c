package dev.rlhf.label.store;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.BatchStatus;

/** Settings of a store's batches. */
public final class TestBatches {
    private TestBatches() {}

    public static BatchSettings settings(LabelStore store, String batch) {
        return store.adminService().batches().stream()
                .filter(status -> status.name().equals(batch))
                .map(BatchStatus::settings)
                .findFirst()
                .orElseThrow();
    }

    public static void change(LabelStore store, String batch, BatchChange change) {
        store.adminService().change(batch, change, Actor.commandLine());
    }
}
