package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;

/**
 * Runs the commands that picocli parses, turning their usage errors into {@link InputException}s like those of all
 * others.
 */
final class Picocli {
    private Picocli() {}

    /**
     * Runs {@code command} with the arguments that follow its name and returns the exit code.
     *
     * @param name as typed, {@code rlhf label}
     * @throws InputException if the arguments are wrong
     * @throws Exception if the command throws it
     */
    static int execute(Object command, String name, List<String> words, PrintStream out) throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        int code = new CommandLine(command)
                .setCommandName(name)
                .setUsageHelpWidth(Help.WIDTH)
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
