package dev.rlhf.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code --help} of the commands that picocli parses, and of their subcommands. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "this help")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;
}
