package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.LabelServer;
import dev.rlhf.label.LabelStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code rlhf label}: tasks and rankings into the label store and out of it, and the server where people rank. */
@Command(
        name = "label",
        description = "Rank completions: import tasks, serve the ranking page, export rankings.",
        subcommands = {LabelImport.class, LabelExport.class},
        synopsisSubcommandLabel = "COMMAND")
public final class LabelCommand implements Runnable {
    static final String DB = "Label store, NAME.mv.db; the suffix may be left out.";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /**
     * Runs {@code rlhf label} with the words that follow it and returns the exit code, 0.
     *
     * @throws InputException if the words are wrong or what they name is
     */
    static int execute(List<String> words, PrintStream out) throws Exception {
        return Picocli.execute(new LabelCommand(), "rlhf label", words, out);
    }

    @Override
    public void run() {
        spec.commandLine().usage(out());
    }

    @Command(
            name = "serve",
            description = "Serve the ranking page until Ctrl-C. Whoever reaches the address can join under any name.")
    void serve(
            @Option(names = "--db", required = true, description = DB) Path db,
            @Option(
                            names = "--host",
                            defaultValue = "127.0.0.1",
                            description = "Address to listen on; 0.0.0.0 for all (default: ${DEFAULT-VALUE}).")
                    String host,
            @Option(
                            names = "--port",
                            defaultValue = "8080",
                            description = "Port; 0 for any that is free (default: ${DEFAULT-VALUE}).")
                    int port,
            @Option(names = "--guidelines", description = "Markdown file shown beside the tasks (default: as before).")
                    @Nullable
                    Path guidelines)
            throws IOException, InterruptedException {
        if (port < 0 || port > 65535) {
            throw new InputException("--port is " + port + "; it is 0 to 65535");
        }
        String text = guidelines == null ? null : read(guidelines);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.countDown();
            await(stopped);
        });
        try (LabelStore store = LabelStore.openExisting(db)) {
            if (text != null) {
                store.publishGuidelines(text);
            }
            try (LabelServer server = LabelServer.start(store, host, port)) {
                Runtime.getRuntime().addShutdownHook(hook);
                print("Rank at " + server.address() + "   (Ctrl-C stops)");
                stop.await();
            }
        } finally {
            stopped.countDown();
        }
    }

    private static String read(Path guidelines) throws IOException {
        try {
            return Files.readString(guidelines);
        } catch (NoSuchFileException e) {
            throw new InputException(guidelines + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(guidelines + ": not UTF-8", e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                System.err.println("the label server did not stop in 10 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(String line) {
        PrintWriter out = out();
        out.println(line);
        out.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
