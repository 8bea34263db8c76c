package dev.rlhf.label.internal;

import static dev.rlhf.label.internal.Requests.body;
import static dev.rlhf.label.internal.Requests.object;
import static dev.rlhf.label.internal.Requests.reply;
import static dev.rlhf.label.internal.Requests.taskId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Guidelines;
import dev.rlhf.label.LabelStore;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.Progress;
import dev.rlhf.label.ShownTask;
import dev.rlhf.label.Submission;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A labeler's work: guidelines, the next task, its ranking, progress. */
final class TaskRoutes {
    private final LabelStore store;
    private final Gate gate;
    private final Duration lease;

    TaskRoutes(LabelStore store, Gate gate, Duration lease) {
        this.store = store;
        this.gate = gate;
        this.lease = lease;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/guidelines", this::guidelines);
        routes.post("/api/tasks/next", this::next);
        routes.post("/api/tasks/{id}/ranking", this::rank);
        routes.get("/api/progress", context -> reply(context, progress(store.progress(gate.labeler(context)))));
    }

    private void guidelines(Context context) {
        gate.labeler(context);
        Guidelines guidelines = store.guidelines().orElseThrow();
        reply(context, object().put("version", guidelines.version()).put("text", guidelines.text()));
    }

    private void next(Context context) {
        Labeler labeler = gate.labeler(context);
        Optional<ShownTask> task = store.claim(labeler, lease);
        ObjectNode answer = object();
        answer.set("task", task.<JsonNode>map(TaskRoutes::task).orElse(JsonNodeFactory.instance.nullNode()));
        answer.set("progress", progress(store.progress(labeler)));
        reply(context, answer);
    }

    private void rank(Context context) {
        Labeler labeler = gate.labeler(context);
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
}
