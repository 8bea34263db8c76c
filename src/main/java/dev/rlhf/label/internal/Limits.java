package dev.rlhf.label.internal;

import io.javalin.config.JettyConfig;
import org.eclipse.jetty.server.NetworkConnectionLimit;

/** What one who means ill can take of the server's memory and time. Bodies are limited by {@link Api#BODY_LIMIT}. */
public final class Limits {
    /** All headers of a request together, in bytes; a browser's are about one KiB. */
    static final int HEADERS = 8 << 10;

    /** A connection on which nothing comes or goes for so long is closed, in milliseconds. */
    static final int IDLE = 30_000;

    /** Open at once; more wait in the kernel's queue. */
    static final int CONNECTIONS = 2_000;

    private Limits() {}

    public static void set(JettyConfig jetty) {
        jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(HEADERS);
            http.setIdleTimeout(IDLE);
        });
        jetty.modifyServer(server -> server.addBean(new NetworkConnectionLimit(CONNECTIONS, server)));
    }
}
