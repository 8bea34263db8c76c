package dev.rlhf.label.internal;

import static dev.rlhf.label.internal.Requests.body;
import static dev.rlhf.label.internal.Requests.object;
import static dev.rlhf.label.internal.Requests.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.LabelStore;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;

/** Signing in and out, and who is signed in. */
final class SessionRoutes {
    private final LabelStore store;
    private final Gate gate;

    SessionRoutes(LabelStore store, Gate gate) {
        this.store = store;
        this.gate = gate;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/api/session", this::join);
        routes.get("/api/session", context -> reply(context, session(gate.labeler(context))));
    }

    private void join(Context context) {
        JsonObject body = body(context);
        body.allow("name", "kind");
        String kind = body.textOrNull("kind");
        Labeler labeler = store.join(body.text("name"), kind == null ? LabelerKind.PERSON : LabelerKind.of(kind));
        Cookie cookie = new Cookie(Gate.COOKIE, store.openSession(labeler));
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setSecure(context.scheme().equals("https"));
        cookie.setMaxAge((int) Labelers.SESSION.toSeconds());
        context.cookie(cookie);
        reply(context, session(labeler));
    }

    private static ObjectNode session(Labeler labeler) {
        return object().put("name", labeler.name()).put("kind", labeler.kind().word());
    }
}
