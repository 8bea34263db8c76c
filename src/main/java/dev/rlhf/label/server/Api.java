package dev.rlhf.label.server;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.StoreFailedException;
import dev.rlhf.label.api.TooManyTriesException;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JSON interface of the server: installs all routes, their authorization and their error answers.
 * docs/reference/labelling.md lists the endpoints.
 */
final class Api {
    /** Largest request body, in bytes. */
    static final long BODY_LIMIT = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final LabelStore store;
    private final ServerOptions options;

    Api(LabelStore store, ServerOptions options) {
        this.store = store;
        this.options = options;
    }

    void addTo(JavalinConfig config) {
        RequestOrigin origin = new RequestOrigin(options);
        RequestAuthorizer authorizer = new RequestAuthorizer(store.access(), origin);
        HttpMetrics metrics = new HttpMetrics();
        RoutesConfig routes = config.routes;
        routes.before(context -> {
            boolean monitored =
                    context.path().equals("/healthz") || context.path().equals("/metrics");
            if (!monitored && !origin.addressed(context)) {
                throw new HttpResponseException(421);
            }
        });
        routes.before("/api/*", authorizer::check);
        routes.before("/api/admin/*", authorizer::checkAdmin);
        new SessionRoutes(store, authorizer, origin).addTo(routes);
        new TaskRoutes(store, authorizer, options.lease()).addTo(routes);
        new PeopleRoutes(store, authorizer).addTo(routes);
        new TokenRoutes(store.access(), authorizer).addTo(routes);
        new AdminRoutes(store, authorizer).addTo(routes);
        new QualityRoutes(store.adminService(), authorizer).addTo(routes);
        new ReviewRoutes(store.adminService(), authorizer).addTo(routes);
        new FileRoutes(store, authorizer).addTo(routes);
        new ExportRoutes(store, authorizer).addTo(routes);
        new TimeRoutes(store, authorizer).addTo(routes);
        new StatusRoutes(store, authorizer, metrics).addTo(routes);
        addErrors(routes);
        config.requestLogger.http((context, milliseconds) -> metrics.add(context, milliseconds));
    }

    private static void addErrors(RoutesConfig routes) {
        routes.exception(TooManyTriesException.class, (e, context) -> {
            context.header("Retry-After", String.valueOf(e.retryAfter().toSeconds()));
            error(context, e.reason().status(), e.code(), String.valueOf(e.getMessage()));
        });
        routes.exception(
                InputException.class, (e, context) -> error(context, 400, "invalid", String.valueOf(e.getMessage())));
        routes.exception(
                RefusedException.class,
                (e, context) -> error(context, e.reason().status(), e.code(), String.valueOf(e.getMessage())));
        routes.exception(
                IllegalArgumentException.class,
                (e, context) -> error(context, 400, "invalid", String.valueOf(e.getMessage())));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> error(context, e.getStatus(), code(e.getStatus()), phrase(e.getStatus())));
        routes.exception(
                StoreFailedException.class,
                (e, context) -> error(context, 503, "store", String.valueOf(e.getMessage())));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            error(context, 500, "server", "the server failed; it has been logged");
        });
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
            case 421 -> "host";
            default -> "http_" + status;
        };
    }

    private static String phrase(int status) {
        return switch (status) {
            case 403 -> "requests from other sites are not answered";
            case 404 -> "not found";
            case 405 -> "method not allowed";
            case 413 -> "the request is too large";
            case 415 -> "send application/json";
            case 421 -> "this server has a different address; if this one is right, start it with --base_url";
            default -> "the request cannot be answered (" + status + ")";
        };
    }
}
