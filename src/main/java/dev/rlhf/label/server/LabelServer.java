package dev.rlhf.label.server;

import dev.rlhf.base.InputException;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.net.URI;
import java.time.Duration;

/**
 * Serves the ranking page and its JSON interface for one store, from {@link #start} to {@link #close}, on its own
 * threads. The caller closes the store after the server. Labelers sign in with an invite, admins with a password
 * ({@link Access}). It speaks plain http; on the internet it needs a TLS proxy in front.
 */
public final class LabelServer implements AutoCloseable {
    /** The default address of {@code rlhf label serve}. */
    public static final URI USUAL_ADDRESS = URI.create("http://127.0.0.1:8080/");

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
     * @param port 0: any free port
     * @throws InputException if the server cannot listen on the address
     */
    public static LabelServer start(LabelStore store, String host, int port) {
        return start(store, ServerOptions.at(host, port));
    }

    /** Starts serving with another lease. */
    public static LabelServer start(LabelStore store, String host, int port, Duration lease) {
        return start(store, ServerOptions.at(host, port).withLease(lease));
    }

    /** Starts serving with all options. */
    public static LabelServer start(LabelStore store, ServerOptions options) {
        if (store.guidelines().isEmpty()) {
            store.publishGuidelines(Assets.defaultGuidelines());
        }
        Javalin server = Javalin.create(config -> configure(config, store, options));
        try {
            server.start(options.host(), options.port());
        } catch (JavalinBindException e) {
            throw new InputException("cannot listen on " + options.host() + ":" + options.port() + ": " + cause(e), e);
        }
        return new LabelServer(server, options.host());
    }

    public int port() {
        return server.port();
    }

    /** Returns the address of the ranking page. */
    public URI address() {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
        return URI.create("http://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port() + "/");
    }

    /** Stops accepting requests and waits for those in progress. */
    @Override
    public void close() {
        server.stop();
    }

    private static void configure(JavalinConfig config, LabelStore store, ServerOptions options) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.maxRequestSize = Api.BODY_LIMIT;
        config.http.prefer405over404 = true;
        ConnectionLimits.set(config.jetty, options.host(), options.port());
        config.routes.before(new Headers(options)::set);
        Assets.load()
                .forEach((path, asset) -> config.routes.get(
                        path, context -> context.contentType(asset.type()).result(asset.content())));
        new Api(store, options).addTo(config);
    }

    private static String cause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
