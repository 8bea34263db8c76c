package dev.rlhf.label.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Guidelines;
import dev.rlhf.label.LabelStore;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Progress;
import dev.rlhf.label.RefusedException;
import dev.rlhf.label.RefusedException.Reason;
import dev.rlhf.label.ShownTask;
import dev.rlhf.label.Submission;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpResponseException;
import io.javalin.http.SameSite;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JSON side of the server; the endpoints are described in docs/reference/labelling.md. */
public final class Api {
    /** Largest request body in bytes; a ranking is a few hundred. */
    public static final long BODY_LIMIT = 64 << 10;

    private static final String COOKIE = "rlhf_session";
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final LabelStore store;
    private final Duration lease;

    public Api(LabelStore store, Duration lease) {
        this.store = store;
        this.lease = lease;
    }

    public void addTo(RoutesConfig routes) {
        routes.before("/api/*", Api::refuseForeign);
        routes.post("/api/session", this::join);
        routes.get("/api/session", context -> reply(context, session(labeler(context))));
        routes.get("/api/guidelines", this::guidelines);
        routes.post("/api/tasks/next", this::next);
        routes.post("/api/tasks/{id}/ranking", this::rank);
        routes.get("/api/progress", context -> reply(context, progress(store.progress(labeler(context)))));
        routes.exception(
                RefusedException.class,
                (e, context) -> error(context, e.reason().status(), e.code(), String.valueOf(e.getMessage())));
        routes.exception(
                IllegalArgumentException.class,
                (e, context) -> error(context, 400, "invalid", String.valueOf(e.getMessage())));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> error(context, e.getStatus(), code(e.getStatus()), phrase(e.getStatus())));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            error(context, 500, "server", "the server failed; it has been logged");
        });
    }

    /** A page of another site must not act for a labeler who is signed in here: no form can send JSON, no script may. */
    private static void refuseForeign(Context context) {
        String site = context.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new HttpResponseException(403);
        }
        String type = context.contentType();
        if (context.method().name().equals("POST") && (type == null || !type.startsWith("application/json"))) {
            throw new HttpResponseException(415);
        }
    }

    private void join(Context context) {
        JsonObject body = body(context);
        body.allow("name", "kind");
        String kind = body.textOrNull("kind");
        Labeler labeler = store.join(body.text("name"), kind == null ? LabelerKind.PERSON : LabelerKind.of(kind));
        Cookie cookie = new Cookie(COOKIE, store.openSession(labeler));
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setSecure(context.scheme().equals("https"));
        cookie.setMaxAge((int) Labelers.SESSION.toSeconds());
        context.cookie(cookie);
        reply(context, session(labeler));
    }

    private void guidelines(Context context) {
        labeler(context);
        Guidelines guidelines = store.guidelines().orElseThrow();
        reply(context, object().put("version", guidelines.version()).put("text", guidelines.text()));
    }

    private void next(Context context) {
        Labeler labeler = labeler(context);
        Optional<ShownTask> task = store.claim(labeler, lease);
        ObjectNode answer = object();
        answer.set("task", task.<JsonNode>map(Api::task).orElse(JsonNodeFactory.instance.nullNode()));
        answer.set("progress", progress(store.progress(labeler)));
        reply(context, answer);
    }

    private void rank(Context context) {
        Labeler labeler = labeler(context);
        JsonObject body = body(context);
        body.allow("key", "ranks", "seconds", "guideline");
        int revision = store.submit(
                labeler,
                taskId(context),
                new Submission(
                        body.text("key"),
                        body.integers("ranks"),
                        body.numberOrNull("seconds"),
                        body.textOrNull("guideline")));
        reply(context, object().put("revision", revision));
    }

    private Labeler labeler(Context context) {
        return Optional.ofNullable(context.cookie(COOKIE))
                .flatMap(store::session)
                .orElseThrow(() -> new RefusedException(Reason.NOT_SIGNED_IN, "sign in first"));
    }

    private static long taskId(Context context) {
        String id = context.pathParam("id");
        if (!id.matches("[0-9]{1,18}")) {
            throw new RefusedException(Reason.NOT_YOURS, "this task was not given to you");
        }
        return Long.parseLong(id);
    }

    private static JsonObject body(Context context) {
        try {
            return JsonObject.of(Json.mapper().readTree(context.body()), "the request");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the request is not JSON", e);
        }
    }

    private static ObjectNode session(Labeler labeler) {
        return object().put("name", labeler.name()).put("kind", labeler.kind().word());
    }

    private static ObjectNode task(ShownTask task) {
        ObjectNode node = object().put("id", task.id());
        node.set("messages", TaskJson.writeMessages(task.messages()));
        ArrayNode completions = node.putArray("completions");
        List<String> texts = task.completions();
        texts.forEach(text -> completions.addObject().put("text", text));
        return node;
    }

    private static ObjectNode progress(Progress progress) {
        return object().put("labeler", progress.labeler())
                .put("yours", progress.yours())
                .put("rankings", progress.rankings())
                .put("wanted", progress.wanted());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void reply(Context context, ObjectNode node) {
        context.contentType("application/json").result(node.toString());
    }

    private static void error(Context context, int status, String code, String message) {
        context.status(status);
        reply(
                context,
                object().put("error", message.lines().findFirst().orElse("")).put("code", code));
    }

    private static String code(int status) {
        return switch (status) {
            case 403 -> "foreign";
            case 404 -> "nothing";
            case 405 -> "method";
            case 413 -> "size";
            case 415 -> "type";
            default -> "http_" + status;
        };
    }

    private static String phrase(int status) {
        return switch (status) {
            case 403 -> "requests from other sites are not answered";
            case 404 -> "there is nothing here";
            case 405 -> "this method is not known here";
            case 413 -> "the request is too large";
            case 415 -> "send application/json";
            default -> "the request cannot be answered (" + status + ")";
        };
    }
}
