package dev.rlhf.label.server;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Determines the client address, scheme and site of a request, with or without a proxy. Thread-safe. */
final class RequestOrigin {
    /** Headers that show that a request came through a proxy. */
    private static final List<String> FORWARDED =
            List.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via");

    private final ServerOptions options;

    RequestOrigin(ServerOptions options) {
        this.options = options;
    }

    /**
     * Returns the client's address. Behind a proxy it is the last one in the header, because a client can forge the
     * earlier ones.
     */
    String address(Context context) {
        String forwarded = options.behindProxy() ? context.header("X-Forwarded-For") : null;
        String address = forwarded == null
                ? context.ip()
                : forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return address.length() <= 64 ? address : address.substring(0, 64);
    }

    /** Returns whether the client uses https, to this server or to the proxy. */
    boolean secure(Context context) {
        URI baseUrl = options.baseUrl();
        return (baseUrl != null && "https".equals(baseUrl.getScheme()))
                || (options.behindProxy() && "https".equalsIgnoreCase(context.header("X-Forwarded-Proto")))
                || context.scheme().equals("https");
    }

    /** Returns whether the request comes directly from this machine, without a proxy. */
    static boolean direct(Context context) {
        if (FORWARDED.stream().anyMatch(name -> context.header(name) != null)) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(context.ip()).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns whether the request comes from a page of this server, according to the browser's headers. Clients other
     * than browsers send none of them and are accepted.
     */
    boolean own(Context context) {
        String site = context.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return false;
        }
        String origin = context.header("Origin");
        return origin == null
                || origin.equals(text(options.baseUrl()))
                || origin.substring(origin.indexOf("://") + 1).equals("//" + context.header("Host"));
    }

    /**
     * Returns whether the request is addressed to this server: to its base address, if it has one or listens on this
     * machine only, or to an IP address or {@code localhost}, which no foreign name server can redirect.
     */
    boolean addressed(Context context) {
        String sent = context.header("Host");
        URI base = options.baseUrl();
        if (sent == null || (base == null && !options.host().matches("localhost|127\\.[0-9.]+|::1"))) {
            return true;
        }
        String name = sent.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        return name.matches("localhost|[0-9.]+|\\[[0-9a-f:.]+]")
                || (base != null && name.equals(String.valueOf(base.getHost()).toLowerCase(Locale.ROOT)));
    }

    private static @Nullable String text(@Nullable URI url) {
        return url == null ? null : url.getScheme() + "://" + url.getRawAuthority();
    }
}
