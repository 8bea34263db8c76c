package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.SignedIn;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.LabelerService;
import dev.rlhf.label.store.credentials.Sessions;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Routes for signing in and out, and for the current session. */
final class SessionRoutes {
    private final Access access;
    private final LabelerService service;
    private final RequestAuthorizer authorizer;
    private final RequestOrigin origin;

    SessionRoutes(LabelStore store, RequestAuthorizer authorizer, RequestOrigin origin) {
        this.access = store.access();
        this.service = store.labelerService();
        this.authorizer = authorizer;
        this.origin = origin;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/api/session", this::signIn);
        routes.get("/api/session", context -> reply(context, session(authorizer.signedIn(context))));
        routes.delete("/api/session", this::signOut);
    }

    private void signIn(Context context) {
        JsonObject body = body(context);
        String address = origin.address(context);
        Access.Opened opened;
        if (body.has("invite")) {
            body.allow("invite", "key");
            opened = access.enter(body.text("invite"), checkedKey(body.textOrNull("key")), address);
        } else {
            body.allow("name", "password");
            opened = access.signIn(body.text("name"), body.text("password"), address);
        }
        // The browser's earlier session ends, so that nobody continues in a session planted by somebody else.
        authorizer.token(context).ifPresent(access::signOut);
        authorizer.setCookie(
                context, opened.token(), Sessions.lasting(opened.who().role()).toSeconds());
        reply(context, session(opened.who()));
    }

    private void signOut(Context context) {
        authorizer.signedIn(context); // refuses an API token, with which the CSRF token was not checked
        authorizer.token(context).ifPresent(access::signOut);
        authorizer.setCookie(context, "", 0);
        context.status(204);
    }

    private static @Nullable String checkedKey(@Nullable String key) {
        if (key != null && !key.matches("[A-Za-z0-9_-]{8,64}")) {
            throw new IllegalArgumentException("\"key\" has 8 to 64 letters, digits, - or _");
        }
        return key;
    }

    private ObjectNode session(SignedIn session) {
        return object().put("name", session.labeler().name())
                .put("kind", session.labeler().kind().word())
                .put("role", session.role().word())
                .put("csrf", session.csrf())
                .put(
                        "guidelines_seen",
                        service.guidelinesSeen(session.labeler()).orElse(null));
    }
}
