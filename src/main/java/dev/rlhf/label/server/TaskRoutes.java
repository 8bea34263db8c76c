package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.body;
import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.StaleDraftException;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.LabelerService;
import dev.rlhf.label.store.LabelerService.Submitted;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Routes for labelers: guidelines, tasks, drafts, labels, history and progress. */
final class TaskRoutes {
    private static final int HISTORY_PAGE = 50;
    private static final Duration KEEP_COUNT = Duration.ofSeconds(30);

    private final LabelStore store;
    private final LabelerService service;
    private final RequestAuthorizer authorizer;
    private final Duration lease;
    private final TaskNumbers numbers;
    /** Latest count of each labeler, by id. */
    private final Map<Long, Counted> counted = new ConcurrentHashMap<>();

    TaskRoutes(LabelStore store, RequestAuthorizer authorizer, Duration lease) {
        this.store = store;
        this.service = store.labelerService();
        this.authorizer = authorizer;
        this.lease = lease;
        this.numbers = new TaskNumbers(store.secret());
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/guidelines", this::guidelines);
        routes.post("/api/guidelines/seen", this::seen);
        routes.post("/api/tasks/next", this::next);
        routes.get("/api/tasks/{id}", this::task);
        routes.put("/api/tasks/{id}/draft", this::saveDraft);
        routes.delete("/api/tasks/{id}/draft", this::dropDraft);
        routes.post("/api/tasks/{id}/label", this::label);
        routes.post("/api/tasks/{id}/heartbeat", this::heartbeat);
        routes.get("/api/tasks/{id}/revisions", this::revisions);
        routes.get("/api/history", this::history);
        routes.get("/api/progress", context -> reply(context, progress(context, authorizer.labeler(context), false)));
    }

    private void guidelines(Context context) {
        authorizer.labeler(context);
        Guidelines guidelines = store.guidelines().orElseThrow();
        reply(
                context,
                object().put("version", guidelines.version())
                        .put("text", guidelines.text())
                        .put("published_at", guidelines.publishedAt().toString()));
    }

    private void seen(Context context) {
        Labeler labeler = authorizer.labeler(context);
        JsonObject body = body(context);
        body.allow("version");
        service.sawGuidelines(labeler, body.text("version"));
        reply(context, object());
    }

    private void next(Context context) {
        Labeler labeler = authorizer.labeler(context);
        body(context).allow();
        ObjectNode answer = object();
        JsonNode task = write(service.next(labeler, lease));
        answer.set("task", task);
        answer.set("progress", progress(context, labeler, !task.isNull()));
        reply(context, answer);
    }

    private JsonNode write(Optional<GivenTask> task) {
        return task.isEmpty() ? NullNode.instance : write(task.get());
    }

    private ObjectNode write(GivenTask task) {
        return LabelJson.write(task, numbers.shown(task.id()));
    }

    /** Returns the number in the store of the task in the path. */
    private long taskId(Context context) {
        return numbers.stored(Requests.taskId(context));
    }

    private void task(Context context) {
        reply(context, write(service.task(authorizer.labeler(context), taskId(context))));
    }

    private void saveDraft(Context context) {
        Labeler labeler = authorizer.labeler(context);
        JsonObject body = body(context);
        body.allow("version", "content");
        Integer version = body.intOrNull("version");
        if (version == null) {
            throw new IllegalArgumentException("the request has no \"version\"");
        }
        try {
            int saved = service.saveDraft(
                    labeler, taskId(context), version, body.any("content").toString());
            reply(context, object().put("version", saved));
        } catch (StaleDraftException e) {
            ObjectNode answer = object().put("error", e.getMessage()).put("code", e.code());
            answer.set("draft", LabelJson.write(e.current().orElse(null)));
            context.status(e.reason().status());
            reply(context, answer);
        }
    }

    private void dropDraft(Context context) {
        service.dropDraft(authorizer.labeler(context), taskId(context));
        reply(context, object());
    }

