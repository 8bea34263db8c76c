package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP client that sends the cookie and the CSRF token of its session, if it has one, as a browser does. */
final class TestClient implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    @Nullable
    String cookie;

    @Nullable
    String csrf;

    /** The last Set-Cookie header. */
    String setCookie = "";

    TestClient(LabelServer server) {
        this(server.address());
    }

    /** A client of a server in another process. */
    TestClient(URI server) {
        this.server = server;
    }

    /** Returns a client that is signed in with an invite. */
    static TestClient invited(LabelServer server, LabelStore store, String name) throws Exception {
        TestClient visitor = new TestClient(server);
        String token = store.access()
                .invite(name, LabelerKind.PERSON, Actor.commandLine())
                .token();
        visitor.signIn("{\"invite\":\"" + token + "\"}");
        return visitor;
    }

    HttpResponse<String> signIn(String body, String... headers) throws Exception {
        HttpResponse<String> response = send("POST", "/api/session", body, headers);
        if (response.statusCode() == 200) {
            setCookie = response.headers().firstValue("Set-Cookie").orElseThrow();
            cookie = setCookie.substring(0, setCookie.indexOf(';'));
            csrf = json(response).path("csrf").asText();
        }
        return response;
    }

    /** Labels nothing before. */
    void seeGuidelines(LabelStore store) throws Exception {
        String version = store.guidelines().orElseThrow().version();
        HttpResponse<String> response = post("/api/guidelines/seen", "{\"version\":\"" + version + "\"}");
        if (response.statusCode() != 200) {
            throw new AssertionError(response.body());
        }
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, null, headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send("POST", path, body, headers);
    }

    /** @param headers names and values, which go before the usual ones; an empty value leaves a usual one out */
    HttpResponse<String> send(String method, String path, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(headers));
        usual(all, "Content-Type", body == null ? null : "application/json");
        usual(all, "Cookie", cookie);
        usual(all, "X-CSRF-Token", body == null && !method.equals("DELETE") ? null : csrf);
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < all.size(); i += 2) {
            if (!all.get(i + 1).isEmpty()) {
                request.header(all.get(i), all.get(i + 1));
            }
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.mapper().readTree(response.body());
    }

    @Override
    public void close() {
        http.close();
    }

    private static void usual(List<String> headers, String name, @Nullable String value) {
        if (value != null && !headers.contains(name)) {
            headers.add(name);
            headers.add(value);
        }
    }
}
