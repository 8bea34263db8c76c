package dev.rlhf.label.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.store.AdminService;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An admin's client of a running server, for operations on a store that the server has open. Every method throws an
 * {@link InputException} with the server's reason if the server refuses or does not answer. Not thread-safe.
 */
public final class AdminClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final URI server;
    /** The header that authorizes changes, and its value. */
    private final Map.Entry<String, String> authorization;

    private AdminClient(HttpClient http, URI server, Map.Entry<String, String> authorization) {
        this.http = http;
        this.server = server;
        this.authorization = authorization;
    }

    /** Returns a client that sends a token, which an admin created on the admin page. */
    public static AdminClient withToken(URI server, String token) {
        if (!token.matches("[A-Za-z0-9_-]{1,200}")) {
            throw new InputException("the token has characters that no token has; copy it from the admin page again");
        }
        HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        return new AdminClient(http, server, Map.entry("Authorization", "Bearer " + token));
    }

    /** Signs in. */
    public static AdminClient signIn(URI server, String name, String password)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .connectTimeout(TIMEOUT)
                .build();
        try {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put("name", name).put("password", password);
            AdminClient stranger = new AdminClient(http, server, Map.entry("X-CSRF-Token", ""));
            String csrf = stranger.post("/api/session", body).path("csrf").asText();
            return new AdminClient(http, server, Map.entry("X-CSRF-Token", csrf));
        } catch (IOException | RuntimeException | InterruptedException e) {
            http.close();
            throw e;
        }
    }

    /** Downloads a backup ({@link AdminService#backup}). Replaces the file atomically. */
    public void backup(Path file) throws IOException, InterruptedException {
        download("/api/admin/backup", JsonNodeFactory.instance.objectNode(), file);
    }

    /**
     * Exports labels. Replaces the file atomically; compressed if its name ends in {@code .gz}.
     *
     * @param close whether labelers can no longer change the exported rankings
     * @return the numbers of tasks, rankings and rows, as the server sends them
     */
    public JsonNode export(ExportFormat format, ExportFilter filter, boolean close, Path file)
            throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("format", format.name().toLowerCase(Locale.ROOT))
                .put("gzip", file.toString().endsWith(".gz"))
                .put("close", close)
                .put("min_overlap", filter.minOverlap());
        put(body, "batch", filter.batch());
        put(body, "guideline", filter.guideline());
        put(body, "labeler", filter.labeler());
        put(body, "since", filter.since());
        put(body, "until", filter.until());
        HttpResponse<InputStream> response = download("/api/admin/export", body, file);
        return Json.mapper().readTree(response.headers().firstValue("X-Export").orElse("{}"));
    }

    /** Returns all users with their tags and quotas, the project's quota and all tags. */
    public JsonNode users() throws IOException, InterruptedException {
        return get("/api/admin/users", Map.of());
    }

    /** Enables or disables a user. */
    public void enable(String name, boolean on) throws IOException, InterruptedException {
        post(
                "/api/admin/users/" + (on ? "enable" : "disable"),
                JsonNodeFactory.instance.objectNode().put("name", name));
    }

    /** Replaces a labeler's tags. */
    public void setTags(String labeler, List<String> tags) throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", labeler);
        tags.forEach(body.putArray("tags")::add);
        post("/api/admin/users/tags", body);
    }

    /**
     * Sets a quota.
     *
     * @param labeler null: the quota of all labelers who have none of their own
     * @param zone time zone in which the days of all quotas begin; null: unchanged
     */
    public void setQuota(@Nullable String labeler, Quota quota, @Nullable ZoneId zone)
            throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("tasks_per_day", quota.tasksPerDay())
                .put("tasks_total", quota.tasksTotal())
                .put("minutes_per_day", quota.minutesPerDay());
        putIfGiven(body, "name", labeler);
        putIfGiven(body, "zone", zone == null ? null : zone.getId());
        post("/api/admin/users/quota", body);
    }

    /** Returns the batches with their settings and progress. */
    public JsonNode batches() throws IOException, InterruptedException {
        return get("/api/admin/batches", Map.of()).path("batches");
    }

    /** Changes the settings of a batch, and returns the batches as they are then. */
    public JsonNode change(String batch, BatchChange change) throws IOException, InterruptedException {
        return post("/api/admin/batches", settings(change).put("name", batch)).path("batches");
    }

    /**
     * Imports a file, all of it or nothing.
     *
     * @param format as of {@code rlhf label import}
     * @param fields names of the fields of a record; used by some formats
     * @return the numbers of new and known tasks and labels, as the server sends them
     */
    public JsonNode importFile(Path file, String format, Fields fields, ImportOptions options)
            throws IOException, InterruptedException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("file", String.valueOf(file.getFileName()));
        query.put("format", format);
        query.put("batch", options.batch());
        query.put("prompt_field", fields.prompt());
        query.put("completion_fields", String.join(",", fields.completions()));
        query.put("settings", settings(options.change()).toString());
        HttpRequest.BodyPublisher body;
        try {
            body = HttpRequest.BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new InputException(file + ": no such file", e);
        }
        return json(request(withQuery("/api/admin/import", query))
                .header("Content-Type", "application/octet-stream")
                .POST(body));
    }

    private static ObjectNode settings(BatchChange change) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        putIfGiven(node, "overlap", change.overlap());
        putIfGiven(node, "priority", change.priority());
        putIfGiven(node, "paused", change.paused());
        putIfGiven(node, "top_k", change.topK());
        putIfGiven(node, "strength", change.strength());
        putIfGiven(node, "scores", change.scores());
        putIfGiven(node, "flags", change.flags());
        putIfGiven(node, "gold_rate", change.goldRate());
        putIfGiven(node, "skip_limit", change.skipLimit());
        putIfGiven(node, "max_overlap", change.maxOverlap());
        putIfGiven(node, "demonstrations", change.demonstrations());
        putIfGiven(node, "disputed_first", change.disputedFirst());
        putIfGiven(node, "tags", change.tags());
        return node;
    }

    /** Returns statistics of the labelers of a batch, or of all batches if it is null. */
    public JsonNode labelers(@Nullable String batch) throws IOException, InterruptedException {
        return get("/api/admin/labelers", of(batch)).path("labelers");
    }

    /** Returns the agreement of the labelers of a batch, or of all batches if it is null. */
    public JsonNode agreement(@Nullable String batch) throws IOException, InterruptedException {
        return get("/api/admin/agreement", of(batch));
    }

    /** Returns the counts of verdicts of a batch, or of all batches if it is null. */
    public JsonNode verdicts(@Nullable String batch) throws IOException, InterruptedException {
        return get("/api/admin/verdicts", of(batch));
    }

    /** Returns the active time by labeler and day, as CSV. */
    public String activeTime(DayRange range) throws IOException, InterruptedException {
        Map<String, String> query =
                new LinkedHashMap<>(Map.of("zone", range.zone().getId()));
        if (range.since() != null) {
            query.put("since", range.since().toString());
        }
        if (range.until() != null) {
            query.put("until", range.until().toString());
        }
        try (InputStream answer = send(getting("/api/admin/time.csv", query)).body()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** An invite: the labeler's name and the link to send. */
    public record Invited(String name, URI link) {}

    /**
     * Invites a labeler.
     *
     * @param baseUrl address for the link; null: the server's base address or, without one, the address of this client
     */
    public Invited invite(String name, @Nullable URI baseUrl) throws IOException, InterruptedException {
        JsonNode answer =
                post("/api/admin/invites", JsonNodeFactory.instance.objectNode().put("name", name));
        URI base =
                baseUrl != null ? baseUrl : URI.create(answer.path("base_url").asText(server.toString()));
        return new Invited(
                answer.path("name").asText(), base.resolve(answer.path("link").asText()));
    }

    @Override
    public void close() {
        http.close();
    }

    private static Map<String, String> of(@Nullable String batch) {
        return batch == null ? Map.of() : Map.of("batch", batch);
    }

    private static void put(ObjectNode body, String key, @Nullable Object value) {
        body.put(key, value == null ? null : value.toString());
    }

    private static void putIfGiven(ObjectNode body, String key, @Nullable Object value) {
        if (value != null) {
            body.set(key, Json.mapper().valueToTree(value));
        }
    }

    private JsonNode get(String path, Map<String, String> query) throws IOException, InterruptedException {
        return json(getting(path, query));
    }

    private HttpRequest.Builder getting(String path, Map<String, String> query) {
        return request(withQuery(path, query)).GET();
    }

    private static String withQuery(String path, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return path + (parameters.isEmpty() ? "" : "?" + parameters);
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return json(posting(path, body));
    }

    private HttpRequest.Builder posting(String path, ObjectNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.resolve(path));
        return authorization.getValue().isEmpty()
                ? builder
                : builder.header(authorization.getKey(), authorization.getValue());
    }

    private JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (InputStream answer = send(request).body()) {
            return Json.mapper().readTree(answer);
        } catch (JsonProcessingException e) {
            throw new InputException(server + ": the answer is not JSON; is it the address of rlhf label serve?", e);
        }
    }

    private HttpResponse<InputStream> download(String path, ObjectNode body, Path file)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(posting(path, body));
        try (InputStream answer = response.body()) {
            AtomicFiles.writeFile(file, temporary -> {
                try (var out = Files.newOutputStream(temporary)) {
                    answer.transferTo(out);
                }
            });
        }
        return response;
    }

    /** Sends a request, without a limit for the answer: statistics and files of large stores take their time. */
    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw new InputException(server + ": no server answers there; is rlhf label serve running?", e);
        }
        if (response.statusCode() == 200) {
            return response;
        }
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(10_000), StandardCharsets.UTF_8);
            String reason = "status " + response.statusCode();
            try {
                reason = Json.mapper().readTree(text).path("error").asText(reason);
            } catch (JsonProcessingException e) {
                // It is not a label server; the status is all there is to report.
            }
            throw new InputException(server + ": " + reason);
        }
    }
}