    private void label(Context context) {
        Labeler labeler = authorizer.labeler(context);
        long task = taskId(context);
        Submission submission = LabelJson.readSubmission(body(context));
        ObjectNode answer = object();
        boolean given = false;
        if ("true".equals(context.queryParam("next"))) {
            Submitted submitted = service.submitAndNext(labeler, task, submission, lease);
            answer.put("revision", submitted.revision()).set("task", write(submitted.next()));
            given = submitted.next().isPresent();
        } else {
            answer.put("revision", service.submit(labeler, task, submission));
        }
        answer.set("progress", progress(context, labeler, given));
        reply(context, answer);
    }

    private void heartbeat(Context context) {
        Labeler labeler = authorizer.labeler(context);
        body(context).allow();
        Instant until = service.heartbeat(labeler, taskId(context), lease);
        reply(context, object().put("lease_until", until.toString()));
    }

    private void revisions(Context context) {
        ObjectNode answer = object();
        ArrayNode revisions = answer.putArray("revisions");
        service.revisions(authorizer.labeler(context), taskId(context))
                .forEach(revision -> revisions.add(LabelJson.write(revision)));
        reply(context, answer);
    }

    private void history(Context context) {
        Labeler labeler = authorizer.labeler(context);
        Long before = number(context, "before");
        Long limit = number(context, "limit");
        reply(
                context,
                LabelJson.write(
                        service.history(labeler, before, limit == null ? HISTORY_PAGE : Math.clamp(limit, -1, 1 << 20)),
                        numbers));
    }

    /** A count of the tasks that a labeler may still be given, and when it was made. */
    private record Counted(TasksLeft left, long nanos) {}

    /**
     * Counts the tasks left for a labeler. A labeler with more tasks than are counted still has many a few seconds
     * later, so that count is kept for a while: counting takes as long as a claim.
     */
    private TasksLeft left(Labeler labeler, boolean given) {
        Counted before = counted.get(labeler.id());
        if (given
                && before != null
                && before.left().open() == TasksLeft.LIMIT
                && System.nanoTime() - before.nanos() < KEEP_COUNT.toNanos()) {
            return before.left();
        }
        TasksLeft left = service.left(labeler);
        counted.put(labeler.id(), new Counted(left, System.nanoTime()));
        return left;
    }

    /** @param given whether the answer has a task */
    private ObjectNode progress(Context context, Labeler labeler, boolean given) {
        Long minutes = number(context, "offset_minutes");
        try {
            ZoneOffset zone = ZoneOffset.ofTotalSeconds(
                    Math.clamp(60 * (minutes == null ? 0 : minutes), Integer.MIN_VALUE, Integer.MAX_VALUE));
            TasksLeft left = left(labeler, given);
            ObjectNode progress = LabelJson.write(service.progress(labeler, zone))
                    .put("left", left.open())
                    .put("paused", left.paused());
            // A labeler who was given a task has met no quota and is not paused.
            progress.set(
                    "quota",
                    given
                            ? NullNode.instance
                            : service.quotaMet(labeler)
                                    .<JsonNode>map(LabelJson::write)
                                    .orElse(NullNode.instance));
            progress.set(
                    "pause",
                    given
                            ? NullNode.instance
                            : service.pause(labeler)
                                    .<JsonNode>map(QualityJson::write)
                                    .orElse(NullNode.instance));
            return progress;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("offset_minutes must be -1080 to 1080, positive east of UTC", e);
        }
    }

    /** Returns a whole number of the query; null if absent. */
    private static @Nullable Long number(Context context, String key) {
        String value = context.queryParam(key);
        if (value == null) {
            return null;
        }
        if (!value.matches("-?[0-9]{1,15}")) {
            throw new IllegalArgumentException(key + " is not a whole number");
        }
        return Long.valueOf(value);
    }
}
