package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label init}: creates a store with its first admin. */
@Command(name = "init", description = "Create a label store, unless it exists, and its first admin.")
final class LabelInit extends LabelSubcommand {
    @Option(names = "--db", required = true, paramLabel = "FILE", description = LabelCommand.DB)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path db;

    @Option(
            names = "--admin",
            paramLabel = "NAME",
            defaultValue = "admin",
            description = "name of the admin (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String admin;

    @Option(
            names = "--base_url",
            paramLabel = "URL",
            description = "address of the server for browsers, for invite links: https://rank.example.org")
    @Nullable
    private URI baseUrl;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PasswordOption password;

    @Override
    public Integer call() throws IOException {
        String typed = Access.checkedPassword(password.read(admin));
        try (LabelStore store = LabelStore.open(db)) {
            Access access = store.access();
            boolean there = access.users().stream()
                    .anyMatch(user ->
                            user.role() == Role.ADMIN && user.labeler().name().equals(admin.strip()));
            if (there) {
                throw new InputException(db + " has an admin '" + admin
                        + "' already; for another password: rlhf label users --db " + db + " --admin " + admin);
            }
            access.setAdmin(admin, typed, Actor.commandLine());
            if (baseUrl != null) {
                access.setBaseUrl(baseUrl, Actor.commandLine());
            }
            print(("%s has the admin '%s'. Next: rlhf label import --db %s --input TASKS.jsonl;"
                            + " rlhf label invite --db %s NAME")
                    .formatted(db, admin, db, db));
        }
        return ExitCode.DONE;
    }
}
