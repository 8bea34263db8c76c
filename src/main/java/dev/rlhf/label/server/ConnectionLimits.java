package dev.rlhf.label.server;

import io.javalin.config.JettyConfig;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/** Limits that protect the server from abusive clients. {@link Api#BODY_LIMIT} limits request bodies. */
final class ConnectionLimits {
    /** Maximum size of a request's headers, in bytes; a browser sends about 1 KiB. */
    static final int HEADERS = 8 << 10;

    /** Time after which an idle connection is closed, in milliseconds. */
    static final int IDLE = 30_000;

    /** Maximum number of open connections; further ones wait in the kernel's queue. */
    static final int CONNECTIONS = 2_000;

    private ConnectionLimits() {}

    /**
     * Sets the limits and the address to listen on. Connections do not share buffers: in one of about twenty thousand
     * refused requests, the answer on one connection began with bytes sent by another one (Jetty 12.1), which would
     * leak one labeler's data to another.
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
