package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The labelers' endpoints over HTTP, and their refusals. */
class TaskRoutesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
    private LabelStore store;
    private LabelServer server;
    private TestClient ada;
    private TestClient bo;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        store = LabelStore.open(folder.resolve("labels"), now::get);
        server = LabelServer.start(store, "127.0.0.1", 0);
        ada = TestClient.invited(server, store, "Ada");
        bo = TestClient.invited(server, store, "Bo");
        see(ada);
        see(bo);
    }

    @AfterEach
    void close() {
        ada.close();
        bo.close();
        server.close();
        store.close();
    }

    private void see(TestClient visitor) throws Exception {
        String version = store.guidelines().orElseThrow().version();
        ok(visitor.post("/api/guidelines/seen", "{\"version\":\"" + version + "\"}"));
    }

    private static JsonNode ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.json(response);
    }

    private static JsonNode refused(int status, String code, HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = TestClient.json(response);
        assertThat(body.path("error").asText()).isNotBlank().doesNotContain("\n");
        assertThat(body.path("code").asText()).isEqualTo(code);
        return body;
    }

    private static long given(TestClient visitor) throws Exception {
        return ok(visitor.post("/api/tasks/next", "{}")).path("task").path("id").asLong();
    }

    private static String task(long id, String what) {
        return "/api/tasks/" + id + what;
    }

    private static String ranking(String key, String ranks) {
        return "{\"key\":\"%s\",\"kind\":\"ranking\",\"ranks\":%s}".formatted(key, ranks);
    }

    private static JsonNode json(String text) throws Exception {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }

    private void importTasks(int count, int completions, BatchChange change) {
        store.importTasks(Samples.tasks(count, completions), new ImportOptions("b", change));
    }

    @Test
    void aTaskHasAFormAndALabelHasEveryField() throws Exception {
        importTasks(
                1,
                3,
                Change.of()
                        .overlap(1)
                        .topK(2)
                        .strength(true)
                        .scores(true)
                        .flags(List.of("harmful", "rude"))
                        .build());
        JsonNode task = ok(ada.post("/api/tasks/next", "{}")).path("task");
        assertThat(task.path("messages")).isEqualTo(json("[{'role':'user','content':'Question t0?'}]"));
        assertThat(task.path("completions")).hasSize(3);
        assertThat(task.path("form"))
                .isEqualTo(json("{'top_k':2,'strength':false,'scores':true,'demonstrations':false,'verdict':false,"
                        + "'flags':['harmful','rude']}"));
        assertThat(task.path("draft").isNull()).isTrue();
        assertThat(task.path("label").isNull()).isTrue();
        assertThat(task.path("editable").asBoolean()).isTrue();
        assertThat(task.path("lease_until").asText()).isEqualTo("2026-11-21T08:30:00Z");
        long id = task.path("id").asLong();

        now.updateAndGet(time -> time.plusMillis(12_500));
        String guideline = store.guidelines().orElseThrow().version();
        String fields = """
                "kind":"ranking","ranks":[2,null,1],"strength":null,"scores":[5,null,7],"flags":[[],["harmful","rude"],[]],\
                "all_bad":true,"personal_data":true,"reason":null,"comment":"<b>","seconds":12.5,"guideline":"%s\"""".formatted(guideline);
        JsonNode answer = ok(ada.post(task(id, "/label"), "{\"key\":\"key-12345\"," + fields + "}"));
        assertThat(answer.path("revision").asInt()).isEqualTo(1);
        assertThat(answer.path("progress"))
                .isEqualTo(json("{'labeler':'Ada','yours':1,'skipped':0,'today':1,'seconds_today':12.5,'rankings':1,"
                        + "'wanted':1,'left':0,'paused':0,'quota':null,'pause':null}"));
        String label = "{" + fields
                + ",\"demonstration\":null,\"verdict\":null,\"revision\":1,\"at\":\"2026-11-21T08:00:12.500Z\"}";
        JsonNode again = ok(ada.get(task(id, "")));
        assertThat(again.path("label")).isEqualTo(json(label));
        assertThat(ok(ada.get(task(id, "/revisions"))).path("revisions")).isEqualTo(json("[" + label + "]"));
        assertThat(ok(ada.post("/api/tasks/next", "{}")).path("task").isNull()).isTrue();
    }

    @Test
    void strengthAloneIsARankingOfTwoCompletions() throws Exception {
        importTasks(1, 2, Change.of().strength(true).build());
        long id = given(ada);
        refused(
                400,
                "invalid",
                ada.post(
                        task(id, "/label"),
                        "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"ranks\":[1,2],\"strength\":2}"));
        ok(ada.post(task(id, "/label"), "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"strength\":2}"));
        JsonNode label = ok(ada.get(task(id, ""))).path("label");
        assertThat(label.path("ranks")).isEqualTo(json("[2,1]"));
        assertThat(label.path("strength").asInt()).isEqualTo(2);
    }

    @Test
    void skippingIsALabelToo() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        refused(400, "invalid", ada.post(task(id, "/label"), "{\"key\":\"key-12345\",\"kind\":\"skip\"}"));
        refused(
                400,
                "invalid",
                ada.post(
                        task(id, "/label"),
                        "{\"key\":\"key-12345\",\"kind\":\"skip\",\"reason\":\"no\",\"ranks\":[1,2]}"));
        JsonNode answer = ok(ada.post(
                task(id, "/label"),
                "{\"key\":\"key-12345\",\"kind\":\"skip\",\"reason\":\"no\",\"personal_data\":true}"));
        assertThat(answer.path("progress").path("skipped").asInt()).isEqualTo(1);
        assertThat(answer.path("progress").path("rankings").asInt()).isZero();
        assertThat(given(bo)).isEqualTo(id);
        ok(bo.post(task(id, "/label"), "{\"key\":\"key-12345\",\"kind\":\"cannot_judge\",\"comment\":\"hard\"}"));
        assertThat(ok(bo.get("/api/history")).path("labels").get(0).path("kind").asText())
                .isEqualTo("cannot_judge");
        assertThat(store.rankedTasks(null)).isEmpty();
    }

    @Test
    void aSubmissionSentTwiceIsOneLabelAndAnEditIsARevision() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        for (int i = 0; i < 2; i++) {
            assertThat(ok(ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")))
                            .path("revision")
                            .asInt())
                    .isEqualTo(1);
        }
        refused(409, "key", ada.post(task(id, "/label"), ranking("key-11111", "[2,1]")));
        assertThat(ok(ada.post(task(id, "/label"), ranking("key-22222", "[2,1]")))
                        .path("revision")
                        .asInt())
                .isEqualTo(2);
        store.labelerService().export(ExportFilter.all(null), true, Actor.commandLine());
        refused(409, "exported", ada.post(task(id, "/label"), ranking("key-33333", "[1,1]")));
        assertThat(ok(ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")))
                        .path("revision")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(ada.get(task(id, ""))).path("editable").asBoolean()).isFalse();
        assertThat(ok(ada.get(task(id, "/revisions"))).path("revisions")).hasSize(2);
    }

    @Test
    void aDraftIsSavedWithAVersion() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        String path = task(id, "/draft");
        assertThat(ok(ada.send("PUT", path, "{\"version\":0,\"content\":{\"places\":[2,null]}}")))
                .isEqualTo(json("{'version':1}"));
        JsonNode draft = json("{'version':1,'content':{'places':[2,null]}}");
        assertThat(ok(ada.post("/api/tasks/next", "{}")).path("task").path("draft"))
                .isEqualTo(draft);
        JsonNode stale = refused(409, "draft", ada.send("PUT", path, "{\"version\":0,\"content\":[]}"));
        assertThat(stale.path("draft")).isEqualTo(draft);
        for (String body : List.of(
                "{\"version\":1}",
                "{\"version\":1,\"content\":null}",
                "{\"content\":{}}",
                "{\"version\":\"1\",\"content\":{}}",
                "{\"version\":1,\"content\":{},\"more\":1}",
                "{\"version\":1,\"content\":" + "[".repeat(2000) + "]".repeat(2000) + "}")) {
            refused(400, "invalid", ada.send("PUT", path, body));
        }
        refused(413, "size", ada.send("PUT", path, "{\"version\":1,\"content\":\"" + "x".repeat(Draft.LIMIT) + "\"}"));
        refused(404, "not_yours", bo.send("PUT", path, "{\"version\":1,\"content\":{}}"));
        refused(404, "not_yours", bo.send("DELETE", path, "{}"));
        for (int i = 0; i < 2; i++) {
            ok(ada.send("DELETE", path, "{}"));
        }
        assertThat(ok(ada.get(task(id, ""))).path("draft").isNull()).isTrue();
        JsonNode gone = refused(409, "draft", ada.send("PUT", path, "{\"version\":1,\"content\":[]}"));
        assertThat(gone.path("draft").isNull()).isTrue();
        ok(ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")));
        store.labelerService().export(ExportFilter.all(null), true, Actor.commandLine());
        refused(409, "exported", ada.send("PUT", path, "{\"version\":0,\"content\":[]}"));
    }

    @Test
    void aHeartbeatRenewsAClaimUntilThePlaceIsLost() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(29)));
        assertThat(ok(ada.post(task(id, "/heartbeat"), "{}")))
                .isEqualTo(json("{'lease_until':'2026-11-21T08:59:00Z'}"));
        refused(404, "not_yours", bo.post(task(id, "/heartbeat"), "{}"));
        refused(400, "invalid", ada.post(task(id, "/heartbeat"), "{\"minutes\":99}"));
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(30)));
        assertThat(given(bo)).isEqualTo(id);
        refused(410, "expired", ada.post(task(id, "/heartbeat"), "{}"));
        refused(410, "expired", ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")));
        assertThat(ok(ada.get(task(id, ""))).path("editable").asBoolean()).isFalse();
    }

    @Test
    void newGuidelinesAreReadBeforeTheNextLabel() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        Guidelines changed = store.publishGuidelines("Other rules.");
        assertThat(ok(ada.get("/api/guidelines")))
                .isEqualTo(json("{'version':'%s','text':'Other rules.','published_at':'2026-11-21T08:00:00Z'}"
                        .formatted(changed.version())));
        assertThat(ok(ada.get("/api/session")).path("guidelines_seen").asText()).isNotEqualTo(changed.version());
        refused(409, "guidelines", ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")));
        refused(400, "invalid", ada.post("/api/guidelines/seen", "{\"version\":\"unknown\"}"));
        refused(400, "invalid", ada.post("/api/guidelines/seen", "{}"));
        see(ada);
        assertThat(ok(ada.get("/api/session")).path("guidelines_seen").asText()).isEqualTo(changed.version());
        ok(ada.post(task(id, "/label"), ranking("key-11111", "[1,2]")));
        assertThat(ok(ada.get(task(id, ""))).path("label").path("guideline").asText())
                .isEqualTo(changed.version());
    }

    @Test
    void theHistoryIsTheLabelersOwnPageByPage() throws Exception {
        importTasks(3, 2, BatchChange.overlap(2));
        for (int i = 0; i < 3; i++) {
            long id = given(ada);
            ok(ada.post(task(id, "/label"), ranking("key-1234" + i, "[2,1]")));
        }
        JsonNode first = ok(ada.get("/api/history?limit=2"));
        assertThat(first.path("labels")).hasSize(2);
        assertThat(first.path("labels").get(0))
                .isEqualTo(json(("{'task':%d,'kind':'ranking','at':'2026-11-21T08:00:00Z','revision':1,'seconds':null,"
                                + "'editable':true,'excerpt':'Question t2?','verdict':null,'ranks':[2,1]}")
                        .formatted(first.path("labels").get(0).path("task").asLong())));
        JsonNode second =
                ok(ada.get("/api/history?limit=2&before=" + first.path("next").asLong()));
        assertThat(second.path("labels")).hasSize(1);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(ok(bo.get("/api/history"))).isEqualTo(json("{'labels':[],'next':null}"));
        for (String query : List.of("limit=0", "limit=201", "limit=x", "before=x", "limit=999999999999999")) {
            refused(400, "invalid", ada.get("/api/history?" + query));
        }
    }

    @Test
    void todayIsInTheLabelersTimeZone() throws Exception {
        importTasks(2, 2, BatchChange.NONE);
        now.set(Instant.parse("2026-11-20T23:30:00Z"));
        ok(ada.post(task(given(ada), "/label"), ranking("key-11111", "[2,1]")));
        now.set(Instant.parse("2026-11-21T08:00:00Z"));
        assertThat(ok(ada.get("/api/progress")).path("today").asInt()).isZero();
        assertThat(ok(ada.get("/api/progress?offset_minutes=60")).path("today").asInt())
                .isEqualTo(1);
        assertThat(ok(ada.post("/api/tasks/next?offset_minutes=60", "{}"))
                        .path("progress")
                        .path("today")
                        .asInt())
                .isEqualTo(1);
        for (String minutes : List.of("1081", "-1081", "x", "999999999999999", "")) {
            refused(400, "invalid", ada.get("/api/progress?offset_minutes=" + minutes));
        }
    }

    @Test
    void aTaskOfAnotherLabelerIsNotFound() throws Exception {
        importTasks(2, 2, BatchChange.NONE);
        long id = given(ada);
        for (String path : List.of(
                task(id, ""),
                task(id, "/revisions"),
                task(999, ""),
                "/api/tasks/x",
                "/api/tasks/99999999999999999999")) {
            refused(404, "not_yours", bo.get(path));
        }
        refused(404, "not_yours", bo.post(task(id, "/label"), ranking("key-12345", "[1,2]")));
    }

    @Test
    void requestsWithoutASessionAndForgedFormsAreRefused() throws Exception {
        importTasks(1, 2, BatchChange.NONE);
        long id = given(ada);
        try (TestClient nobody = new TestClient(server)) {
            for (String path :
                    List.of("/api/guidelines", task(id, ""), task(id, "/revisions"), "/api/history", "/api/progress")) {
                assertThat(nobody.get(path).statusCode()).as(path).isEqualTo(401);
            }
            for (String path :
                    List.of("/api/guidelines/seen", "/api/tasks/next", task(id, "/label"), task(id, "/heartbeat"))) {
                assertThat(nobody.post(path, "{}").statusCode()).as(path).isEqualTo(401);
                assertThat(ada.post(path, "{}", "X-CSRF-Token", "forged").statusCode())
                        .as(path)
                        .isEqualTo(403);
            }
            for (String method : List.of("PUT", "DELETE")) {
                String body = "{\"version\":0,\"content\":{}}";
                assertThat(nobody.send(method, task(id, "/draft"), body).statusCode())
                        .isEqualTo(401);
                assertThat(ada.send(method, task(id, "/draft"), body, "X-CSRF-Token", "forged")
                                .statusCode())
                        .isEqualTo(403);
            }
        }
        assertThat(ok(ada.get(task(id, ""))).path("draft").isNull()).isTrue();
    }

    @Test
    void nothingRevealsModelsIdsOthersOrGold() throws Exception {
        RankedTask sample = Samples.task("task-of-secret-model", 3, Label.ranking("Somebody", List.of(1, 2, 3)));
        store.importTasks(
                List.of(sample),
                new ImportOptions(
                        "b-secret", Change.of().overlap(3).goldRate(0.5).build()));
        store.importTasks(
                List.of(new RankedTask(
                        "gold-secret", sample.prompt(), sample.completions(), List.of(), List.of(), List.of(1, 2, 3))),
                new ImportOptions("b-secret", BatchChange.NONE));
        long id = given(ada);
        ok(ada.post(task(id, "/label"), ranking("key-12345", "[1,2,3]")));
        for (String path : List.of(task(id, ""), task(id, "/revisions"), "/api/history", "/api/progress")) {
            assertThat(ada.get(path)
                            .body()
                            .replace("task-of-secret-model answer", "")
                            .replace("Question task-of-secret-model", ""))
                    .doesNotContain("secret")
                    .doesNotContain("Somebody")
                    .doesNotContain("gold")
                    .doesNotContain("\"c0\"");
        }
    }

    @Test
    void theNumbersOfTasksHaveNoOrder() throws Exception {
        importTasks(20, 2, BatchChange.NONE);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(given(ada));
            ok(ada.post(task(ids.getLast(), "/label"), ranking("key-12345", "[1,2]")));
        }
        assertThat(ids)
                .doesNotHaveDuplicates()
                .isNotEqualTo(ids.stream().sorted().toList());
        List<Long> history = new ArrayList<>();
        ok(ada.get("/api/history"))
                .path("labels")
                .forEach(label -> history.add(label.path("task").asLong()));
        assertThat(history.reversed()).isEqualTo(ids);
        int port = server.port();
        server.close();
        server = LabelServer.start(store, "127.0.0.1", port);
        assertThat(ok(ada.get(task(ids.getFirst(), ""))).path("id").asLong())
                .as("after a restart")
                .isEqualTo(ids.getFirst());
        long first = ids.getFirst();
        for (long stranger : new long[] {0, 1, 20, first + 1, (1L << 52) + first, 9_999_999_999_999_999L}) {
            refused(404, "not_yours", ada.get(task(stranger, "")));
        }
    }
}
