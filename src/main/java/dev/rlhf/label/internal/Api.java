package dev.rlhf.label.internal;

import dev.rlhf.label.LabelStore;
import dev.rlhf.label.RefusedException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JSON side of the server: what holds for all routes, and who has them. The endpoints are in docs/reference/labelling.md. */
public final class Api {
    /** Largest request body in bytes. */
    public static final long BODY_LIMIT = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final LabelStore store;
    private final Duration lease;

    public Api(LabelStore store, Duration lease) {
        this.store = store;
        this.lease = lease;
    }

    public void addTo(RoutesConfig routes) {
        Gate gate = new Gate(store);
        routes.before("/api/*", Api::refuseForeign);
        new SessionRoutes(store, gate).addTo(routes);
        new TaskRoutes(store, gate, lease).addTo(routes);
        routes.exception(
                RefusedException.class,
                (e, context) -> error(context, e.reason().status(), e.code(), String.valueOf(e.getMessage())));
        routes.exception(
                IllegalArgumentException.class,
                (e, context) -> error(context, 400, "invalid", String.valueOf(e.getMessage())));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> error(context, e.getStatus(), code(e.getStatus()), phrase(e.getStatus())));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            error(context, 500, "server", "the server failed; it has been logged");
        });
    }

    /** A page of another site must not act for a labeler who is signed in here: no form can send JSON, no script may. */
    private static void refuseForeign(Context context) {
        String site = context.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new HttpResponseException(403);
        }
        String type = context.contentType();
        if (context.method().name().equals("POST") && (type == null || !type.startsWith("application/json"))) {
            throw new HttpResponseException(415);
        }
    }

    private static void error(Context context, int status, String code, String message) {
        context.status(status);
        Requests.reply(
                context,
                Requests.object()
                        .put("error", message.lines().findFirst().orElse(""))
                        .put("code", code));
    }

    private static String code(int status) {
        return switch (status) {
            case 403 -> "foreign";
            case 404 -> "nothing";
            case 405 -> "method";
            case 413 -> "size";
            case 415 -> "type";
            default -> "http_" + status;
        };
    }

    private static String phrase(int status) {
        return switch (status) {
            case 403 -> "requests from other sites are not answered";
            case 404 -> "there is nothing here";
            case 405 -> "this method is not known here";
            case 413 -> "the request is too large";
            case 415 -> "send application/json";
            default -> "the request cannot be answered (" + status + ")";
        };
    }
}
