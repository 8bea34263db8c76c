package dev.rlhf.label.server;

import dev.rlhf.label.api.StoreMetrics;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For the machines that watch this one: whether it is well, and figures. */
final class StatusRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StatusRoutes.class);

    private final LabelStore store;
    private final RequestAuthorizer gate;
    private final Metrics metrics;

    StatusRoutes(LabelStore store, RequestAuthorizer gate, Metrics metrics) {
        this.store = store;
        this.gate = gate;
        this.metrics = metrics;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/healthz", this::health);
        routes.get("/metrics", this::figures);
    }

    /** Tells the world nothing but that the store answers. */
    private void health(Context context) {
        boolean well = true;
        try {
            store.figures();
        } catch (RuntimeException e) {
            LOG.error("the store does not answer", e);
            well = false;
        }
        context.status(well ? 200 : 503);
        Requests.reply(context, Requests.object().put("status", well ? "ok" : "failed"));
    }

    /** For a program on this machine, or an admin; to others there is nothing here. */
    private void figures(Context context) {
        if (!Origin.direct(context) && !gate.isAdmin(context)) {
            throw new HttpResponseException(404);
        }
        StoreMetrics figures = store.figures();
        context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.text()
                        + Metrics.gauge(
                                "rlhf_labels_total",
                                "counter",
                                "Tasks labeled, each labeler's counted.",
                                figures.labels())
                        + Metrics.gauge("rlhf_open_tasks", "gauge", "Tasks that want more labels.", figures.openTasks())
                        + Metrics.gauge("rlhf_claims", "gauge", "Tasks that labelers hold now.", figures.claims())
                        + Metrics.gauge("rlhf_sessions", "gauge", "Sessions that are open.", figures.sessions()));
    }
}
