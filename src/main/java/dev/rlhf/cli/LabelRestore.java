package dev.rlhf.cli;

import dev.rlhf.label.api.StoreMetrics;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label restore}. */
@Command(name = "restore", description = "Restore a backup to a new label store; never replaces an existing one.")
final class LabelRestore extends LabelSubcommand {
    @Mixin
    private final StoreOption file = new StoreOption();

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "zip file of rlhf label backup")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Override
    public Integer call() throws IOException {
        AdminService.restore(input, file.db);
        try (LabelStore store = LabelStore.openExisting(file.db)) {
            StoreMetrics metrics = store.metrics();
            print("%s: %d labels, %d tasks that need more".formatted(file.db, metrics.labels(), metrics.openTasks()));
        }
        return ExitCode.DONE;
    }
}
