package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.label.Tags;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.store.Access;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label users}: lists and changes labelers and admins. */
@Command(
        name = "users",
        description = "List labelers and admins with their tags and quotas, after one change if it is given.")
final class LabelUsers extends LabelSubcommand {
    @Mixin
    private final TokenSource source = new TokenSource();

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
                description = "with --db: create an admin, or change an admin's password and end their sessions")
        @Nullable
        private String admin;

        @ArgGroup(exclusive = false)
        private @Nullable Limits limits;
    }

    /** Tags and quota of labelers, or the quota of all. */
    private static final class Limits {
        @Option(
                names = "--labeler",
                paramLabel = "NAME",
                description = "labeler whose tags or quota are set; may be repeated (default: quota of all labelers)")
        private List<String> labelers = List.of();

        @Option(
                names = "--tags",
                paramLabel = "LIST",
                description = "with --labeler: tags, separated by commas, instead of the present ones; none: no tags")
        private @Nullable String tags;

        @Option(
                names = "--tasks_per_day",
                paramLabel = "INT|default",
                description = "tasks that a labeler may label per day; 0: no limit; default: as for all labelers")
        private @Nullable String tasksPerDay;

        @Option(
                names = "--tasks_total",
                paramLabel = "INT|default",
                description = "tasks that a labeler may label in all; 0: no limit; default: as for all labelers")
        private @Nullable String tasksTotal;

        @Option(
                names = "--minutes_per_day",
                paramLabel = "INT|default",
                description = "minutes of active time per day; 0: no limit; default: as for all labelers")
        private @Nullable String minutesPerDay;

        @Option(
                names = "--zone",
                paramLabel = "ZONE",
                description = "time zone in which the days of all quotas begin: Europe/Berlin, +01:00 (new store: UTC)")
        private @Nullable String zone;

        private boolean quota() {
            return tasksPerDay != null || tasksTotal != null || minutesPerDay != null;
        }

        /** Returns the quota with the limits that are given in place of the present ones. */
        private Quota quota(JsonNode present) {
            return new Quota(
                    limit("tasks_per_day", tasksPerDay, present),
                    limit("tasks_total", tasksTotal, present),
                    limit("minutes_per_day", minutesPerDay, present));
        }

        private static @Nullable Integer limit(String name, @Nullable String given, JsonNode present) {
            if (given == null) {
                return present.path(name).isNumber()
                        ? (Integer) present.path(name).asInt()
                        : null;
            }
            if (given.equals("default")) {
                return null;
            }
            if (!given.matches("[0-9]{1,7}")) {
                throw new InputException("--" + name + " is '" + given + "'; it is a number or default");
            }
            return Integer.valueOf(given);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Change wanted = change;
        if (wanted != null && wanted.limits != null) {
            check(wanted.limits);
        }
        String admin = wanted == null ? null : wanted.admin;
        if (admin != null && source.onServer()) {
            throw new InputException("--admin needs a password and works only with --db, while no server is running");
        }
        String typed = admin == null ? null : Access.checkedPassword(password.read(admin));
        source.run(
                store -> {
                    if (admin != null && typed != null) {
                        store.access().setAdmin(admin, typed, Actor.commandLine());
                    }
                    run(wanted, ManagedUsers.of(store));
                },
                client -> run(wanted, ManagedUsers.of(client)));
        return ExitCode.DONE;
    }

    private static void check(Limits limits) {
        if (limits.labelers.isEmpty() && limits.tags != null) {
            throw new InputException("--tags needs --labeler NAME; rlhf label batch sets the tags of a batch");
        }
        if (!limits.labelers.isEmpty() && limits.zone != null) {
            throw new InputException("--zone is the same for all labelers; give it without --labeler");
        }
        if (!limits.labelers.isEmpty() && limits.tags == null && !limits.quota()) {
            throw new InputException("--labeler needs --tags or a quota such as --tasks_per_day 100");
        }
        try {
            Tags.checked(tags(limits));
            zone(limits);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<String> tags(Limits limits) {
        List<String> words = BatchChangeOptions.words(limits.tags);
        return words == null ? List.of() : words;
    }

    private static @Nullable ZoneId zone(Limits limits) {
        return limits.zone == null ? null : ZoneId.of(limits.zone);
    }

    private void run(@Nullable Change wanted, ManagedUsers users) throws IOException, InterruptedException {
        if (wanted != null) {
            if (wanted.disable != null) {
                users.enable(wanted.disable, false);
            }
            if (wanted.enable != null) {
                users.enable(wanted.enable, true);
            }
            if (wanted.limits != null) {
                try {
                    set(wanted.limits, users);
                } catch (IllegalArgumentException e) {
                    throw new InputException("--" + e.getMessage(), e);
                }
            }
        }
        UsersTable.lines(users.list()).forEach(this::print);
    }

    private static void set(Limits limits, ManagedUsers users) throws IOException, InterruptedException {
        JsonNode present = users.list();
        if (limits.labelers.isEmpty()) {
            users.setProjectQuota(limits.quota(present.path("quota")), zone(limits));
        }
        for (String labeler : limits.labelers) {
            if (limits.tags != null) {
                users.setTags(labeler, tags(limits));
            }
            if (limits.quota()) {
                users.setQuota(labeler, limits.quota(ofUser(present, labeler)));
            }
        }
    }

    private static JsonNode ofUser(JsonNode present, String labeler) {
        for (JsonNode user : present.path("users")) {
            if (user.path("name").asText().equals(labeler)) {
                return user.path("quota");
            }
        }
        throw new InputException("no user '" + labeler + "' in the label store");
    }
}
