package dev.rlhf.label.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.store.Access;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A labeler that is a program. It signs in with an invite, takes tasks and ranks them through the server's HTTP
 * interface, as the page in a browser does, and sees no more than that page. One labeler per instance; not thread-safe.
 *
 * <pre>{@code
 * try (LabelClient client = LabelClient.join(server.address(), invite.token())) {
 *     for (Optional<ShownTask> task = client.next(); task.isPresent(); task = client.next()) {
 *         client.submit(task.get(), Ranks.of(places(task.get().completions())));
 *     }
 * }
 * }</pre>
 */
public final class LabelClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final URI server;
    private final String csrf;
    private final String guideline;

    private LabelClient(HttpClient http, URI server, String csrf, String guideline) {
        this.http = http;
        this.server = server;
        this.csrf = csrf;
        this.guideline = guideline;
    }

    /**
     * Signs in and reads the guidelines.
     *
     * @param invite the token of {@link Access#invite}, which works once
     * @throws IOException if the server cannot be reached or refuses, with its reason
     */
    public static LabelClient join(URI server, String invite) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .connectTimeout(TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        try {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put("invite", invite).put("key", UUID.randomUUID().toString());
            String csrf = send(http, post(server, "/api/session", body)).text("csrf");
            JsonObject guidelines =
                    send(http, request(server, "/api/guidelines").GET());
            String version = guidelines.text("version");
            LabelClient client = new LabelClient(http, server, csrf, version);
            send(
                    http,
                    client.change(
                            "/api/guidelines/seen",
                            JsonNodeFactory.instance.objectNode().put("version", version)));
            return client;
        } catch (IOException | InterruptedException | RuntimeException e) {
            http.close();
            throw e;
        }
    }

    /** Returns the task to rank now, the same one until it is submitted; empty if there is none for this labeler. */
    public Optional<ShownTask> next() throws IOException, InterruptedException {
        JsonObject answer = send(http, change("/api/tasks/next", JsonNodeFactory.instance.objectNode()));
        if (!answer.has("task")) {
            return Optional.empty();
        }
        JsonObject task = answer.object("task");
        return Optional.of(new ShownTask(
                task.integer("id"),
                TaskJson.readMessages(task.list("messages")),
                task.list("completions").stream()
                        .map(node -> JsonObject.of(node, "a completion").text("text"))
                        .toList(),
                task.has("answers") ? task.words("answers") : null));
    }

    /**
     * Ranks a task.
     *
     * @param ranks competition ranks in the order shown
     * @throws IOException if the server refuses, with its reason
     */
    public void submit(ShownTask task, List<Integer> ranks) throws IOException, InterruptedException {
        ObjectNode body = label(LabelKind.RANKING);
        ArrayNode array = body.putArray("ranks");
        ranks.forEach(array::add);
        send(http, change("/api/tasks/" + task.id() + "/label", body));
    }

    /**
     * Judges the answer of a judging task.
     *
     * @throws IOException if the server refuses, with its reason
     */
    public void submit(ShownTask task, Verdict verdict) throws IOException, InterruptedException {
        ObjectNode body = label(LabelKind.VERDICT).put("verdict", verdict.word());
        send(http, change("/api/tasks/" + task.id() + "/label", body));
    }

    private ObjectNode label(LabelKind kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("key", UUID.randomUUID().toString())
                .put("kind", kind.word())
                .put("guideline", guideline);
    }

    public LabelingProgress progress() throws IOException, InterruptedException {
        JsonObject progress = send(http, request(server, "/api/progress").GET());
        return new LabelingProgress(
                progress.text("labeler"),
                Math.toIntExact(progress.integer("yours")),
                Math.toIntExact(progress.integer("skipped")),
                Math.toIntExact(progress.integer("today")),
                Objects.requireNonNullElse(progress.numberOrNull("seconds_today"), 0.0),
                Math.toIntExact(progress.integer("rankings")),
                Math.toIntExact(progress.integer("wanted")));
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder change(String path, ObjectNode body) {
        return post(server, path, body).header("X-CSRF-Token", csrf);
    }

    private static HttpRequest.Builder post(URI server, String path, ObjectNode body) {
        return request(server, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    private static HttpRequest.Builder request(URI server, String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT);
    }

    private static JsonObject send(HttpClient http, HttpRequest.Builder builder)
            throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        HttpResponse<String> response = exchange(http, request);
        JsonNode body;
        try {
            body = Json.mapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new IOException(request.uri() + " answered " + response.statusCode() + ", not JSON", e);
        }
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " answered " + response.statusCode() + ": "
                    + body.path("error").asText());
        }
        return JsonObject.of(body, "the answer");
    }

    /**
     * Sends the request once more if the connection breaks, because the server may close an idle connection just when
     * it is used again. Every request may arrive twice: a claim returns the task already held, and rankings and invites
     * have a key.
     */
    private static HttpResponse<String> exchange(HttpClient http, HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException broken) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
