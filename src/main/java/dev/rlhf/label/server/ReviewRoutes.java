package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import dev.rlhf.base.InputException;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.api.Correction;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelStatus;
import dev.rlhf.label.api.SelectedLabels;
import dev.rlhf.label.api.Unread;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.AdminService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes for admins who read labels, send them back, remove them, and decide the order of a task. */
final class ReviewRoutes {
    private static final int PAGE = 50;

    private final AdminService admin;
    private final RequestAuthorizer authorizer;

    ReviewRoutes(AdminService admin, RequestAuthorizer authorizer) {
        this.admin = admin;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/admin/labels", this::labels);
        routes.get("/api/admin/labels/selected", this::selected);
        routes.post("/api/admin/labels/correct", this::correct);
        routes.get("/api/admin/labels/unread", this::unread);
        routes.post("/api/admin/labels/read", this::read);
        routes.post("/api/admin/labels/{id}/send-back", this::sendBack);
        routes.post("/api/admin/labels/{id}/remove", this::remove);
        routes.post("/api/admin/labels/{id}/restore", this::restore);
        routes.get("/api/admin/tasks/{id}", context -> reply(context, ReviewJson.task(admin.task(id(context)))));
        routes.post("/api/admin/tasks/{id}/adjudicate", this::adjudicate);
    }

    private void labels(Context context) {
        Long before = parameter(context, "before", ReviewRoutes::number);
        Long limit = parameter(context, "limit", ReviewRoutes::number);
        reply(
                context,
                ReviewJson.page(admin.labels(
                        query(context),
                        before,
                        limit == null ? PAGE : Math.toIntExact(Math.min(limit, Integer.MAX_VALUE)))));
    }

    private void selected(Context context) {
        SelectedLabels selected = admin.count(query(context));
        reply(
                context,
                object().put("labels", selected.labels())
                        .put("send_back", selected.sendBack())
                        .put("remove", selected.remove())
                        .put("restore", selected.restore())
                        .put("up_to", selected.upTo()));
    }

    private void correct(Context context) {
        JsonObject body = body(context);
        body.allow("action", "up_to", "note");
        int changed = admin.correct(
                Correction.of(body.text("action")),
                query(context),
                body.integer("up_to"),
                note(body),
                authorizer.admin(context));
        reply(context, object().put("changed", changed));
    }

    private static LabelQuery query(Context context) {
        return new LabelQuery(
                parameter(context, "batch", Function.identity()),
                parameter(context, "labeler", Function.identity()),
                parameter(context, "since", ReviewRoutes::time),
                parameter(context, "until", ReviewRoutes::time),
                parameter(context, "kind", LabelKind::of),
                parameter(context, "flag", Function.identity()),
                parameter(context, "text", Function.identity()),
                isTrue(context, "comment"),
                isTrue(context, "personal_data"),
                isTrue(context, "disagreement"),
                isTrue(context, "unread"),
                parameter(context, "status", LabelStatus::of),
                parameter(context, "guideline", Function.identity()),
                parameter(context, "pace", LabelQuery.Pace::of));
    }

    private void unread(Context context) {
        Unread unread = admin.unread();
        reply(
                context,
                object().put("comments", unread.comments())
                        .put("personal_data", unread.personalData())
                        .put("up_to", unread.upTo()));
    }

    private void read(Context context) {
        JsonObject body = body(context);
        body.allow("up_to");
        admin.markRead(body.integer("up_to"));
        unread(context);
    }

    private void sendBack(Context context) {
        reply(context, ReviewJson.task(admin.sendBack(id(context), note(context), authorizer.admin(context))));
    }

    private void remove(Context context) {
        reply(context, ReviewJson.task(admin.remove(id(context), note(context), authorizer.admin(context))));
    }

    private void restore(Context context) {
        reply(context, ReviewJson.task(admin.restore(id(context), note(context), authorizer.admin(context))));
    }

    private void adjudicate(Context context) {
        JsonObject body = body(context);
        body.allow("ranks");
        reply(
                context,
                ReviewJson.task(admin.adjudicate(
                        id(context), body.has("ranks") ? body.integers("ranks") : null, authorizer.admin(context))));
    }

    private static @Nullable String note(Context context) {
        JsonObject body = body(context);
        body.allow("note");
        return note(body);
    }

    private static @Nullable String note(JsonObject body) {
        String note = body.textOrNull("note");
        return note == null || note.isBlank() ? null : note.strip();
    }

    private static long id(Context context) {
        return number(context.pathParam("id"));
    }

    private static Long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new InputException("'" + text + "' is not a whole number");
        }
        return Long.valueOf(text);
    }

    /** Returns a time; a day means its beginning in UTC. */
    private static Instant time(String text) {
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new InputException("'" + text + "' is not a time; write 2026-01-31 or 2026-01-31T09:00:00Z", e);
        }
    }

    private static boolean isTrue(Context context, String name) {
        return "true".equals(context.queryParam(name));
    }

    /** Returns a parameter of the query; null if it is absent or empty. */
    private static <T> @Nullable T parameter(Context context, String name, Function<String, T> reader) {
        String value = context.queryParam(name);
        return value == null || value.isEmpty() ? null : reader.apply(value);
    }
}
