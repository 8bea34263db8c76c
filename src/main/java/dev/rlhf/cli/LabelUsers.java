package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.StoreInUseException;
import dev.rlhf.label.api.User;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label users}: lists and changes labelers and admins. */
@Command(name = "users", description = "List labelers and admins, after one change if it is given.")
final class LabelUsers extends LabelSubcommand {
    @Mixin
    private final StoreOption file = new StoreOption();

    @ArgGroup
    @Nullable
    private Change change;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PasswordOption password;

    /** A change; at most one per command. */
    private static final class Change {
        @Option(
                names = "--disable",
                paramLabel = "NAME",
                description = "disable this user, and end their sessions and links; their labels stay")
        @Nullable
        private String disable;

        @Option(
                names = "--enable",
                paramLabel = "NAME",
                description = "enable this user again; a labeler then needs a new link")
        @Nullable
        private String enable;

        @Option(
                names = "--admin",
                paramLabel = "NAME",
                description = "create an admin, or change an admin's password and end their sessions")
        @Nullable
        private String admin;
    }

    @Override
    public Integer call() throws IOException {
        String typed =
                change == null || change.admin == null ? null : Access.checkedPassword(password.read(change.admin));
        try (LabelStore store = LabelStore.openExisting(file.db)) {
            Access access = store.access();
            if (change != null) {
                apply(access, change, typed);
            }
            print("%-30s %-8s %-10s %8s %8s  %s"
                    .formatted("name", "role", "kind", "sessions", "links", "last sign-in"));
            access.users().forEach(user -> print(line(user)));
        } catch (StoreInUseException e) {
            throw new InputException(
                    file.db + ": in use by another process; if that is rlhf label serve, its admin page has the users",
                    e);
        }
        return ExitCode.DONE;
    }

    private static void apply(Access access, Change change, @Nullable String typed) {
        if (change.disable != null) {
            access.disable(change.disable, Actor.commandLine());
        }
        if (change.enable != null) {
            access.enable(change.enable, Actor.commandLine());
        }
        if (change.admin != null && typed != null) {
            access.setAdmin(change.admin, typed, Actor.commandLine());
        }
    }

    private static String line(User user) {
        return "%-30s %-8s %-10s %8d %8d  %s"
                .formatted(
                        user.labeler().name(),
                        user.role().word(),
                        user.labeler().kind().word(),
                        user.sessions(),
                        user.openInvites(),
                        user.disabled()
                                ? "disabled"
                                : user.lastSignIn() == null
                                        ? "-"
                                        : user.lastSignIn().toString());
    }
}
