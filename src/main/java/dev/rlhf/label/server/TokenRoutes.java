package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ApiToken;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/**
 * Routes for admins: the tokens of programs. Tokens are created and revoked by a signed-in admin only, so that a stolen
 * one cannot outlive its revocation.
 */
final class TokenRoutes {
    private final Access access;
    private final RequestAuthorizer authorizer;

    TokenRoutes(Access access, RequestAuthorizer authorizer) {
        this.access = access;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/admin/tokens", this::tokens);
        routes.post("/api/admin/tokens", this::create);
        routes.post("/api/admin/tokens/revoke", this::revoke);
    }

    private void tokens(Context context) {
        ObjectNode answer = object();
        ArrayNode list = answer.putArray("tokens");
        for (ApiToken token : access.tokens()) {
            list.addObject()
                    .put("name", token.name())
                    .put("admin", token.admin())
                    .put("created", token.created().toString())
                    .put("last_used", token.lastUsed() == null ? null : String.valueOf(token.lastUsed()));
        }
        reply(context, answer);
    }

    private void create(Context context) {
        Actor admin = authorizer.signedInAdmin(context);
        String name = name(context);
        reply(context, object().put("name", name).put("token", access.createToken(name, admin.name(), admin)));
    }

    private void revoke(Context context) {
        Actor admin = authorizer.signedInAdmin(context);
        access.revokeToken(name(context), admin);
        tokens(context);
    }

    private static String name(Context context) {
        JsonObject body = body(context);
        body.allow("name");
        return body.text("name");
    }
}
