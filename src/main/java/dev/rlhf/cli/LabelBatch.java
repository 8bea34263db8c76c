package dev.rlhf.cli;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rlhf label batch}: shows and changes the settings of a batch. */
@Command(
        name = "batch",
        description = "Show a batch's settings, after changing those that are given: --paused true, --priority 5 …")
final class LabelBatch extends LabelSubcommand {
    @Parameters(paramLabel = "NAME", description = "name of the batch")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Mixin
    private final BatchOptions options = new BatchOptions();

    @Override
    public Integer call() throws IOException {
        BatchChange change = options.change();
        try (LabelStore store = LabelStore.openExisting(db)) {
            if (!change.equals(BatchChange.NONE)) {
                store.adminService().change(name, change, Actor.commandLine());
            }
            BatchSettings now = store.labelerService().batch(name);
            print("batch '%s': %s, priority %d, overlap %d, %s, gold_rate %s"
                    .formatted(
                            name,
                            now.paused() ? "paused" : "open",
                            now.priority(),
                            now.overlap(),
                            now.topK() == null ? "all are ranked" : "top_k " + now.topK(),
                            now.goldRate()));
            print("strength %s, scores %s, flags %s"
                    .formatted(
                            now.strength(),
                            now.scores(),
                            now.flags().isEmpty() ? "none" : String.join(",", now.flags())));
        }
        return ExitCode.DONE;
    }
}
