package dev.rlhf.label.server;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a request comes from and by what scheme, with or without a proxy on the way. Thread-safe. */
final class RequestOrigin {
    /** Any of them says that the request did not come straight from whoever made it. */
    private static final List<String> FORWARDED =
            List.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via");

    private final ServerOptions options;

    RequestOrigin(ServerOptions options) {
        this.options = options;
    }

    /** The browser's address: the last one in the proxy's header, for what stands left of it anybody can write. */
    String address(Context context) {
        String forwarded = options.behindProxy() ? context.header("X-Forwarded-For") : null;
        String address = forwarded == null
                ? context.ip()
                : forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return address.length() <= 64 ? address : address.substring(0, 64);
    }

    /** Whether the browser speaks https, to us or to the proxy. */
    boolean secure(Context context) {
        URI baseUrl = options.baseUrl();
        return (baseUrl != null && "https".equals(baseUrl.getScheme()))
                || (options.behindProxy() && "https".equalsIgnoreCase(context.header("X-Forwarded-Proto")))
                || context.scheme().equals("https");
    }

    /** Whether it was made on this machine and came by no proxy. */
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

    /** Whether a page of ours made it, as far as the browser says; programs say nothing. */
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

    private static @Nullable String text(@Nullable URI url) {
        return url == null ? null : url.getScheme() + "://" + url.getRawAuthority();
    }
}
