package dev.rlhf.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Base of the commands on a label store: its option and its output. */
abstract class LabelSubcommand implements Callable<Integer> {
    @Option(names = "--db", required = true, paramLabel = "FILE", description = LabelCommand.DB)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path db;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    final void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
