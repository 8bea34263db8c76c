package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The table of {@code rlhf label users}: users with their sign-ins, tags, and what they have used of their quotas. */
final class UsersTable {
    private static final String ROW = "%-30s %-8s %-10s %8s %6s %-20s %-12s %-12s %-12s %s";

    private UsersTable() {}

    /** Returns the lines: a heading, one per user, and the quota of all labelers. */
    static List<String> lines(JsonNode answer) {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted(
                "name",
                "role",
                "kind",
                "sessions",
                "links",
                "last sign-in",
                "tasks today",
                "tasks in all",
                "min. today",
                "tags"));
        JsonNode project = answer.path("quota");
        answer.path("users").forEach(user -> lines.add(line(user, project)));
        lines.add(
                "quota of labelers without their own: tasks_per_day %s, tasks_total %s, minutes_per_day %s; days in %s"
                        .formatted(
                                limit(project.path("tasks_per_day").asInt()),
                                limit(project.path("tasks_total").asInt()),
                                limit(project.path("minutes_per_day").asInt()),
                                project.path("zone").asText()));
        return lines;
    }

    private static String line(JsonNode user, JsonNode project) {
        String signIn = user.path("disabled").asBoolean()
                ? "disabled"
                : user.path("last_sign_in").asText("-").replaceFirst("\\.\\d+Z", "Z");
        return ROW.formatted(
                user.path("name").asText(),
                user.path("role").asText(),
                user.path("kind").asText(),
                user.path("sessions").asInt(),
                user.path("open_invites").asInt(),
                signIn,
                use(user, project, "tasks_per_day", user.path("today").asInt()),
                use(user, project, "tasks_total", user.path("total").asInt()),
                use(user, project, "minutes_per_day", user.path("seconds_today").asInt() / 60),
                words(user.path("tags")));
    }

    /**
     * Returns what a labeler has used of a quota: {@code 12 of 200}, or {@code 12} without a limit; {@code -} for an
     * admin.
     */
    private static String use(JsonNode user, JsonNode project, String quota, int used) {
        if (!user.path("role").asText().equals("labeler")) {
            return "-";
        }
        JsonNode own = user.path("quota").path(quota);
        int limit = own.isNumber() ? own.asInt() : project.path(quota).asInt();
        return limit == 0 ? String.valueOf(used) : used + " of " + limit;
    }

    private static String limit(int value) {
        return value == 0 ? "none" : String.valueOf(value);
    }

    private static String words(JsonNode array) {
        return array.isEmpty()
                ? "-"
                : StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(","));
    }
}
