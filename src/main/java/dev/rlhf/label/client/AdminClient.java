package dev.rlhf.label.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.store.AdminService;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An admin's client of a running server, for operations on a store that the server has open. Not thread-safe. */
public final class AdminClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final URI server;
    private final String csrf;

    private AdminClient(HttpClient http, URI server, String csrf) {
        this.http = http;
        this.server = server;
        this.csrf = csrf;
    }

    /**
     * Signs in.
     *
     * @throws InputException if there is no server at the address, or it refuses, with its reason
     */
    public static AdminClient signIn(URI server, String name, String password)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .connectTimeout(TIMEOUT)
                .build();
        try {
            String body = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("password", password)
                    .toString();
            HttpResponse<InputStream> response = http.send(
                    post(server, "/api/session", body).timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
            try (InputStream answer = checked(server, response)) {
                JsonNode session = Json.mapper().readTree(answer);
                return new AdminClient(http, server, session.path("csrf").asText());
            }
        } catch (ConnectException e) {
            http.close();
            throw new InputException(server + ": nobody answers there; is rlhf label serve running?", e);
        } catch (IOException | RuntimeException | InterruptedException e) {
            http.close();
            throw e;
        }
    }

    /**
     * Downloads a backup ({@link AdminService#backup}). Replaces the file, whole or not at all.
     *
     * @throws InputException if the server refuses, with its reason
     */
    public void backup(Path file) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                post(server, "/api/admin/backup", "{}")
                        .header("X-CSRF-Token", csrf)
                        .build(),
                BodyHandlers.ofInputStream());
        try (InputStream answer = checked(server, response)) {
            AtomicFiles.writeFile(file, temporary -> {
                try (var out = Files.newOutputStream(temporary)) {
                    answer.transferTo(out);
                }
            });
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static HttpRequest.Builder post(URI server, String path, String body) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static InputStream checked(URI server, HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() == 200) {
            return response.body();
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
