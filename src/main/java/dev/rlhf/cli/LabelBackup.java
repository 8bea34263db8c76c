package dev.rlhf.cli;

import dev.rlhf.base.Shell;
import dev.rlhf.label.api.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code rlhf label backup}: asks a running server for a copy, since its process owns the file; without a server,
 * copies the file itself.
 */
@Command(name = "backup", description = "Back up a label store, also while people label.")
final class LabelBackup extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "zip file to write")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOutput(output);
        source.run(store -> store.adminService().backup(output, Actor.commandLine()), client -> client.backup(output));
        print("%d bytes written to %s; restore it with rlhf label restore --input %s --db NEW"
                .formatted(Files.size(output), output, Shell.quote(output)));
        return ExitCode.DONE;
    }
}
