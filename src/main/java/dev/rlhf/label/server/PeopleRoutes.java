package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes for admins: users with their tags and quotas, invites and the audit table. */
final class PeopleRoutes {
    private static final int PAGE = 100;

    private final Access access;
    private final AdminService admin;
    private final RequestAuthorizer authorizer;

    PeopleRoutes(LabelStore store, RequestAuthorizer authorizer) {
        this.access = store.access();
        this.admin = store.adminService();
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/admin/users", this::users);
        routes.post("/api/admin/invites", this::invite);
        routes.post("/api/admin/users/disable", context -> {
            access.disable(name(context), authorizer.admin(context));
            users(context);
        });
        routes.post("/api/admin/users/enable", context -> {
            access.enable(name(context), authorizer.admin(context));
            users(context);
        });
        routes.post("/api/admin/users/tags", context -> {
            JsonObject body = body(context);
            body.allow("name", "tags");
            admin.setTags(body.text("name"), body.words("tags"), authorizer.admin(context));
            users(context);
        });
        routes.post("/api/admin/users/quota", this::setQuota);
        routes.get("/api/admin/audit", this::audit);
    }

    private void users(Context context) {
        reply(context, UsersJson.write(access.users(), admin.projectQuota(), admin.tags()));
    }

    /** Sets a labeler's own quota or, without a name, the project's. */
    private void setQuota(Context context) {
        JsonObject body = body(context);
        body.allow("name", "tasks_per_day", "tasks_total", "minutes_per_day", "zone");
        Quota quota = new Quota(
                body.intOrNull("tasks_per_day"), body.intOrNull("tasks_total"), body.intOrNull("minutes_per_day"));
        String name = body.textOrNull("name");
        String zone = body.textOrNull("zone");
        if (name == null) {
            admin.setProjectQuota(new ProjectQuota(quota, zone(zone)), authorizer.admin(context));
        } else if (zone == null) {
            admin.setQuota(name, quota, authorizer.admin(context));
        } else {
            throw new IllegalArgumentException("\"zone\" is the same for all labelers; give it without \"name\"");
        }
        users(context);
    }

    /** Returns a time zone; the present one of the project's quota if none is given. */
    private ZoneId zone(@Nullable String zone) {
        try {
            return zone == null ? admin.projectQuota().zone() : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"zone\" is '" + zone + "'; it is Europe/Berlin, +01:00 or UTC", e);
        }
    }

    /**
     * Returns a relative link; the page adds its own address, which is how browsers reach the server, and programs add
     * the base address if the server has one.
     */
    private void invite(Context context) {
        Invite invite = access.invite(name(context), LabelerKind.PERSON, authorizer.admin(context));
        reply(
                context,
                object().put("name", invite.labeler().name())
                        .put("link", "/#invite=" + invite.token())
                        .put("base_url", access.baseUrl().map(URI::toString).orElse(null))
                        .put("expires", invite.expires().toString()));
    }

    private void audit(Context context) {
        String before = context.queryParam("before");
        if (before != null && !before.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("\"before\" is the id of a line");
        }
        List<AuditEntry> lines = access.audit(before == null ? null : Long.valueOf(before), PAGE);
        ObjectNode answer = object();
        ArrayNode list = answer.putArray("audit");
        for (AuditEntry line : lines) {
            list.addObject()
                    .put("id", line.id())
                    .put("at", line.at().toString())
                    .put("actor", line.actor().name())
                    .put("address", line.actor().address())
                    .put("action", line.action())
                    .put("subject", line.subject())
                    .put("detail", line.detail());
        }
        answer.put(
                "next",
                lines.size() < PAGE ? null : Long.valueOf(lines.getLast().id()));
        reply(context, answer);
    }

    private static String name(Context context) {
        JsonObject body = body(context);
        body.allow("name");
        return body.text("name");
    }
}
