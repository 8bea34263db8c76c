package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.User;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.List;

/** Routes for admins: users, invites and the audit table. */
final class PeopleRoutes {
    private static final int PAGE = 100;

    private final Access access;
    private final RequestAuthorizer authorizer;

    PeopleRoutes(Access access, RequestAuthorizer authorizer) {
        this.access = access;
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
        routes.get("/api/admin/audit", this::audit);
    }

    private void users(Context context) {
        ObjectNode answer = object();
        ArrayNode list = answer.putArray("users");
        for (User user : access.users()) {
            ObjectNode node = list.addObject()
                    .put("name", user.labeler().name())
                    .put("kind", user.labeler().kind().word())
                    .put("role", user.role().word())
                    .put("disabled", user.disabled())
                    .put("open_invites", user.openInvites())
                    .put("sessions", user.sessions());
            node.put("last_sign_in", user.lastSignIn() == null ? null : String.valueOf(user.lastSignIn()));
        }
        reply(context, answer);
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
