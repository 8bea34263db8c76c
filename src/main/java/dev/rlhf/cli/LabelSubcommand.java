package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.base.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Base of the commands on a label store: what they print, and the files they write. */
@Command
abstract class LabelSubcommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    final void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /**
     * Checks a file to be written, before anything is read or changed.
     *
     * @throws InputException if it cannot be written, or has the name of a label store, which it would replace
     */
    static void checkOutput(Path file) {
        if (file.toString().endsWith(".mv.db")) {
            throw InputException.at(file, "the name of a label store; give another output");
        }
        OutputFile.check(file);
    }
}
