package dev.rlhf.label.server;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.SignedIn;
import dev.rlhf.label.store.Access;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpResponseException;
import io.javalin.http.SameSite;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Identifies the sender of a request and refuses what the sender may not do. Thread-safe. */
final class RequestAuthorizer {
    private static final String COOKIE = "rlhf_session";
    private static final String CSRF = "X-CSRF-Token";

    private final Access access;
    private final RequestOrigin origin;

    RequestAuthorizer(Access access, RequestOrigin origin) {
        this.access = access;
        this.origin = origin;
    }

    /**
     * Runs before every request under {@code /api/}. Pages of other sites must not act for a user who is signed in
     * here: a request that changes something must come from a page of this server, be JSON (which no form can send) and
     * contain the session's CSRF token.
     */
    void check(Context context) {
        if (!origin.own(context)) {
            throw new HttpResponseException(403);
        }
        String method = context.method().name();
        if (method.equals("GET") || method.equals("HEAD")) {
            return;
        }
        String type = context.contentType();
        String wanted = context.path().equals(FileRoutes.IMPORT) ? "octet-stream" : "json"; // a form can send neither
        if (type == null || !type.strip().matches("(?i)application/" + wanted + "\\s*(;.*)?")) {
            throw new HttpResponseException(415);
        }
        if (context.path().equals("/api/session") && method.equals("POST")) {
            return; // signing in: there is no session yet, so no token
        }
        if (!same(signedIn(context).csrf(), context.header(CSRF))) {
            throw new RefusedException(
                    Reason.FORBIDDEN, "csrf", "the page and its session do not belong together; reload the page");
        }
    }

    /** Runs before every request under {@code /api/admin/}. */
    void checkAdmin(Context context) {
        admin(context);
    }

    /**
     * Returns the user of the request.
     *
     * @throws RefusedException if nobody is signed in
     */
    SignedIn signedIn(Context context) {
        SignedIn known = context.attribute(COOKIE);
        if (known != null) {
            return known;
        }
        SignedIn found = token(context)
                .flatMap(access::session)
                .orElseThrow(() -> new RefusedException(Reason.NOT_SIGNED_IN, "sign in first"));
        context.attribute(COOKIE, found);
        return found;
    }

    /**
     * Returns the labeler of the request.
     *
     * @throws RefusedException if nobody is signed in, or an admin, who does not rank
     */
    Labeler labeler(Context context) {
        return as(Role.LABELER, context).labeler();
    }

    /**
     * Returns the admin of the request, for the audit table.
     *
     * @throws RefusedException if nobody is signed in, or a labeler
     */
    Actor admin(Context context) {
        return new Actor(as(Role.ADMIN, context).labeler().name(), origin.address(context));
    }

    boolean isAdmin(Context context) {
        return token(context)
                .flatMap(access::session)
                .filter(session -> session.role() == Role.ADMIN)
                .isPresent();
    }

    /** Returns the session's token sent by the browser. */
    Optional<String> token(Context context) {
        return Optional.ofNullable(context.cookie(cookieName(context)));
    }

    /** Sets the session's cookie; an empty token removes it. */
    void setCookie(Context context, String token, long seconds) {
        Cookie cookie = new Cookie(cookieName(context), token);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setSecure(origin.secure(context));
        cookie.setMaxAge((int) seconds);
        context.cookie(cookie);
    }

    /**
     * Returns the cookie's name. With the prefix, browsers accept it only from this host over https, not from a
     * neighbouring subdomain.
     */
    private String cookieName(Context context) {
        return origin.secure(context) ? "__Host-" + COOKIE : COOKIE;
    }

    private SignedIn as(Role role, Context context) {
        SignedIn session = signedIn(context);
        if (session.role() != role) {
            throw new RefusedException(
                    Reason.FORBIDDEN,
                    "role",
                    role == Role.ADMIN ? "this is for admins" : "admins do not rank; use a labeler's link");
        }
        return session;
    }

    private static boolean same(String right, @org.jspecify.annotations.Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.US_ASCII), sent.getBytes(StandardCharsets.UTF_8));
    }
}
