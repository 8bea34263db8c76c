package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf label backup}: asks a running server, whose process owns the file, or else copies the file itself. */
@Command(
        name = "backup",
        description = {
            "Back up a label store: --server while a server has it open, labelers keep working;",
            "--db if no server is running."
        })
final class LabelBackup implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--db", paramLabel = "FILE", description = LabelCommand.DB)
    private @Nullable Path db;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "address of the running server: http://127.0.0.1:8080/")
    private @Nullable URI server;

    @Option(
            names = "--admin",
            paramLabel = "NAME",
            defaultValue = "admin",
            description = "name of the admin, with --server (default: ${DEFAULT-VALUE})")
    private String admin = "admin";

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "zip file to write")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Mixin
    private final PasswordOption password = new PasswordOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if ((db == null) == (server == null)) {
            throw new InputException("give --server URL if rlhf label serve is running, else --db FILE");
        }
        if (server != null) {
            if (!("http".equals(server.getScheme()) || "https".equals(server.getScheme()))
                    || server.getHost() == null) {
                throw new InputException("--server is '" + server + "'; it is http://HOST:PORT/ or https://HOST/");
            }
            try (AdminClient client = AdminClient.signIn(server, admin, password.readOnce(admin))) {
                client.backup(output);
            }
        } else if (db != null) {
            try (LabelStore store = LabelStore.openExisting(db)) {
                store.adminService().backup(output, Actor.commandLine());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%d bytes written to %s; restore it with rlhf label restore --input %s --db NEW%n",
                Files.size(output), output, output);
        out.flush();
        return ExitCode.DONE;
    }
}
