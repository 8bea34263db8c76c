package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;

/** Runs commands that picocli reads, so that their mistakes come out like everybody's: as exceptions. */
final class Picocli {
    private Picocli() {}

    /**
     * Runs {@code command} with the words that follow its name and returns the exit code.
     *
     * @param name as typed, {@code rlhf label}
     * @throws InputException if the words are wrong
     * @throws Exception whatever the command throws
     */
    static int execute(Object command, String name, List<String> words, PrintStream out) throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        int code = new CommandLine(command)
                .setCommandName(name)
                .setUsageHelpWidth(110)
                .setOut(new PrintWriter(out, true, out.charset()))
                .setParameterExceptionHandler((e, typed) -> {
                    String where = e.getCommandLine().getCommandSpec().qualifiedName();
                    thrown.set(new InputException(where + ": " + firstLine(e) + ". See: " + where + " --help", e));
                    return ExitCode.BAD_INPUT;
                })
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    thrown.set(e);
                    return ExitCode.FAILED;
                })
                .execute(words.toArray(String[]::new));
        if (thrown.get() != null) {
            throw thrown.get();
        }
        return code;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
