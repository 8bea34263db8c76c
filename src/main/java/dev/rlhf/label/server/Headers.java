package dev.rlhf.label.server;

import io.javalin.http.Context;

/** Sets the security headers of every answer. Thread-safe. */
final class Headers {
    /** Allows scripts and styles only from this server's files; nothing inline, no framing, no form to another site. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final RequestOrigin origin;

    Headers(ServerOptions options) {
        this.origin = new RequestOrigin(options);
    }

    void set(Context context) {
        context.header("Content-Security-Policy", POLICY);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Opener-Policy", "same-origin");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        context.header("Cache-Control", context.path().startsWith("/api/") ? "no-store" : "no-cache");
        if (origin.secure(context)) {
            context.header("Strict-Transport-Security", "max-age=31536000");
        }
    }
}
