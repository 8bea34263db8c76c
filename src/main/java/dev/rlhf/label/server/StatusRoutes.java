package dev.rlhf.label.server;

import dev.rlhf.label.api.StoreFailedException;
import dev.rlhf.label.api.StoreMetrics;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes for monitoring: health and metrics. */
final class StatusRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StatusRoutes.class);

    private final LabelStore store;
    private final RequestAuthorizer authorizer;
    private final HttpMetrics metrics;

    StatusRoutes(LabelStore store, RequestAuthorizer authorizer, HttpMetrics metrics) {
        this.store = store;
        this.authorizer = authorizer;
        this.metrics = metrics;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/healthz", this::health);
        routes.get("/metrics", this::metrics);
    }

    /** Reveals only whether the store can be read and written. */
    private void health(Context context) {
        boolean well = true;
        try {
            store.metrics();
        } catch (StoreFailedException e) { // which the store logs
            well = false;
        } catch (RuntimeException e) {
            LOG.error("the store does not answer", e);
            well = false;
        }
        context.status(well ? 200 : 503);
        Requests.reply(context, Requests.object().put("status", well ? "ok" : "failed"));
    }

    /** Answers programs on this machine and admins; others get 404. */
    private void metrics(Context context) {
        if (!RequestOrigin.direct(context) && !authorizer.isAdmin(context)) {
            throw new HttpResponseException(404);
        }
        StoreMetrics counts = store.metrics();
        context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.text()
                        + HttpMetrics.gauge(
                                "rlhf_labels_total",
                                "counter",
                                "Tasks labeled, each labeler's counted.",
                                counts.labels())
                        + HttpMetrics.gauge(
                                "rlhf_open_tasks", "gauge", "Tasks that want more labels.", counts.openTasks())
                        + HttpMetrics.gauge("rlhf_claims", "gauge", "Tasks that labelers hold now.", counts.claims())
                        + HttpMetrics.gauge("rlhf_sessions", "gauge", "Sessions that are open.", counts.sessions()));
    }
}
