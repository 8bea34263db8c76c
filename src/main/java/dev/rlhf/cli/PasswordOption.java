package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a password comes from: a file or the terminal, never the command line, which every user of the machine can list. */
final class PasswordOption {
    @Option(
            names = "--password_file",
            paramLabel = "FILE",
            description = "Password, the file's first line (default: asks on the terminal).")
    @Nullable
    Path file;

    /**
     * Reads one that is set already; on the terminal once.
     *
     * @throws InputException if the file cannot be read, or there is no terminal
     */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    String readOnce(String name) throws IOException {
        if (file != null) {
            return firstLine(file);
        }
        Console console = System.console();
        char[] typed = console != null && console.isTerminal() ? console.readPassword("Password for %s: ", name) : null;
        if (typed == null) {
            throw new InputException(
                    "there is no terminal to ask for " + name + "'s password; give --password_file FILE");
        }
        return String.valueOf(typed);
    }

    /**
     * Reads it; on the terminal twice.
     *
     * @throws InputException if the file cannot be read, the two differ, or there is no terminal
     */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    String read(String name) throws IOException {
        if (file != null) {
            return firstLine(file);
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new InputException(
                    "there is no terminal to ask for " + name + "'s password; give --password_file FILE");
        }
        char[] first = console.readPassword("Password for %s: ", name);
        char[] second = console.readPassword("Once more: ");
        if (first == null || second == null || !String.valueOf(first).equals(String.valueOf(second))) {
            throw new InputException("the two passwords differ; nothing was changed");
        }
        return String.valueOf(first);
    }

    private static String firstLine(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            return line == null ? "" : line;
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": not UTF-8", e);
        }
    }
}
