package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf label}: commands for the label store and its server. */
@Command(
        name = "label",
        description = "Rank completions: import tasks, invite labelers, serve the ranking page, export rankings.",
        subcommands = {
            LabelInit.class,
            LabelImport.class,
            LabelInvite.class,
            LabelServe.class,
            LabelUsers.class,
            LabelBatch.class,
            LabelStats.class,
            LabelTime.class,
            LabelExport.class,
            LabelBackup.class,
            LabelRestore.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class LabelCommand implements Runnable {
    static final String DB = "label store, NAME.mv.db; the suffix may be left out";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    /**
     * Runs {@code rlhf label} with the given arguments and returns the exit code, 0.
     *
     * @throws InputException if an argument, or a file it names, is not valid
     */
    static int execute(List<String> words, PrintStream out) throws Exception {
        return Picocli.execute(new LabelCommand(), "rlhf label", words, out);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
