package dev.rlhf.cli;

import dev.rlhf.base.Shell;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Writes the stack trace of a failure to a file, so that the screen shows a single line. */
final class CrashLog {
    private CrashLog() {}

    /**
     * Writes the log to {@code .rlhf/} in the working directory or, if that fails, to the temporary folder; says where.
     */
    static String write(List<String> args, Throwable failure) {
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        StringWriter text = new StringWriter();
        text.write("rlhf " + Shell.line(args) + "\nJava " + Runtime.version() + " on " + System.getProperty("os.name")
                + " " + System.getProperty("os.arch") + "\n\n");
        failure.printStackTrace(new PrintWriter(text, true));
        for (Path folder : List.of(Path.of(".rlhf"), Path.of(System.getProperty("java.io.tmpdir")))) {
            try {
                Files.createDirectories(folder);
                Path file = folder.resolve("failure-" + time + ".log");
                Files.writeString(file, text.toString());
                return "details: " + file;
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        return "--debug shows details";
    }
}
