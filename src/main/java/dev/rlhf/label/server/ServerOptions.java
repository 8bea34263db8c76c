package dev.rlhf.label.server;

import dev.rlhf.base.InputException;
import dev.rlhf.label.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a {@link LabelServer} serves.
 *
 * @param host address to listen on; {@code 127.0.0.1} for this machine only
 * @param port 0: any that is free
 * @param behindProxy a proxy on the way sets {@code X-Forwarded-For} and {@code X-Forwarded-Proto}, and nobody reaches
 *     the port around it; otherwise these headers are not believed
 * @param baseUrl what browsers call the server, if that is not the address it listens on; with https cookies are Secure
 * @param lease how long a task is held for a labeler who does nothing; the open page renews it
 */
public record ServerOptions(
        String host,
        int port,
        boolean behindProxy,
        @Nullable URI baseUrl,
        Duration lease) {
    /** Thirty minutes. */
    public static final Duration LEASE = Duration.ofMinutes(30);

    /** @throws InputException if the port or the address cannot be */
    public ServerOptions {
        if (port < 0 || port > 65535) {
            throw new InputException("the port is " + port + "; it is 0 to 65535");
        }
        if (baseUrl != null) {
            baseUrl = StoreSettings.checkedBaseUrl(baseUrl);
        }
    }

    /** Plain http, no proxy. */
    public static ServerOptions at(String host, int port) {
        return new ServerOptions(host, port, false, null, LEASE);
    }

    public ServerOptions withLease(Duration other) {
        return new ServerOptions(host, port, behindProxy, baseUrl, other);
    }

    /** Behind a TLS proxy that browsers call {@code url}. */
    public ServerOptions behindProxyAt(URI url) {
        return new ServerOptions(host, port, true, url, lease);
    }
}
