package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.reply;

import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.AdminService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes for admins who watch the quality of labels and pause labelers. */
final class QualityRoutes {
    private final AdminService admin;
    private final RequestAuthorizer authorizer;

    QualityRoutes(AdminService admin, RequestAuthorizer authorizer) {
        this.admin = admin;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/admin/quality", this::quality);
        routes.post("/api/admin/quality", this::set);
        routes.post("/api/admin/quality/lift", this::lift);
        routes.get(
                "/api/admin/quality/days",
                context -> reply(
                        context,
                        QualityJson.days(
                                admin.qualityByDay(parameter(context, "batch"), parameter(context, "labeler")))));
    }

    private void quality(Context context) {
        reply(
                context,
                QualityJson.quality(admin.qualityLines(), admin.pauses(), admin.pace(parameter(context, "batch"))));
    }

    private void set(Context context) {
        JsonObject body = body(context);
        body.allow("gold", "agreement", "after", "quiz");
        admin.setQualityLines(
                new QualityLines(
                        body.numberOrNull("gold"),
                        body.numberOrNull("agreement"),
                        Objects.requireNonNullElse(body.intOrNull("after"), QualityLines.NONE.after()),
                        Objects.requireNonNullElse(body.intOrNull("quiz"), 0)),
                authorizer.admin(context));
        quality(context);
    }

    private void lift(Context context) {
        JsonObject body = body(context);
        body.allow("name");
        admin.liftPause(body.text("name"), authorizer.admin(context));
        quality(context);
    }

    private static @Nullable String parameter(Context context, String name) {
        String value = context.queryParam(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
