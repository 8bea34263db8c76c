package dev.rlhf.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The label store's file, for commands that do without a server. */
final class StoreOption {
    @Option(names = "--db", required = true, paramLabel = "FILE", description = LabelCommand.DB)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path db;
}
