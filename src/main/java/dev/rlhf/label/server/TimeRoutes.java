package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.ActiveDay;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.files.ActiveTimeCsv;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes for the active time by labeler and day: admins see everybody's, labelers their own. */
final class TimeRoutes {
    private final LabelStore store;
    private final RequestAuthorizer authorizer;

    TimeRoutes(LabelStore store, RequestAuthorizer authorizer) {
        this.store = store;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.get(
                "/api/time",
                context -> reply(
                        context, json(store.labelerService().activeTime(authorizer.labeler(context), range(context)))));
        routes.get("/api/admin/time", context -> reply(context, json(all(context))));
        routes.get(
                "/api/admin/time.csv",
                context -> context.contentType("text/csv; charset=utf-8")
                        .header("Content-Disposition", "attachment; filename=\"time.csv\"")
                        .result(ActiveTimeCsv.text(all(context))));
    }

    private List<ActiveDay> all(Context context) {
        return store.adminService().activeTime(range(context));
    }

    private static DayRange range(Context context) {
        return DayRange.of(parameter(context, "since"), parameter(context, "until"), parameter(context, "zone"));
    }

    private static @Nullable String parameter(Context context, String name) {
        String value = context.queryParam(name);
        return value == null || value.isBlank() ? null : value;
    }

    private static ObjectNode json(List<ActiveDay> days) {
        ObjectNode answer = object();
        ArrayNode list = answer.putArray("days");
        for (ActiveDay day : days) {
            list.addObject()
                    .put("labeler", day.labeler())
                    .put("day", day.day().toString())
                    .put("rankings", day.rankings())
                    .put("seconds", day.seconds());
        }
        return answer;
    }
}
