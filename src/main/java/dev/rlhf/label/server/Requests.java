package dev.rlhf.label.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.files.JsonObject;
import io.javalin.http.Context;

/** Helpers of all routes: reading and writing JSON, and a task's id in the path. */
final class Requests {
    private Requests() {}

    /**
     * Returns the request's body.
     *
     * @throws IllegalArgumentException if it is not a JSON object
     */
    static JsonObject body(Context context) {
        try {
            return JsonObject.of(Json.mapper().readTree(context.body()), "the request");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the request is not JSON", e);
        }
    }

    static long taskId(Context context) {
        String id = context.pathParam("id");
        if (!id.matches("[0-9]{1,16}")) {
            throw new RefusedException(Reason.NOT_YOURS, "this task was not given to you");
        }
        return Long.parseLong(id);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static void reply(Context context, ObjectNode node) {
        context.contentType("application/json").result(node.toString());
    }
}
