package dev.rlhf.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Where the stack trace of a failure goes, so that the screen shows one line. */
final class CrashLog {
    private CrashLog() {}

    /** Writes it to {@code .rlhf/} here, or to the folder for temporary files if that cannot be written; says where. */
    static String write(List<String> args, Throwable failure) {
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        StringWriter text = new StringWriter();
        text.write("rlhf " + String.join(" ", args) + "\nJava " + Runtime.version() + " on "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + "\n\n");
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
