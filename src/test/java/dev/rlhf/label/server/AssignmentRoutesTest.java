package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.store.LabelStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags and quotas over HTTP: what an admin sets, and what labelers are given and told. */
class AssignmentRoutesTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String ROW = "{\"id\":\"%1$s\",\"prompt\":\"%1$s\",\"completions\":[{\"id\":\"x\",\"text\":"
            + "\"X\"},{\"id\":\"y\",\"text\":\"Y\"}]%2$s}\n";

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelServer server;
    private TestClient admin;
    private TestClient ada;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"), InstantSource.system(), 10);
        store.access().setAdmin("Lea", PASSWORD, Actor.commandLine());
        server = LabelServer.start(store, "127.0.0.1", 0);
        admin = new TestClient(server);
        admin.signIn("{\"name\":\"Lea\",\"password\":\"" + PASSWORD + "\"}");
        ada = TestClient.invited(server, store, "Ada");
        String version = store.guidelines().orElseThrow().version();
        ok(ada.post("/api/guidelines/seen", "{\"version\":\"" + version + "\"}"));
    }

    @AfterEach
    void close() {
        ada.close();
        admin.close();
        server.close();
        store.close();
    }

    private static JsonNode ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.json(response);
    }

    private JsonNode imported(String query, String rows) throws Exception {
        return ok(admin.send(
                "POST", "/api/admin/import?file=f.jsonl&" + query, rows, "Content-Type", "application/octet-stream"));
    }

    private static JsonNode user(JsonNode answer, String name) {
        return answer.path("users")
                .valueStream()
                .filter(user -> user.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Labels tasks until none is given; returns their prompts and the last progress. */
    private JsonNode work(List<String> prompts) throws Exception {
        JsonNode answer = ok(ada.post("/api/tasks/next", "{}"));
        while (!answer.path("task").isNull()) {
            assertThat(answer.path("progress").path("quota").isNull()).isTrue();
            JsonNode task = answer.path("task");
            prompts.add(task.path("messages").path(0).path("content").asText());
            answer = ok(ada.post(
                    "/api/tasks/" + task.path("id") + "/label?next=true",
                    "{\"key\":\"key-000%s\",\"kind\":\"ranking\",\"ranks\":[1,2]}"
                            .formatted(task.path("id").asText())));
        }
        return answer.path("progress");
    }

    @Test
    void tagsOfTasksBatchesAndLabelersDecideWhoIsGivenWhat() throws Exception {
        imported("batch=open", ROW.formatted("a", "") + ROW.formatted("b", ",\"tags\":[\"DE\",\"law\"]"));
        imported("batch=arabic&settings=%7B%22tags%22:[%22ar%22]%7D", ROW.formatted("c", ""));
        JsonNode batches = ok(admin.get("/api/admin/batches")).path("batches");
        assertThat(batches.path(0).path("demand"))
                .isEqualTo(Json.mapper().readTree("[{\"tags\":[\"de\",\"law\"],\"open_tasks\":1,\"labelers\":0}]"));
        assertThat(batches.path(1).path("tags").path(0).asText()).isEqualTo("ar");
        List<String> given = new ArrayList<>();
        assertThat(work(given).path("left").asInt()).isZero();
        assertThat(given).containsExactly("a");

        JsonNode users = ok(admin.post("/api/admin/users/tags", "{\"name\":\"Ada\",\"tags\":[\"law\",\"De\"]}"));
        assertThat(user(users, "Ada").path("tags").toString()).isEqualTo("[\"de\",\"law\"]");
        assertThat(users.path("tags").toString()).isEqualTo("[\"ar\",\"de\",\"law\"]");
        assertThat(work(given).path("quota").isNull()).isTrue();
        assertThat(given).containsExactly("a", "b");
        ok(admin.post("/api/admin/batches", "{\"name\":\"arabic\",\"tags\":[]}"));
        work(given);
        assertThat(given).containsExactly("a", "b", "c");
        for (String wrong : List.of(
                "{\"name\":\"Ada\",\"tags\":[\"a,b\"]}", "{\"name\":\"Nobody\",\"tags\":[]}",
                "{\"name\":\"Lea\",\"tags\":[]}", "{\"name\":\"Ada\"}")) {
            assertThat(admin.post("/api/admin/users/tags", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void labelersAreToldWhichQuotaTheyHaveMet() throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            rows.append(ROW.formatted("t" + i, ""));
        }
        imported("batch=b", rows.toString());
        JsonNode users = ok(admin.post("/api/admin/users/quota", "{\"tasks_per_day\":3,\"zone\":\"Asia/Tokyo\"}"));
        assertThat(users.path("quota").path("tasks_per_day").asInt()).isEqualTo(3);
        assertThat(users.path("quota").path("zone").asText()).isEqualTo("Asia/Tokyo");
        List<String> given = new ArrayList<>();
        JsonNode progress = work(given);
        assertThat(given).hasSize(3);
        assertThat(progress.path("quota").path("measure").asText()).isEqualTo("tasks_per_day");
        assertThat(progress.path("quota").path("limit").asInt()).isEqualTo(3);
        assertThat(progress.path("quota").path("until").asText()).endsWith("T15:00:00Z");
        assertThat(ok(ada.get("/api/progress")).path("quota")).isEqualTo(progress.path("quota"));
        assertThat(user(ok(admin.get("/api/admin/users")), "Ada").path("today").asInt())
                .isEqualTo(3);

        users = ok(admin.post("/api/admin/users/quota", "{\"name\":\"Ada\",\"tasks_per_day\":0,\"tasks_total\":5}"));
        assertThat(user(users, "Ada").path("quota").toString())
                .isEqualTo("{\"tasks_per_day\":0,\"tasks_total\":5,\"minutes_per_day\":null}");
        progress = work(given);
        assertThat(given).hasSize(5);
        assertThat(progress.path("quota").toString())
                .isEqualTo("{\"measure\":\"tasks_total\",\"limit\":5,\"until\":null}");
        // A time zone that is left out stays; a limit that is left out is none.
        users = ok(admin.post("/api/admin/users/quota", "{\"minutes_per_day\":60}"));
        assertThat(users.path("quota").path("zone").asText()).isEqualTo("Asia/Tokyo");
        assertThat(users.path("quota").path("tasks_per_day").asInt()).isZero();
        for (String wrong : List.of(
                "{\"tasks_per_day\":-1}",
                "{\"zone\":\"Mars\"}",
                "{\"name\":\"Ada\",\"zone\":\"UTC\"}",
                "{\"name\":\"Nobody\"}",
                "{\"minutes_per_day\":1441}",
                "{\"hours\":1}")) {
            assertThat(admin.post("/api/admin/users/quota", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(ada.post("/api/admin/users/quota", "{}").statusCode()).isEqualTo(403);
        assertThat(ada.post("/api/admin/users/tags", "{\"name\":\"Ada\",\"tags\":[]}")
                        .statusCode())
                .isEqualTo(403);
    }
}
