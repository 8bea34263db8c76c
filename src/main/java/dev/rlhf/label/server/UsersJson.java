package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.User;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import java.util.List;

/** Writes users with their tags and quotas as JSON, for {@code label users} and the admin's page. */
public final class UsersJson {
    private UsersJson() {}

    /**
     * Writes the users.
     *
     * @param tags all tags in use
     */
    public static ObjectNode write(List<User> users, ProjectQuota quota, List<String> tags) {
        ObjectNode answer = Requests.object();
        ArrayNode list = answer.putArray("users");
        for (User user : users) {
            ObjectNode node = list.addObject()
                    .put("name", user.labeler().name())
                    .put("kind", user.labeler().kind().word())
                    .put("role", user.role().word())
                    .put("disabled", user.disabled())
                    .put("open_invites", user.openInvites())
                    .put("sessions", user.sessions())
                    .put("last_sign_in", user.lastSignIn() == null ? null : String.valueOf(user.lastSignIn()))
                    .put("today", user.quota().today())
                    .put("seconds_today", user.quota().secondsToday())
                    .put("total", user.quota().total());
            user.tags().forEach(node.putArray("tags")::add);
            node.set("quota", write(user.quota().own()));
        }
        answer.set("quota", write(quota.quota()).put("zone", quota.zone().getId()));
        tags.forEach(answer.putArray("tags")::add);
        return answer;
    }

    private static ObjectNode write(Quota quota) {
        return Requests.object()
                .put("tasks_per_day", quota.tasksPerDay())
                .put("tasks_total", quota.tasksTotal())
                .put("minutes_per_day", quota.minutesPerDay());
    }
}
