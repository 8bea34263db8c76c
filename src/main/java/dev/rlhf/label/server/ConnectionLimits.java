package dev.rlhf.label.server;

import io.javalin.config.JettyConfig;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/** What one who means ill can take of the server's memory and time. Bodies are limited by {@link Api#BODY_LIMIT}. */
final class ConnectionLimits {
    /** All headers of a request together, in bytes; a browser's are about one KiB. */
    static final int HEADERS = 8 << 10;

    /** A connection on which nothing comes or goes for so long is closed, in milliseconds. */
    static final int IDLE = 30_000;

    /** Open at once; more wait in the kernel's queue. */
    static final int CONNECTIONS = 2_000;

    private ConnectionLimits() {}

    /**
     * Sets the limits and where to listen. Connections share no buffers: once in some twenty thousand refusals the
     * answer on one connection began with bytes that another had sent (Jetty 12.1), and what one labeler sends is
     * nobody else's business.
     */
    static void set(JettyConfig jetty, String host, int port) {
        jetty.addConnector((server, http) -> {
            ServerConnector connector = new ServerConnector(
                    server, null, null, new ByteBufferPool.NonPooling(), -1, -1, new HttpConnectionFactory(http));
            connector.setHost(host);
            connector.setPort(port);
            return connector;
        });
        jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(HEADERS);
            http.setIdleTimeout(IDLE);
        });
        jetty.modifyServer(server -> server.addBean(new NetworkConnectionLimit(CONNECTIONS, server)));
    }
}
