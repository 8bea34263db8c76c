package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks over HTTP by strangers, labelers and pages of other sites, all without success. */
class AttackTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String HOSTILE =
            "</script><script>alert(1)</script><img src=x onerror=alert(1)>'\"`${7*7}\u2028";
    private static final List<String> CHANGES = List.of(
            "POST /api/tasks/next {}",
            "PUT /api/tasks/1/draft {\"version\":0,\"content\":{}}",
            "POST /api/tasks/1/label {\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2]}",
            "POST /api/tasks/1/heartbeat {}",
            "DELETE /api/tasks/1/draft {}",
            "POST /api/guidelines/seen {\"version\":\"x\"}",
            "DELETE /api/session {}");
    private static final List<String> LEADS = List.of(
            "GET /api/admin/users",
            "GET /api/admin/audit",
            "GET /api/admin/nothing",
            "GET /api/admin/tokens",
            "POST /api/admin/tokens {\"name\":\"eve\"}",
            "POST /api/admin/tokens/revoke {\"name\":\"eve\"}",
            "POST /api/admin/invites {\"name\":\"Eve\"}",
            "POST /api/admin/users/disable {\"name\":\"Ada\"}",
            "POST /api/admin/users/enable {\"name\":\"Ada\"}");

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelServer server;
    private TestClient nobody;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"), InstantSource.system(), 10);
        store.access().setAdmin("lead", PASSWORD, Actor.commandLine());
        store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults());
        serve(ServerOptions.at("127.0.0.1", 0));
    }

    @AfterEach
    void close() {
        nobody.close();
        server.close();
        store.close();
    }

    private void serve(ServerOptions options) {
        server = LabelServer.start(store, options);
        nobody = new TestClient(server);
    }

    /** Restarts the server with other options on the same store. */
    private void serveAgain(ServerOptions options) {
        close(nobody, server);
        serve(options);
    }

    private static void close(TestClient visitor, LabelServer server) {
        visitor.close();
        server.close();
    }

    private TestClient labeler(String name) throws Exception {
        return TestClient.invited(server, store, name);
    }

    private TestClient admin() throws Exception {
        TestClient visitor = new TestClient(server);
        visitor.signIn(password(PASSWORD));
        return visitor;
    }

    private static String password(String password) {
        return "{\"name\":\"lead\",\"password\":\"" + password + "\"}";
    }

    /** @param request method, path and perhaps a body, with a blank between */
    private static HttpResponse<String> send(TestClient visitor, String request, String... headers) throws Exception {
        String[] parts = request.split(" ", 3);
        return visitor.send(parts[0], parts[1], parts.length > 2 ? parts[2] : null, headers);
    }

    private static void refused(HttpResponse<String> response, int status, String code) throws Exception {
        assertThat(response.statusCode())
                .as(response.request().uri() + " " + response.body())
                .isEqualTo(status);
        JsonNode body = TestClient.json(response);
        assertThat(body.path("code").asText()).as(response.body()).isEqualTo(code);
        assertThat(body.path("error").asText())
                .isNotBlank()
                .doesNotContain("\n")
                .doesNotContain("Exception");
    }

    @Test
    void aTokenActsForItsAdminOnlyAndStopsAtOnce() throws Exception {
        try (TestClient admin = admin();
                TestClient ada = labeler("Ada");
                TestClient program = new TestClient(server)) {
            JsonNode made = TestClient.json(admin.post("/api/admin/tokens", "{\"name\":\"nightly\"}"));
            String[] bearer = {"Authorization", "Bearer " + made.path("token").asText()};
            assertThat(send(program, "GET /api/admin/users", bearer).statusCode())
                    .isEqualTo(200);
            assertThat(send(program, "POST /api/admin/invites {\"name\":\"Bo\"}", bearer)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(store.access().audit(null, 1).getFirst().actor().name()).isEqualTo("lead, token nightly");
            refused(
                    send(
                            program,
                            "POST /api/admin/invites {\"name\":\"Cy\"}",
                            "Content-Type",
                            "text/plain",
                            "Authorization",
                            bearer[1]),
                    415,
                    "type");
            refused(
                    send(
                            program,
                            "POST /api/admin/invites {\"name\":\"Cy\"}",
                            "Origin",
                            "https://evil.example",
                            "Authorization",
                            bearer[1]),
                    403,
                    "foreign");
            // No token makes or ends tokens, or does a labeler's work, even with a labeler's or an admin's session.
            for (TestClient visitor : List.of(program, ada, admin)) {
                for (String request : List.of(
                        "POST /api/admin/tokens {\"name\":\"eve\"}",
                        "POST /api/admin/tokens/revoke {\"name\":\"nightly\"}",
                        "POST /api/tasks/next {}",
                        "GET /api/session",
                        "GET /api/progress")) {
                    refused(send(visitor, request, bearer), 403, "session");
                }
            }
            // A page that makes a browser send a token does not get around the CSRF token of the browser's session.
            String[] forged = {"Authorization", "Bearer forged", "X-CSRF-Token", ""};
            refused(send(admin, "POST /api/admin/invites {\"name\":\"Eve\"}", forged), 401, "token");
            refused(send(admin, "POST /api/admin/tokens {\"name\":\"eve\"}", forged), 401, "token");
            refused(send(ada, "POST /api/tasks/next {}", forged), 403, "session");
            refused(send(ada, "DELETE /api/session {}", forged), 403, "session");
            // The password of a proxy is no token.
            assertThat(send(admin, "GET /api/admin/users", "Authorization", "Basic bGVhZDpsZWFk")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(program, "GET /metrics", "X-Forwarded-For", "192.0.2.1", "Authorization", bearer[1])
                            .statusCode())
                    .isEqualTo(200);
            JsonNode left = TestClient.json(admin.post("/api/admin/tokens/revoke", "{\"name\":\"nightly\"}"));
            assertThat(left.path("tokens")).isEmpty();
            refused(send(program, "GET /api/admin/users", bearer), 401, "token");
            assertThat(send(program, "GET /metrics", "X-Forwarded-For", "192.0.2.1", "Authorization", bearer[1])
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(store.access().users())
                .extracting(user -> user.labeler().name())
                .containsExactlyInAnyOrder("lead", "Ada", "Bo");
    }

    @Test
    void requestsWithoutASessionAreRefused() throws Exception {
        for (String request : CHANGES) {
            refused(send(nobody, request), 401, "signed_out");
        }
        for (String request : LEADS) {
            refused(send(nobody, request), 401, "signed_out");
        }
        for (String path : List.of("session", "guidelines", "progress", "history", "tasks/1", "tasks/1/revisions")) {
            refused(nobody.get("/api/" + path), 401, "signed_out");
            refused(nobody.get("/api/" + path, "Cookie", "rlhf_session=forged"), 401, "signed_out");
        }
        for (String body : List.of(
                "{\"name\":\"Ada\"}",
                "{\"name\":\"Ada\",\"kind\":\"person\"}",
                "{\"invite\":\"x\",\"name\":\"Ada\"}",
                "{\"invite\":7}",
                "{\"invite\":\"x\",\"key\":\"../../../etc\"}",
                "{}")) {
            refused(nobody.signIn(body), 400, "invalid");
        }
        assertThat(store.access().users()).hasSize(1);
    }

    @Test
    void labelersAndAdminsHaveSeparateRights() throws Exception {
        TestClient ada = labeler("Ada");
        for (String request : LEADS) {
            refused(send(ada, request), 403, "role");
        }
        assertThat(store.access().users())
                .extracting(user -> user.labeler().name())
                .containsExactly("lead", "Ada");
        TestClient lead = admin();
        refused(lead.post("/api/tasks/next", "{}"), 403, "role");
        assertThat(TestClient.json(lead.post("/api/admin/invites", "{\"name\":\"Bo\"}"))
                        .path("link")
                        .asText())
                .startsWith("/#invite=");
        assertThat(lead.post("/api/admin/users/disable", "{\"name\":\"Ada\"}").statusCode())
                .isEqualTo(200);
        refused(ada.post("/api/tasks/next", "{}"), 401, "signed_out");
        refused(lead.post("/api/admin/users/disable", "{\"name\":\"lead\"}"), 400, "invalid");
        assertThat(TestClient.json(lead.get("/api/admin/audit")).path("audit").findValuesAsText("action"))
                .containsExactly(
                        "disable", "invite", "sign_in", "invite", "publish_guidelines", "import", "set_admin_password");
    }

    @Test
    void anotherLabelersTaskIsNotFound() throws Exception {
        TestClient ada = labeler("Ada");
        TestClient eve = labeler("Eve");
        ada.seeGuidelines(store);
        eve.seeGuidelines(store);
        long id = TestClient.json(ada.post("/api/tasks/next", "{}"))
                .path("task")
                .path("id")
                .asLong();
        for (long guess : List.of(id, id + 1, 999L)) {
            String path = "/api/tasks/" + guess;
            refused(eve.get(path), 404, "not_yours");
            refused(eve.get(path + "/revisions"), 404, "not_yours");
            refused(eve.send("PUT", path + "/draft", "{\"version\":0,\"content\":{}}"), 404, "not_yours");
            refused(eve.send("DELETE", path + "/draft", "{}"), 404, "not_yours");
            refused(eve.post(path + "/heartbeat", "{}"), 404, "not_yours");
            refused(
                    eve.post(path + "/label", "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2]}"),
                    404,
                    "not_yours");
        }
        for (String odd : List.of("-1", "1e3", "0x1", "%27%20OR%201=1", "99999999999999999999")) {
            refused(eve.get("/api/tasks/" + odd), 404, "not_yours");
        }
        assertThat(store.rankedTasks(null)).isEmpty();
    }

    @Test
    void aFormOfAnotherSiteChangesNothing() throws Exception {
        TestClient ada = labeler("Ada");
        TestClient bo = labeler("Bo");
        for (String request : CHANGES) {
            refused(send(ada, request, "X-CSRF-Token", ""), 403, "csrf");
            refused(send(ada, request, "X-CSRF-Token", String.valueOf(bo.csrf)), 403, "csrf");
            refused(send(ada, request, "X-CSRF-Token", "\u00e4"), 403, "csrf");
            refused(send(ada, request, "Content-Type", "text/plain"), 415, "type");
            refused(send(ada, request, "Content-Type", "application/json-not"), 415, "type");
            refused(send(ada, request, "Content-Type", "application/x-www-form-urlencoded"), 415, "type");
            refused(send(ada, request, "Sec-Fetch-Site", "cross-site"), 403, "foreign");
            refused(send(ada, request, "Sec-Fetch-Site", "same-site"), 403, "foreign");
            refused(send(ada, request, "Origin", "https://evil.example"), 403, "foreign");
            refused(send(ada, request, "Origin", "null"), 403, "foreign");
        }
        // Login CSRF: signing somebody in as somebody else from another site.
        refused(nobody.signIn(password(PASSWORD), "Origin", "https://evil.example"), 403, "foreign");
        assertThat(ada.post("/api/tasks/next", "{}", "Origin", "http://127.0.0.1:" + server.port())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFormThatIsSentAgainChangesNothingMore() throws Exception {
        TestClient ada = labeler("Ada");
        ada.seeGuidelines(store);
        long id = TestClient.json(ada.post("/api/tasks/next", "{}"))
                .path("task")
                .path("id")
                .asLong();
        String label = "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2]}";
        assertThat(ada.post("/api/tasks/" + id + "/label", label).statusCode()).isEqualTo(200);
        assertThat(ada.post("/api/tasks/" + id + "/label", label).statusCode()).isEqualTo(200);
        refused(ada.post("/api/tasks/" + id + "/label", label.replace("[1,2]", "[2,1]")), 409, "key");
        assertThat(ada.send("DELETE", "/api/session", "{}").statusCode()).isEqualTo(204);
        refused(ada.post("/api/tasks/" + id + "/label", label.replace("012", "xyz")), 401, "signed_out");
        assertThat(store.rankedTasks(null).getFirst().rankings()).hasSize(1);
        assertThat(TestClient.json(labeler("Ada").get("/api/tasks/" + id + "/revisions"))
                        .path("revisions"))
                .hasSize(1);
    }

    @Test
    void aPlantedSessionEndsAtSignIn() throws Exception {
        TestClient eve = labeler("Eve");
        String planted = String.valueOf(eve.cookie);
        TestClient ada = new TestClient(server);
        ada.cookie = planted;
        String invite = store.access()
                .invite("Ada", LabelerKind.PERSON, Actor.commandLine())
                .token();
        assertThat(ada.signIn("{\"invite\":\"" + invite + "\"}").statusCode()).isEqualTo(200);
        assertThat(ada.cookie).isNotEqualTo(planted);
        refused(eve.get("/api/session"), 401, "signed_out");

        TestClient chosen = new TestClient(server);
        chosen.cookie = "rlhf_session=chosen-by-the-attacker";
        chosen.signIn(password(PASSWORD));
        assertThat(chosen.cookie).doesNotContain("chosen");
        refused(nobody.get("/api/session", "Cookie", "rlhf_session=chosen-by-the-attacker"), 401, "signed_out");
    }

    @Test
    void passwordGuessingIsSlowedDown() throws Exception {
        for (int i = 0; i < 5; i++) {
            refused(nobody.signIn(password("guess " + i)), 401, "password");
        }
        HttpResponse<String> shut = nobody.signIn(password(PASSWORD));
        refused(shut, 429, "too_many");
        assertThat(Integer.parseInt(shut.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(50, 60);
        // Without a proxy, the header does not change the address.
        refused(nobody.signIn(password(PASSWORD), "X-Forwarded-For", "192.0.2.1"), 429, "too_many");
    }

    @Test
    void behindAProxyItsAddressHeaderCountsAndCookiesAreSecure() throws Exception {
        serveAgain(ServerOptions.at("127.0.0.1", 0).behindProxyAt(URI.create("https://rank.example.org")));
        for (int i = 0; i < 5; i++) {
            // The client can forge the entries before the proxy's own.
            refused(
                    nobody.signIn(password("guess"), "X-Forwarded-For", "10.0.0." + i + ", 192.0.2.1"),
                    401,
                    "password");
        }
        refused(nobody.signIn(password(PASSWORD), "X-Forwarded-For", "192.0.2.1"), 429, "too_many");
        HttpResponse<String> response = nobody.signIn(
                password(PASSWORD),
                "X-Forwarded-For",
                "192.0.2.2",
                "X-Forwarded-Proto",
                "https",
                "Origin",
                "https://rank.example.org");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(nobody.setCookie)
                .startsWith("__Host-rlhf_session=")
                .contains("Secure", "HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Domain");
        assertThat(response.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(store.access().audit(null, 1).getFirst().actor().address()).isEqualTo("192.0.2.2");
    }

    @Test
    void withoutAProxyItsHeadersAreIgnored() throws Exception {
        nobody.signIn(password(PASSWORD), "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.2");
        assertThat(nobody.setCookie)
                .startsWith("rlhf_session=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure");
        assertThat(store.access().audit(null, 1).getFirst().actor().address()).isEqualTo("127.0.0.1");
    }

    @Test
    void markupIsShownAsText() throws Exception {
        store.publishGuidelines("# " + HOSTILE);
        store.importTasks(
                List.of(new RankedTask(
                        HOSTILE,
                        Prompt.text(HOSTILE),
                        List.of(new Completion("1", HOSTILE, HOSTILE), new Completion("2", HOSTILE, null)),
                        List.of())),
                new ImportOptions(HOSTILE, 1));
        String name = HOSTILE.replace("\u2028", "");
        TestClient ada = labeler(name);
        ada.seeGuidelines(store);
        assertThat(TestClient.json(ada.get("/api/session")).path("name").asText())
                .isEqualTo(name);
        for (int i = 0; i < 2; i++) {
            long id = TestClient.json(ada.post("/api/tasks/next", "{}"))
                    .path("task")
                    .path("id")
                    .asLong();
            ada.post("/api/tasks/" + id + "/label", "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2]}");
        }
        HttpResponse<String> task = ada.post("/api/tasks/next", "{}");
        assertThat(TestClient.json(task).at("/task/messages/0/content").asText())
                .isEqualTo(HOSTILE);
        assertThat(TestClient.json(task).at("/task/completions/0/text").asText())
                .isEqualTo(HOSTILE);
        TestClient lead = admin();
        for (HttpResponse<String> response : List.of(
                task,
                ada.get("/api/session"),
                ada.get("/api/guidelines"),
                lead.get("/api/admin/users"),
                lead.get("/api/admin/audit"),
                nobody.get("/api/" + "%3Cscript%3Ealert(1)%3C/script%3E"),
                nobody.get("/%3Cscript%3Ealert(1)%3C/script%3E"))) {
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .as(response.request().uri().toString())
                    .startsWith("application/json");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            Json.mapper().readTree(response.body());
        }
    }

    @Test
    void pathsCannotEscapeTheAssets() throws Exception {
        for (String path : List.of(
                "/../pom.xml",
                "/..%2fpom.xml",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/app.js/../../x",
                "/..;/app.js",
                "/labeling-ui/app.js",
                "/app.js%00.html",
                "/strings/..%5c..%5cpom.xml",
                "/dev/rlhf/label/store/db/V1__label_store.sql",
                "/META-INF/MANIFEST.MF",
                "/h2-console",
                "//etc/passwd")) {
            String status = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(status).as(path).matches("HTTP/1.1 (400|404) .*");
        }
    }

    @Test
    void bodiesThatAreTooLargeOrMalformedAreRefused() throws Exception {
        TestClient ada = labeler("Ada");
        String large = "x".repeat(100_000);
        refused(nobody.signIn("{\"name\":\"lead\",\"password\":\"" + large + "\"}"), 413, "size");
        refused(ada.send("PUT", "/api/tasks/1/draft", "{\"version\":0,\"content\":\"" + large + "\"}"), 413, "size");
        // Without a Content-Length the size is known only while reading.
        assertThat(raw("POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        + "186a0\r\n" + large + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        for (String body : List.of(
                "",
                "{",
                "[]",
                "null",
                "\"x\"",
                "{\"a\":1,\"a\":2}",
                "[".repeat(30_000),
                "{\"name\":\"\\uD800\"}",
                "\u0000")) {
            refused(nobody.post("/api/session", body), 400, "invalid");
            refused(ada.post("/api/tasks/next", body), 400, "invalid");
        }
        refused(nobody.signIn("{\"name\":\"lead\",\"password\":\"" + "y".repeat(60_000) + "\"}"), 401, "password");
    }

    @Test
    void headersThatAreTooLargeOrForgedAreRefused() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nHost: y\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .as("request smuggling")
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .matches("HTTP/1.1 40[45] .*");
    }

    @Test
    void metricsAreForThisMachineAndAdmins() throws Exception {
        TestClient ada = labeler("Ada");
        ada.post("/api/tasks/next", "{}");
        assertThat(nobody.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
        String metrics = nobody.get("/metrics").body();
        assertThat(metrics)
                .contains("rlhf_http_requests_total{method=\"POST\",route=\"/api/tasks/next\",status=\"200\"} 1\n")
                .contains("rlhf_http_request_seconds_count{method=\"POST\",route=\"/api/tasks/next\"} 1\n")
                .contains("rlhf_labels_total 0\n", "rlhf_open_tasks 2\n", "rlhf_claims 1\n", "rlhf_sessions 1\n");
        // A proxy on this machine forwards requests from anywhere, and marks them with a header.
        for (String header : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")) {
            refused(nobody.get("/metrics", header, "192.0.2.1"), 404, "nothing");
            refused(ada.get("/metrics", header, "192.0.2.1"), 404, "nothing");
        }
        assertThat(admin().get("/metrics", "X-Forwarded-For", "192.0.2.1").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFailingStoreIsReportedAsUnhealthy() throws Exception {
        store.close();
        HttpResponse<String> response = nobody.get("/healthz");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("{\"status\":\"failed\"}");
    }

    @Test
    void unknownPathsAreNotCountedByName() throws Exception {
        for (int i = 0; i < 20; i++) {
            nobody.get("/no/such/path/" + i);
            nobody.get("/api/tasks/" + i);
        }
        assertThat(nobody.get("/metrics").body()).doesNotContain("such").doesNotContain("tasks/7");
    }

    @Test
    void requestsToAnotherHostNameAreRefused() throws Exception {
        for (String path : List.of("/", "/api/session", "/admin/")) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ");
        }
        assertThat(raw("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(raw("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .as("monitoring uses any name")
                .startsWith("HTTP/1.1 200 ");
    }

    /** Returns the first line of the answer to bytes that no well-behaved client would send. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }
}
