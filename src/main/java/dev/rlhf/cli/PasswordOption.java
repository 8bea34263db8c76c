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

/**
 * The source of a password: a file or the terminal. It is never an argument, because every user of the machine can list
 * those.
 */
final class PasswordOption {
    @Option(
            names = "--password_file",
            paramLabel = "FILE",
            description = "file whose first line is the password (default: ask on the terminal)")
    @Nullable
    Path file;

    /**
     * Reads an existing password, asking once on the terminal.
     *
     * @throws InputException if the file cannot be read, or there is no terminal
     */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null if there is no terminal
    String readOnce(String name) throws IOException {
        if (file != null) {
            return firstLine(file);
        }
        Console console = System.console();
        char[] typed = console != null && console.isTerminal() ? console.readPassword("Password for %s: ", name) : null;
        if (typed == null) {
            throw new InputException(
                    "there is no terminal to ask for " + name + "'s password; give --password_file FILE, or a token in"
                            + " --token_file FILE or " + LabelSource.TOKEN);
        }
        return String.valueOf(typed);
    }

    /**
     * Reads a new password, asking twice on the terminal.
     *
     * @throws InputException if the file cannot be read, the two differ, or there is no terminal
     */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null if there is no terminal
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
        char[] second = console.readPassword("Repeat it: ");
        if (first == null || second == null || !String.valueOf(first).equals(String.valueOf(second))) {
            throw new InputException("the two passwords differ; nothing was changed");
        }
        return String.valueOf(first);
    }

    /** Returns the first line of a file, which may be a pipe, without a byte order mark; empty if the file is. */
    static String firstLine(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw InputException.at(file, "is a folder; it must be a file");
        }
        try (var lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            return line == null ? "" : line.startsWith("\uFEFF") ? line.substring(1) : line;
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": not UTF-8", e);
        }
    }
}
