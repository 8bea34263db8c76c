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
import org.jspecify.annotations.Nullable;

/** Identifies the sender of a request and refuses requests that the sender may not make. Thread-safe. */
final class RequestAuthorizer {
    private static final String COOKIE = "rlhf_session";
    private static final String CSRF = "X-CSRF-Token";
    private static final String BEARER = "Bearer ";

    private final Access access;
    private final RequestOrigin origin;

    RequestAuthorizer(Access access, RequestOrigin origin) {
        this.access = access;
        this.origin = origin;
    }

    /**
     * Runs before every request under {@code /api/}. Pages of other sites must not act for a user who is signed in
     * here: a request that changes something must come from a page of this server, be JSON (which no form can send) and
     * contain the session's CSRF token. A request with an API token ignores the session, so it needs no CSRF token.
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
        if (apiToken(context).isPresent()) {
            return; // checked by admin(); everything else refuses it
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
     * @throws RefusedException if nobody is signed in, or the request has an API token
     */
    SignedIn signedIn(Context context) {
        if (apiToken(context).isPresent()) {
            throw new RefusedException(Reason.FORBIDDEN, "session", "a token cannot do this; sign in");
        }
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
     * Returns the admin of the request, or the admin of its API token, for the audit table.
     *
     * @throws RefusedException if nobody is signed in, or a labeler, or the token is unknown or revoked
     */
    Actor admin(Context context) {
        Optional<String> token = apiToken(context);
        return token.isEmpty() ? signedInAdmin(context) : tokenOwner(context, token.get());
    }

    /**
     * Returns the signed-in admin of the request, for actions that no API token may do.
     *
     * @throws RefusedException if nobody is signed in, or a labeler, or the request has an API token
     */
    Actor signedInAdmin(Context context) {
        return new Actor(as(Role.ADMIN, context).labeler().name(), origin.address(context));
    }

    boolean isAdmin(Context context) {
        Optional<String> token = apiToken(context);
        return token.isPresent()
                ? access.token(token.get()).isPresent()
                : token(context)
                        .flatMap(access::session)
                        .filter(session -> session.role() == Role.ADMIN)
                        .isPresent();
    }

    private Actor tokenOwner(Context context, String token) {
        Actor known = context.attribute(BEARER);
        if (known != null) {
            return known;
        }
        Actor found = access.token(token)
                .map(owner -> owner.actor(origin.address(context)))
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_SIGNED_IN, "token", "this token is unknown or revoked"));
        context.attribute(BEARER, found);
        return found;
    }

    /** Returns the API token of the request. Other kinds of authorization are those of a proxy. */
    private static Optional<String> apiToken(Context context) {
        String header = context.header("Authorization");
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(header.substring(BEARER.length()).strip())
                : Optional.empty();
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

    private static boolean same(String right, @Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.US_ASCII), sent.getBytes(StandardCharsets.UTF_8));
    }
}
