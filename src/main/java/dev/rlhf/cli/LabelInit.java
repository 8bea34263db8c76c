package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.base.Shell;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label init}: creates a store with its first admin. */
@Command(name = "init", description = "Create a label store, unless it exists, and its first admin.")
final class LabelInit extends LabelSubcommand {
    @Mixin
    private final StoreOption file = new StoreOption();

    @Option(
            names = "--admin",
            paramLabel = "NAME",
            defaultValue = "admin",
            description = "name of the admin (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String admin;

    @Mixin
    private final BaseUrlOption address = new BaseUrlOption();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PasswordOption password;

    @Override
    public Integer call() throws IOException {
        String typed = Access.checkedPassword(password.read(admin));
        try (LabelStore store = LabelStore.open(file.db)) {
            Access access = store.access();
            boolean there = access.users().stream()
                    .anyMatch(user ->
                            user.role() == Role.ADMIN && user.labeler().name().equals(admin.strip()));
            if (there) {
                throw new InputException(file.db + " has an admin '" + admin
                        + "' already; for another password: rlhf label users --db "
                        + Shell.quote(file.db) + " --admin " + Shell.quote(admin));
            }
            access.setAdmin(admin, typed, Actor.commandLine());
            if (address.baseUrl != null) {
                access.setBaseUrl(address.baseUrl, Actor.commandLine());
            }
            print(("%s has the admin '%s'. Next: rlhf label import --db %s --input TASKS.jsonl;"
                            + " rlhf label invite --db %s NAME")
                    .formatted(file.db, admin, Shell.quote(file.db), Shell.quote(file.db)));
        }
        return ExitCode.DONE;
    }
}
