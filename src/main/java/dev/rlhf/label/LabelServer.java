package dev.rlhf.label;

import dev.rlhf.base.InputException;
import dev.rlhf.label.internal.Api;
import dev.rlhf.label.internal.Assets;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.net.URI;
import java.time.Duration;

/**
 * Serves the ranking page and its JSON interface for one store. Runs on threads of its own from {@link #start} to
 * {@link #close}; the store stays the caller's and is closed after the server. Whoever reaches the port may join under any
 * name: meant for this machine or a network of people who trust each other.
 */
public final class LabelServer implements AutoCloseable {
    /** How long a task is held for a labeler who does nothing; the open page renews it. */
    public static final Duration LEASE = Duration.ofMinutes(30);

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Javalin server;
    private final String host;

    private LabelServer(Javalin server, String host) {
        this.server = server;
        this.host = host;
    }

    /**
     * Starts serving; publishes the built-in guidelines if the store has none.
     *
     * @param host address to listen on; {@code 127.0.0.1} for this machine only
     * @param port 0: any that is free
     * @throws InputException if the address cannot be had
     */
    public static LabelServer start(LabelStore store, String host, int port) {
        return start(store, host, port, LEASE);
    }

    /** As {@link #start(LabelStore, String, int)}, with another lease. */
    public static LabelServer start(LabelStore store, String host, int port, Duration lease) {
        if (store.guidelines().isEmpty()) {
            store.publishGuidelines(Assets.defaultGuidelines());
        }
        Javalin server = Javalin.create(config -> configure(config, new Api(store, lease)));
        try {
            server.start(host, port);
        } catch (JavalinBindException e) {
            throw new InputException("cannot listen on " + host + ":" + port + ": " + cause(e), e);
        }
        return new LabelServer(server, host);
    }

    public int port() {
        return server.port();
    }

    /** Where the page is. */
    public URI address() {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
        return URI.create("http://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port() + "/");
    }

    /** Stops taking requests and waits for those under way. */
    @Override
    public void close() {
        server.stop();
    }

    private static void configure(JavalinConfig config, Api api) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.maxRequestSize = Api.BODY_LIMIT;
        config.http.prefer405over404 = true;
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.routes.before(LabelServer::protect);
        Assets.load()
                .forEach((path, asset) -> config.routes.get(
                        path, context -> context.contentType(asset.type()).result(asset.content())));
        api.addTo(config.routes);
    }

    private static void protect(Context context) {
        context.header("Content-Security-Policy", POLICY);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cache-Control", context.path().startsWith("/api/") ? "no-store" : "no-cache");
    }

    private static String cause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
