package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.AgreementCache;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routes for admins: progress and statistics, and changes of batches and guidelines. {@link FileRoutes} has imports and
 * backups.
 */
final class AdminRoutes {
    /** Keys of a batch's settings. */
    static final List<String> SETTINGS = List.of(
            "overlap",
            "priority",
            "paused",
            "top_k",
            "strength",
            "scores",
            "flags",
            "gold_rate",
            "skip_limit",
            "max_overlap",
            "demonstrations",
            "disputed_first",
            "tags");

    private static final int DISPUTES = 20;

    private final LabelStore store;
    private final AdminService admin;
    private final AgreementCache agreement;
    private final RequestAuthorizer authorizer;

    AdminRoutes(LabelStore store, RequestAuthorizer authorizer) {
        this.store = store;
        this.admin = store.adminService();
        this.agreement = new AgreementCache(admin);
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/admin/batches", this::batches);
        routes.post("/api/admin/batches", this::change);
        routes.get(
                "/api/admin/labelers",
                context -> answer(context, "labelers", AdminJson.labelers(admin.labelers(batch(context)))));
        routes.get("/api/admin/agreement", this::agreement);
        routes.get(
                "/api/admin/verdicts", context -> reply(context, AdminJson.verdicts(admin.verdicts(batch(context)))));
        routes.get(
                "/api/admin/disputes",
                context -> answer(context, "disputes", AdminJson.disputes(admin.disputes(batch(context), DISPUTES))));
        routes.get("/api/admin/gold", context -> answer(context, "gold", AdminJson.gold(admin.gold(batch(context)))));
        routes.get("/api/admin/guidelines", this::guidelines);
        routes.post("/api/admin/guidelines", this::publish);
    }

    private void batches(Context context) {
        answer(context, "batches", AdminJson.batches(admin.batches()));
    }

    private void agreement(Context context) {
        AgreementCache.Aged aged = agreement.of(batch(context));
        reply(
                context,
                AdminJson.agreement(aged.report()).put("age_seconds", aged.age().toSeconds()));
    }

    private void change(Context context) {
        JsonObject body = body(context);
        body.allow(Stream.concat(Stream.of("name"), SETTINGS.stream()).toArray(String[]::new));
        admin.change(body.text("name"), settings(body), authorizer.admin(context));
        batches(context);
    }

    /** Returns the settings of a batch that are to change. */
    static BatchChange settings(JsonObject body) {
        return new BatchChange(
                body.intOrNull("overlap"),
                body.intOrNull("priority"),
                flag(body, "paused"),
                body.intOrNull("top_k"),
                flag(body, "strength"),
                flag(body, "scores"),
                body.has("flags") ? body.words("flags") : null,
                body.numberOrNull("gold_rate"),
                body.intOrNull("skip_limit"),
                body.intOrNull("max_overlap"),
                flag(body, "demonstrations"),
                flag(body, "disputed_first"),
                body.has("tags") ? body.words("tags") : null);
    }

    private void guidelines(Context context) {
        answer(context, "versions", AdminJson.guidelines(admin.guidelines()));
    }

    private void publish(Context context) {
        JsonObject body = body(context);
        body.allow("text");
        String text = body.text("text");
        if (text.isBlank()) {
            throw new IllegalArgumentException("the guidelines are empty");
        }
        store.publishGuidelines(text, authorizer.admin(context));
        guidelines(context);
    }

    private static void answer(Context context, String name, JsonNode content) {
        ObjectNode answer = object();
        answer.set(name, content);
        reply(context, answer);
    }

    private static @Nullable String batch(Context context) {
        List<String> names = context.queryParams("batch");
        return names.isEmpty() || names.getFirst().isEmpty() ? null : names.getFirst();
    }

    private static @Nullable Boolean flag(JsonObject body, String key) {
        return body.has(key) ? body.flag(key) : null;
    }
}
