package dev.rlhf.label.server;

import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests and their duration by route, and writes them in Prometheus' text format 0.0.4. Only the program's
 * routes are counted by name, so that unknown paths cannot fill the table. Thread-safe.
 */
final class HttpMetrics {
    /** Upper bounds of the buckets in seconds; the goal is 99 % under 0.1 s. */
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};

    private final Map<String, Route> routes = new ConcurrentSkipListMap<>();

    private static final class Route {
        final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
        final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        final LongAdder nanos = new LongAdder();

        Route() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }
    }

    /** Counts an answered request. */
    void add(Context context, double milliseconds) {
        Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
        String path = endpoint == null ? "none" : endpoint.path;
        add(context.method().name(), path, context.statusCode(), milliseconds / 1000);
    }

    void add(String method, String path, int status, double seconds) {
        Route route = routes.computeIfAbsent("method=\"" + method + "\",route=\"" + path + "\"", labels -> new Route());
        route.statuses.computeIfAbsent(status, code -> new LongAdder()).increment();
        int bucket = 0;
        while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
            bucket++;
        }
        route.buckets[bucket].increment();
        route.nanos.add((long) (seconds * 1e9));
    }

    /** Returns all metrics as text. */
    String text() {
        StringBuilder text = new StringBuilder();
        head(text, "rlhf_http_requests_total", "counter", "Requests answered.");
        routes.forEach((labels, route) -> route.statuses.forEach((status, count) ->
                line(text, "rlhf_http_requests_total", labels + ",status=\"" + status + "\"", count.sum())));
        head(text, "rlhf_http_request_seconds", "histogram", "Time to answer.");
        routes.forEach((labels, route) -> {
            long sum = 0;
            for (int i = 0; i < BOUNDS.length; i++) {
                sum += route.buckets[i].sum();
                line(text, "rlhf_http_request_seconds_bucket", labels + ",le=\"" + BOUNDS[i] + "\"", sum);
            }
            sum += route.buckets[BOUNDS.length].sum();
            line(text, "rlhf_http_request_seconds_bucket", labels + ",le=\"+Inf\"", sum);
            line(text, "rlhf_http_request_seconds_sum", labels, route.nanos.sum() / 1e9);
            line(text, "rlhf_http_request_seconds_count", labels, sum);
        });
        return text.toString();
    }

    /** Returns a single value without labels, with its heading. */
    static String gauge(String name, String type, String help, long value) {
        StringBuilder text = new StringBuilder();
        head(text, name, type, help);
        return text.append(name).append(' ').append(value).append('\n').toString();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ");
        text.append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, Object value) {
        text.append(String.format(Locale.ROOT, "%s{%s} %s%n", name, labels, value));
    }
}
