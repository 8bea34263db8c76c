package dev.rlhf.label.server;

import dev.rlhf.base.InputException;
import dev.rlhf.label.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link LabelServer}.
 *
 * @param host address to listen on; {@code 127.0.0.1} for this machine only
 * @param port 0: any free port
 * @param behindProxy whether every request passes through a trusted proxy that sets {@code X-Forwarded-For} and
 *     {@code X-Forwarded-Proto}; otherwise these headers are ignored
 * @param baseUrl address used by browsers, if it differs from the address to listen on; with https, cookies are Secure
 * @param lease how long a task is held for a labeler; the open page renews it
 */
public record ServerOptions(
        String host,
        int port,
        boolean behindProxy,
        @Nullable URI baseUrl,
        Duration lease) {
    /** Default lease: 30 minutes. */
    public static final Duration LEASE = Duration.ofMinutes(30);

    /** @throws InputException if the port or the address is not valid */
    public ServerOptions {
        if (port < 0 || port > 65535) {
            throw new InputException("the port is " + port + "; it is 0 to 65535");
        }
        if (baseUrl != null) {
            baseUrl = StoreSettings.checkedBaseUrl(baseUrl);
        }
    }

    /** Returns options for plain http without a proxy. */
    public static ServerOptions at(String host, int port) {
        return new ServerOptions(host, port, false, null, LEASE);
    }

    public ServerOptions withLease(Duration other) {
        return new ServerOptions(host, port, behindProxy, baseUrl, other);
    }

    /** Returns options for a TLS proxy in front that browsers reach at {@code url}. */
    public ServerOptions behindProxyAt(URI url) {
        return new ServerOptions(host, port, true, url, lease);
    }
}
