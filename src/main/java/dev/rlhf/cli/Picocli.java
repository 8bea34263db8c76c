package dev.rlhf.cli;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
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
                    thrown.set(new InputException(where + ": " + mistake(e) + " See: " + where + " --help", e));
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

    /** Describes the first mistake: an unknown word rather than what is missing, which it may have been meant to be. */
    private static String mistake(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        List<String> unknown = e instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getUnmatched()
                : command.getUnmatchedArguments();
        boolean missing = e instanceof CommandLine.MissingParameterException;
        if (unknown.isEmpty() || !(missing || e instanceof CommandLine.UnmatchedArgumentException)) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ".";
        }
        String word = unknown.getFirst();
        if (word.startsWith("-")) {
            String option = word.replaceFirst("=.*", "");
            List<String> options = command.getCommandSpec().options().stream()
                    .map(known -> known.longestName().replaceFirst("^-+", ""))
                    .toList();
            String hint = DidYouMean.hintOrStop(option.replaceFirst("^-+", ""), options);
            return option + ": unknown option" + hint.replace("did you mean ", "did you mean --");
        }
        Set<String> commands = command.getSubcommands().keySet();
        return commands.isEmpty()
                ? word + ": unexpected."
                : "there is no command " + word + DidYouMean.hintOrStop(word, commands);
    }
}
