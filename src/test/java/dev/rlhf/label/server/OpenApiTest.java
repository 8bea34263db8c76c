package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import io.javalin.Javalin;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares docs/reference/labelling.openapi.yaml with the server's routes and with its answers. */
class OpenApiTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Path FILE = Path.of("docs/reference/labelling.openapi.yaml");

    @TempDir
    Path folder;

    private JsonNode api;
    private LabelStore store;
    private LabelServer server;
    private final Set<String> answered = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        api = new YAMLMapper(new YAMLFactory()).readTree(FILE.toFile());
        store = LabelStore.open(folder.resolve("labels"), InstantSource.system(), 10);
        store.access().setAdmin("lead", PASSWORD, Actor.commandLine());
        server = LabelServer.start(store, "127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> !method.getKey().equals("parameters"))
                        .forEach(method -> operations.put(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), method.getValue())));
        return operations;
    }

    private Set<String> routes() {
        Javalin routes = Javalin.create(config -> new Api(store, ServerOptions.at("127.0.0.1", 0)).addTo(config));
        Set<String> all = new TreeSet<>();
        routes.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint.method.name() + " " + parsed.endpoint.path)
                .filter(route -> route.matches("(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) .*"))
                .forEach(all::add);
        return all;
    }

    @Test
    void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
        assertThat(routes()).hasSizeGreaterThan(40).isEqualTo(operations().keySet());
    }

    @Test
    void everyReferenceAndParameterExists() {
        // A comma in a description that is not quoted makes keys without values.
        assertThat(withoutValue(api, "")).isEmpty();
        api.findValuesAsText("$ref").forEach(this::resolve);
        operations().forEach((name, operation) -> {
            assertThat(operation.path("summary").asText()).as(name).isNotBlank();
            String path = name.substring(name.indexOf(' ') + 1);
            List<JsonNode> parameters = new ArrayList<>();
            api.path("paths").path(path).path("parameters").forEach(parameters::add);
            operation.path("parameters").forEach(parameters::add);
            Set<String> inPath = new TreeSet<>();
            parameters.stream()
                    .map(this::followed)
                    .filter(parameter -> parameter.path("in").asText().equals("path"))
                    .forEach(
                            parameter -> inPath.add("{" + parameter.path("name").asText() + "}"));
            assertThat(inPath).as(name).allSatisfy(parameter -> assertThat(path).contains(parameter));
            assertThat(inPath).as(name).hasSize(path.contains("{") ? 1 : 0);
        });
    }

    private static List<String> withoutValue(JsonNode node, String where) {
        List<String> found = new ArrayList<>(node.isNull() ? List.of(where) : List.of());
        node.properties().forEach(entry -> found.addAll(withoutValue(entry.getValue(), where + "/" + entry.getKey())));
        for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
            found.addAll(withoutValue(node.path(i), where + "/" + i));
        }
        return found;
    }

    /** What the file says of sessions and tokens is what the server does. */
    @Test
    void securityIsThatOfTheServer() throws Exception {
        String token = store.access().createToken("program", "lead", Actor.commandLine());
        try (TestClient program = new TestClient(server)) {
            for (Map.Entry<String, JsonNode> operation : operations().entrySet()) {
                String[] words = operation.getKey().split(" ", 2);
                JsonNode security = operation.getValue().has("security")
                        ? operation.getValue().path("security")
                        : api.path("security");
                boolean tokens = security.findValue("token") != null;
                boolean open = security.isEmpty() || security.path(0).isEmpty();
                HttpResponse<String> stranger = call(program, words[0], words[1], "");
                HttpResponse<String> authorized = call(program, words[0], words[1], "Bearer " + token);
                if (open) {
                    assertThat(stranger.statusCode()).as(operation.getKey()).isIn(200, 400);
                } else {
                    assertThat(stranger.statusCode()).as(operation.getKey()).isEqualTo(401);
                    assertThat(authorized.statusCode() != 401 && authorized.statusCode() != 403)
                            .as(operation.getKey() + " with a token: " + authorized.body())
                            .isEqualTo(tokens);
                }
            }
        }
    }

    private static HttpResponse<String> call(TestClient client, String method, String path, String authorization)
            throws Exception {
        String body = method.equals("GET") ? null : "{}";
        String type = path.equals(FileRoutes.IMPORT) ? "application/octet-stream" : "application/json";
        return client.send(
                method,
                path.replace("{id}", "1"),
                body,
                "Authorization",
                authorization,
                "Content-Type",
                body == null ? "" : type);
    }

    @Test
    void answersHaveTheDescribedFields() throws Exception {
        List<RankedTask> tasks = new ArrayList<>(Samples.tasks(3, 2));
        tasks.add(new RankedTask(
                "gold",
                Prompt.text("Gold?"),
                List.of(new Completion("x", "X", null), new Completion("y", "Y", "m")),
                List.of(),
                List.of(),
                List.of(1, 2)));
        store.importTasks(tasks, new ImportOptions("default", 2));
        try (TestClient admin = new TestClient(server);
                TestClient ada = new TestClient(server);
                TestClient bo = TestClient.invited(server, store, "Bo")) {
            admin.signIn("{\"name\":\"lead\",\"password\":\"" + PASSWORD + "\"}");
            answer(admin, "GET", "/api/session", "/api/session", null);
            JsonNode invite = answer(admin, "POST", "/api/admin/invites", "{\"name\":\"Ada\"}");
            String link = invite.path("link").asText();
            check("POST /api/session", ada.signIn("{\"invite\":\"" + link.substring(link.indexOf('=') + 1) + "\"}"));
            label(ada, "[1,2]", "{\"up\":1}");
            label(bo, "[2,1]", "1");
            for (String path :
                    List.of("/api/progress", "/api/guidelines", "/api/time", "/api/history?limit=2", "/api/session")) {
                answer(ada, "GET", path.replaceFirst("\\?.*", ""), path, null);
            }
            answer(admin, "POST", "/api/admin/quality", "{\"gold\":0.7,\"after\":5}");
            answer(admin, "POST", "/api/admin/batches", "{\"name\":\"default\",\"gold_rate\":0.5}");
            answer(admin, "POST", "/api/admin/tokens", "{\"name\":\"program\"}");
            for (Map.Entry<String, JsonNode> operation : operations().entrySet()) {
                String path = operation.getKey().substring(operation.getKey().indexOf(' ') + 1);
                if (operation.getKey().startsWith("GET /api/admin/") && !path.endsWith(".csv")) {
                    answer(admin, "GET", path, path.replace("{id}", "1"), null);
                }
            }
            answer(admin, "POST", "/api/admin/tokens/revoke", "{\"name\":\"program\"}");
            answer(admin, "POST", "/api/admin/guidelines", "{\"text\":\"# New\"}");
            answer(admin, "POST", "/api/admin/users/tags", "{\"name\":\"Bo\",\"tags\":[\"de\"]}");
            answer(admin, "POST", "/api/admin/users/quota", "{\"tasks_per_day\":100,\"zone\":\"Asia/Tokyo\"}");
            answer(admin, "POST", "/api/admin/users/quota", "{\"name\":\"Bo\",\"tasks_per_day\":1}");
            answer(bo, "GET", "/api/progress", "/api/progress", null);
            answer(admin, "POST", "/api/admin/users/disable", "{\"name\":\"Bo\"}");
            answer(admin, "POST", "/api/admin/users/enable", "{\"name\":\"Bo\"}");
            long up = store.adminService().unread().upTo();
            answer(admin, "POST", "/api/admin/labels/read", "{\"up_to\":" + up + "}");
            answer(
                    admin,
                    "POST",
                    "/api/admin/tasks/{id}/adjudicate",
                    "/api/admin/tasks/1/adjudicate",
                    "{\"ranks\":[1,2]}");
            answer(
                    admin,
                    "POST",
                    "/api/admin/labels/{id}/send-back",
                    "/api/admin/labels/1/send-back",
                    "{\"note\":\"?\"}");
            answer(admin, "POST", "/api/admin/labels/{id}/remove", "/api/admin/labels/1/remove", "{}");
            answer(admin, "POST", "/api/admin/labels/{id}/restore", "/api/admin/labels/1/restore", "{}");
            answer(admin, "GET", "/api/admin/labels/selected", "/api/admin/labels/selected?labeler=Ada", null);
            answer(
                    admin,
                    "POST",
                    "/api/admin/labels/correct",
                    "/api/admin/labels/correct?labeler=Ada",
                    "{\"action\":\"remove\",\"up_to\":1}");
            answer(admin, "POST", "/api/admin/batches", "{\"name\":\"default\",\"paused\":true}");
            store.importJudging(
                    List.of(new JudgingTask("j", "Who?", List.of("Ann"), "Bob")),
                    new ImportOptions("judging", 1),
                    Actor.commandLine());
            JsonNode judging =
                    answer(ada, "POST", "/api/tasks/next", "{}").path("task").path("id");
            answer(
                    ada,
                    "POST",
                    "/api/tasks/{id}/label",
                    "/api/tasks/" + judging + "/label",
                    "{\"key\":\"key-54321\",\"kind\":\"verdict\",\"verdict\":\"wrong\",\"guideline\":\"%s\"}"
                            .formatted(seen(ada)));
            answer(ada, "GET", "/api/history", "/api/history", null);
            long judged = store.adminService()
                    .labels(LabelQuery.ALL, null, 1)
                    .labels()
                    .getFirst()
                    .task();
            answer(admin, "GET", "/api/admin/tasks/{id}", "/api/admin/tasks/" + judged, null);
            answer(admin, "GET", "/api/admin/verdicts", null);
            answer(admin, "GET", "/healthz", "/healthz", null);
            check("GET /api/history", ada.get("/api/history?limit=x"), "default");
            check("POST /api/session", ada.post("/api/session", "{}"), "default");
            check("DELETE /api/tasks/{id}/draft", admin.send("DELETE", "/api/tasks/1/draft", "{}"), "default");
        }
        assertThat(problems).isEmpty();
        Set<String> unchecked = new TreeSet<>(operations().keySet());
        unchecked.removeAll(answered);
        assertThat(unchecked)
                .as("described, but not compared with an answer in JSON")
                .containsExactlyInAnyOrder(
                        "DELETE /api/session",
                        "GET /api/admin/time.csv",
                        "GET /metrics",
                        "POST /api/admin/backup",
                        "POST /api/admin/export",
                        "POST /api/admin/import",
                        "POST /api/admin/quality/lift");
    }

    /** Reads the guidelines, saves a draft and labels a task, with a comment. */
    private void label(TestClient labeler, String ranks, String draft) throws Exception {
        String version = store.guidelines().orElseThrow().version();
        answer(labeler, "POST", "/api/guidelines/seen", "{\"version\":\"" + version + "\"}");
        String task = "/api/tasks/"
                + answer(labeler, "POST", "/api/tasks/next", "{}")
                        .path("task")
                        .path("id")
                        .asLong();
        answer(labeler, "PUT", "/api/tasks/{id}/draft", task + "/draft", "{\"version\":0,\"content\":" + draft + "}");
        answer(labeler, "GET", "/api/tasks/{id}", task, null);
        answer(labeler, "DELETE", "/api/tasks/{id}/draft", task + "/draft", "{}");
        answer(labeler, "POST", "/api/tasks/{id}/heartbeat", task + "/heartbeat", "{}");
        String judgement = "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"ranks\":" + ranks
                + ",\"comment\":\"c\",\"personal_data\":true,\"flags\":[[\"harmful\"],[]],\"seconds\":0.01}";
        answer(labeler, "POST", "/api/tasks/{id}/label", task + "/label?next=true", judgement);
        answer(labeler, "GET", "/api/tasks/{id}/revisions", task + "/revisions", null);
    }

    /** Reads the current guidelines and returns their version. */
    private String seen(TestClient labeler) throws Exception {
        String version = store.guidelines().orElseThrow().version();
        answer(labeler, "POST", "/api/guidelines/seen", "{\"version\":\"" + version + "\"}");
        return version;
    }

    private JsonNode answer(TestClient client, String method, String path, @Nullable String body) throws Exception {
        return answer(client, method, path, path, body);
    }

    private JsonNode answer(TestClient client, String method, String operation, String path, @Nullable String body)
            throws Exception {
        HttpResponse<String> response = client.send(method, path, body);
        assertThat(response.statusCode())
                .as(method + " " + path + ": " + response.body())
                .isEqualTo(200);
        check(method + " " + operation, response);
        return Json.mapper().readTree(response.body());
    }

    private void check(String operation, HttpResponse<String> response) throws Exception {
        check(operation, response, "200");
        answered.add(operation);
    }

    private void check(String operation, HttpResponse<String> response, String answer) throws Exception {
        JsonNode described = followed(operations()
                .getOrDefault(operation, MissingNode.getInstance())
                .path("responses")
                .path(answer));
        JsonNode schema = described.path("content").path("application/json").path("schema");
        assertThat(schema.isObject()).as(operation + " " + answer).isTrue();
        compare(schema, Json.mapper().readTree(response.body()), operation, problems);
    }

    private JsonNode resolve(String reference) {
        JsonNode found = api.at(reference.substring(1));
        assertThat(found.isMissingNode()).as(reference).isFalse();
        return found;
    }

    private JsonNode followed(JsonNode node) {
        return node.has("$ref") ? followed(resolve(node.path("$ref").asText())) : node;
    }

    /** Adds what in a value does not match its schema; an undescribed key does not match. */
    private void compare(JsonNode reference, JsonNode value, String where, List<String> into) {
        JsonNode schema = followed(reference);
        if (schema.has("oneOf")) {
            for (JsonNode one : schema.path("oneOf")) {
                List<String> faults = new ArrayList<>();
                compare(one, value, where, faults);
                if (faults.isEmpty()) {
                    return;
                }
            }
            into.add(where + " matches no alternative: " + value);
            return;
        }
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        Set<String> required = new TreeSet<>();
        collect(schema, properties, required);
        if (schema.has("type") && !hasType(schema.path("type"), value)) {
            into.add(where + " is not " + schema.path("type") + ": " + value);
        }
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
            into.add(where + " is not one of " + schema.path("enum") + ": " + value);
        }
        if (value.isObject() && !schema.has("additionalProperties") && (schema.has("type") || schema.has("allOf"))) {
            required.stream().filter(key -> !value.has(key)).forEach(key -> into.add(where + " has no " + key));
            value.properties().forEach(entry -> {
                JsonNode property = properties.get(entry.getKey());
                if (property == null) {
                    into.add(where + "." + entry.getKey() + " is not described");
                } else {
                    compare(property, entry.getValue(), where + "." + entry.getKey(), into);
                }
            });
        }
        for (int i = 0; i < (value.isArray() ? value.size() : 0); i++) {
            compare(schema.path("items"), value.path(i), where + "[" + i + "]", into);
        }
    }

    private void collect(JsonNode reference, Map<String, JsonNode> properties, Set<String> required) {
        JsonNode schema = followed(reference);
        schema.path("properties").properties().forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
        schema.path("required").forEach(key -> required.add(key.asText()));
        schema.path("allOf").forEach(part -> collect(part, properties, required));
    }

    private static boolean hasType(JsonNode types, JsonNode value) {
        if (types.isArray()) {
            return types.valueStream().anyMatch(type -> hasType(type, value));
        }
        return switch (types.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }
}
