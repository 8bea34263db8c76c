package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestBatches;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminRoutesTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String ROW =
            "{\"id\":\"%s\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                    + "\"text\":\"Y\"}],"
                    + "\"rankings\":[{\"labeler\":\"Bo\",\"ranks\":[1,2]},{\"labeler\":\"Cy\",\"ranks\":[2,1]}]}\n";

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelServer server;
    private TestClient admin;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"), InstantSource.system(), 1000);
        store.access().setAdmin("Lea", PASSWORD, Actor.commandLine());
        server = LabelServer.start(store, "127.0.0.1", 0);
        admin = new TestClient(server);
        admin.signIn("{\"name\":\"Lea\",\"password\":\"" + PASSWORD + "\"}");
    }

    @AfterEach
    void close() {
        admin.close();
        server.close();
        store.close();
    }

    private HttpResponse<String> upload(TestClient visitor, String query, byte[] file, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve("/api/admin/import?" + query))
                .header("Content-Type", type)
                .header("Cookie", String.valueOf(visitor.cookie))
                .header("X-CSRF-Token", String.valueOf(visitor.csrf))
                .POST(HttpRequest.BodyPublishers.ofByteArray(file));
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = admin.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.json(response);
    }

    private List<String> audited() {
        return store.access().audit(null, 50).stream().map(AuditEntry::action).toList();
    }

    @Test
    void adminRoutesRefuseLabelersAndStrangers() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        try (TestClient stranger = new TestClient(server);
                TestClient labeler = TestClient.invited(server, store, "Ada")) {
            for (String path : List.of(
                    "batches",
                    "labelers",
                    "agreement",
                    "disputes",
                    "gold",
                    "guidelines",
                    "labels",
                    "labels/unread",
                    "quality",
                    "quality/days",
                    "time",
                    "time.csv",
                    "tasks/1")) {
                assertThat(stranger.get("/api/admin/" + path).statusCode()).isEqualTo(401);
                assertThat(labeler.get("/api/admin/" + path).statusCode()).isEqualTo(403);
                assertThat(admin.get("/api/admin/" + path).statusCode()).isEqualTo(200);
            }
            for (String path : List.of(
                    "batches",
                    "guidelines",
                    "backup",
                    "export",
                    "labels/read",
                    "labels/1/send-back",
                    "quality",
                    "quality/lift",
                    "labels/1/remove",
                    "tasks/1/adjudicate")) {
                String body = "{\"name\":\"default\",\"text\":\"x\",\"paused\":true}";
                assertThat(labeler.post("/api/admin/" + path, body).statusCode())
                        .isEqualTo(403);
                assertThat(stranger.post("/api/admin/" + path, body).statusCode())
                        .isEqualTo(401);
                assertThat(admin.post("/api/admin/" + path, body, "X-CSRF-Token", "forged")
                                .statusCode())
                        .isEqualTo(403);
            }
            assertThat(upload(labeler, "file=a.jsonl", bytes(ROW.formatted("a")), "application/octet-stream")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(TestBatches.settings(store, "default").paused()).isFalse();
        assertThat(store.tasks(null)).hasSize(1);
        // What the test itself has done, and the server's first guidelines.
        assertThat(audited())
                .containsExactly("invite", "import", "sign_in", "publish_guidelines", "set_admin_password");
    }

    @Test
    void aBatchIsChangedAndInvalidSettingsAreRefused() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        HttpResponse<String> changed = admin.post(
                "/api/admin/batches", "{\"name\":\"default\",\"paused\":true,\"priority\":4,\"gold_rate\":0.1}");
        JsonNode batch = TestClient.json(changed).path("batches").get(0);
        assertThat(batch.path("paused").asBoolean()).isTrue();
        assertThat(batch.path("priority").asInt()).isEqualTo(4);
        assertThat(TestBatches.settings(store, "default").goldRate()).isEqualTo(0.1);
        assertThat(audited().getFirst()).isEqualTo("change_batch");
        for (String wrong : List.of(
                "{\"name\":\"default\",\"overlap\":0}",
                "{\"name\":\"none\",\"overlap\":2}",
                "{\"name\":\"default\",\"colour\":1}",
                "{\"name\":\"default\",\"paused\":\"yes\"}")) {
            assertThat(admin.post("/api/admin/batches", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void aFileIsImportedThroughTheBrowser() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            // More than any other request may have.
            for (int i = 0; i < 1000; i++) {
                gzip.write(bytes(ROW.formatted("t" + i)));
            }
        }
        String type = "application/octet-stream";
        JsonNode answer =
                TestClient.json(upload(admin, "file=tasks.jsonl.gz&batch=pilot&overlap=3", packed.toByteArray(), type));
        assertThat(answer.path("new_tasks").asInt()).isEqualTo(1000);
        assertThat(answer.path("new_rankings").asInt()).isEqualTo(2000);
        assertThat(TestBatches.settings(store, "pilot").overlap()).isEqualTo(3);
        assertThat(audited().getFirst()).isEqualTo("import");
        byte[] large = bytes(ROW.formatted("u") + " ".repeat(100_000) + "\n");
        assertThat(upload(admin, "file=a.jsonl&batch=pilot", large, type).statusCode())
                .isEqualTo(200);

        HttpResponse<String> wrong =
                upload(admin, "file=mine.jsonl", bytes(ROW.formatted("a") + "{\"id\":\"b\"}\n"), type);
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(wrong).path("error").asText()).startsWith("mine.jsonl:2: ");
        assertThat(upload(admin, "file=a.exe", large, type).statusCode()).isEqualTo(400);
        assertThat(upload(admin, "file=a.jsonl&format=xml", large, type).statusCode())
                .isEqualTo(400);
        assertThat(upload(admin, "file=a.jsonl", large, "text/plain").statusCode())
                .isEqualTo(415);
        assertThat(store.batches()).containsExactly("pilot");

        String hh =
                "{\"chosen\":\"\\n\\nHuman: Hi\\n\\nAssistant: Yes.\",\"rejected\":\"\\n\\nHuman: Hi\\n\\nAssistant: "
                        + "No.\"}\n";
        assertThat(TestClient.json(upload(admin, "file=hh.jsonl&format=hh&batch=hh", bytes(hh), type))
                        .path("new_tasks")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void statisticsAreJson() throws Exception {
        upload(admin, "file=a.jsonl", bytes(ROW.formatted("a") + ROW.formatted("b")), "application/octet-stream");
        assertThat(get("/api/admin/labelers")
                        .path("labelers")
                        .path(0)
                        .path("name")
                        .asText())
                .isEqualTo("Bo");
        assertThat(get("/api/admin/agreement?batch=default")
                        .path("pairwise")
                        .path("value")
                        .asDouble())
                .isZero();
        JsonNode dispute = get("/api/admin/disputes").path("disputes").path(0);
        assertThat(dispute.path("rankings").path(1).path("labeler").asText()).isEqualTo("Cy");
        assertThat(dispute.path("common")).hasSize(2);
        assertThat(admin.get("/api/admin/labelers?batch=none").statusCode()).isEqualTo(400);
    }

    @Test
    void anExportHasItsCountsAndRefusalsAreOneLine() throws Exception {
        upload(admin, "file=a.jsonl", bytes(ROW.formatted("a")), "application/octet-stream");
        HttpResponse<String> csv = admin.post("/api/admin/export", "{\"format\":\"csv\"}");
        assertThat(csv.body()).startsWith("task,labeler,").contains("\r\na,Bo,");
        assertThat(csv.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"labels.csv\"");
        assertThat(csv.headers().firstValue("X-Export"))
                .contains("{\"tasks\":1,\"rankings\":2,\"rows\":4,\"unit\":\"places\",\"tasks_left_out\":0,"
                        + "\"rankings_left_out\":0,\"left_out\":{}}");
        upload(admin, "file=a.jsonl&batch=other", bytes(ROW.formatted("a")), "application/octet-stream");
        for (String wrong : List.of(
                "{}",
                "{\"batch\":\"none\"}",
                "{\"batch\":\"other\",\"format\":\"xml\"}",
                "{\"batch\":\"other\",\"since\":\"yesterday\"}",
                "{\"batch\":\"other\",\"since\":\"2026-02-01\",\"until\":\"2026-01-01\"}",
                "{\"batch\":\"other\",\"min_overlap\":-1}",
                "{\"batch\":\"other\",\"closed\":true}",
                "{\"batch\":\"other\",\"format\":\"pairs\",\"since\":\"2999-01-01\"}")) {
            HttpResponse<String> refused = admin.post("/api/admin/export", wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
            assertThat(TestClient.json(refused).path("error").asText())
                    .isNotBlank()
                    .doesNotContain("rlhf-export");
        }
    }

    @Test
    void activeTimeIsShownToAdminsAndToEveryLabelerTheirOwn() throws Exception {
        store.importTasks(Samples.tasks(2, 2), new ImportOptions("b", 2));
        try (TestClient ada = TestClient.invited(server, store, "Ada");
                TestClient bo = TestClient.invited(server, store, "Bo, =1+1")) {
            for (TestClient labeler : List.of(ada, bo)) {
                labeler.seeGuidelines(store);
                long task = TestClient.json(labeler.post("/api/tasks/next", "{}"))
                        .path("task")
                        .path("id")
                        .asLong();
                assertThat(labeler.post(
                                        "/api/tasks/" + task + "/label",
                                        "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"ranks\":[1,2],"
                                                + "\"seconds\":900000}")
                                .statusCode())
                        .isEqualTo(200);
            }
            JsonNode all = get("/api/admin/time?zone=Europe/Berlin").path("days");
            assertThat(all.findValuesAsText("labeler")).containsExactly("Ada", "Bo, =1+1");
            assertThat(all.path(0).path("rankings").asInt()).isEqualTo(1);
            assertThat(all.path(0).path("seconds").asDouble())
                    .as("no more than has passed")
                    .isLessThan(600);
            JsonNode own =
                    TestClient.json(ada.get("/api/time?zone=Europe/Berlin")).path("days");
            assertThat(own).hasSize(1);
            assertThat(own.path(0)).isEqualTo(all.path(0));
            assertThat(TestClient.json(ada.get("/api/time?until=2026-01-01")).path("days"))
                    .isEmpty();
            HttpResponse<String> csv = admin.get("/api/admin/time.csv?since=2026-01-01");
            assertThat(csv.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
            assertThat(csv.body().lines()).hasSize(3).element(2).asString().startsWith("\"Bo, =1+1\",");
            for (String wrong : List.of("since=x", "zone=Mars", "since=2026-02-01&until=2026-01-01")) {
                assertThat(admin.get("/api/admin/time.csv?" + wrong).statusCode())
                        .as(wrong)
                        .isEqualTo(400);
                assertThat(ada.get("/api/time?" + wrong).statusCode()).as(wrong).isEqualTo(400);
            }
            assertThat(admin.get("/api/time").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void labelsAreReadSentBackRemovedAndAdjudicated() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        try (TestClient ada = TestClient.invited(server, store, "Ada")) {
            ada.seeGuidelines(store);
            JsonNode task = TestClient.json(ada.post("/api/tasks/next", "{}")).path("task");
            assertThat(task.path("sent_back").isNull()).isTrue();
            long id = task.path("id").asLong();
            String label = "{\"key\":\"%s\",\"kind\":\"ranking\",\"ranks\":[1,2],\"comment\":\"Odd\",\"seconds\":9}";
            ada.post("/api/tasks/" + id + "/label", label.formatted("key-00001"));

            JsonNode unread = get("/api/admin/labels/unread");
            assertThat(unread.path("comments").asInt()).isEqualTo(1);
            admin.post("/api/admin/labels/read", "{\"up_to\":" + unread.path("up_to") + "}");
            assertThat(get("/api/admin/labels/unread").path("comments").asInt()).isZero();
            JsonNode found = get("/api/admin/labels?labeler=Ada&text=odd&since=2026-01-01")
                    .path("labels")
                    .path(0);
            assertThat(found.path("task").asText()).isEqualTo("t0");
            assertThat(found.path("unread").asBoolean()).isFalse();
            assertThat(get("/api/admin/labels?labeler=Bo").path("labels")).isEmpty();

            String path = "/api/admin/labels/" + found.path("id").asLong();
            JsonNode after = TestClient.json(admin.post(path + "/send-back", "{\"note\":\"Again, please\"}"));
            assertThat(after.path("labels").path(0).path("status").asText()).isEqualTo("sent_back");
            JsonNode again = TestClient.json(ada.post("/api/tasks/next", "{}")).path("task");
            assertThat(again.path("id").asLong()).isEqualTo(id);
            assertThat(again.path("sent_back").path("note").asText()).isEqualTo("Again, please");
            ada.post("/api/tasks/" + id + "/label", label.formatted("key-00002"));
            assertThat(store.rankedTasks(null)).hasSize(1);

            JsonNode decided = TestClient.json(
                    admin.post("/api/admin/tasks/" + found.path("task_id") + "/adjudicate", "{\"ranks\":[2,1]}"));
            assertThat(decided.path("adjudicated").path(0).asInt()).isEqualTo(2);
            JsonNode removed = TestClient.json(admin.post(path + "/remove", "{}"));
            assertThat(removed.path("labels").path(0).path("status").asText()).isEqualTo("removed");
            assertThat(ada.post("/api/tasks/" + id + "/label", label.formatted("key-00003"))
                            .statusCode())
                    .isEqualTo(409);
        }
        assertThat(audited().subList(0, 3)).containsExactly("remove_label", "adjudicate", "send_back");
        for (String wrong : List.of("pace=quick", "since=now", "status=lost", "kind=odd", "limit=0", "before=x")) {
            assertThat(admin.get("/api/admin/labels?" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(admin.get("/api/admin/tasks/99").statusCode()).isEqualTo(400);
        assertThat(admin.post("/api/admin/labels/99/remove", "{}").statusCode()).isEqualTo(400);
        assertThat(admin.post("/api/admin/tasks/1/adjudicate", "{\"ranks\":[1,3]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aLabelerBelowTheLineIsPausedUntilAnAdminLiftsIt() throws Exception {
        StringBuilder gold = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            gold.append("{\"id\":\"g" + i + "\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},"
                    + "{\"id\":\"y\",\"text\":\"Y\"}],\"gold\":[1,2]}\n");
        }
        upload(admin, "file=a.jsonl", bytes(ROW.formatted("a") + gold), "application/octet-stream");
        HttpResponse<String> set = admin.post("/api/admin/quality", "{\"gold\":0.7,\"after\":10,\"quiz\":2}");
        assertThat(TestClient.json(set).path("lines").path("quiz").asInt()).isEqualTo(2);
        try (TestClient ada = TestClient.invited(server, store, "Ada")) {
            ada.seeGuidelines(store);
            for (int i = 0; i < 2; i++) {
                JsonNode task =
                        TestClient.json(ada.post("/api/tasks/next", "{}")).path("task");
                boolean turned =
                        task.path("completions").path(0).path("text").asText().equals("Y");
                HttpResponse<String> answer = ada.post(
                        "/api/tasks/" + task.path("id") + "/label?next=true",
                        "{\"key\":\"key-0000" + i + "\",\"kind\":\"ranking\",\"ranks\":" + (turned ? "[1,2]" : "[2,1]")
                                + "}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            JsonNode progress = TestClient.json(ada.get("/api/progress"));
            assertThat(progress.path("pause").path("measure").asText()).isEqualTo("gold");
            assertThat(progress.path("pause").path("share").asDouble()).isZero();
            assertThat(TestClient.json(ada.post("/api/tasks/next", "{}"))
                            .path("task")
                            .isNull())
                    .isTrue();
            assertThat(get("/api/admin/quality")
                            .path("paused")
                            .path(0)
                            .path("labeler")
                            .asText())
                    .isEqualTo("Ada");
            assertThat(get("/api/admin/quality/days?labeler=Ada")
                            .path("days")
                            .path(0)
                            .path("gold_tasks")
                            .asInt())
                    .isEqualTo(2);
            JsonNode lifted = TestClient.json(admin.post("/api/admin/quality/lift", "{\"name\":\"Ada\"}"));
            assertThat(lifted.path("paused")).isEmpty();
            assertThat(TestClient.json(ada.get("/api/progress")).path("pause").isNull())
                    .isTrue();
        }
        assertThat(audited().subList(0, 2)).containsExactly("lift_pause", "pause_labeler");
        assertThat(audited()).contains("set_quality");
        assertThat(admin.post("/api/admin/quality/lift", "{\"name\":\"Ada\"}").statusCode())
                .isEqualTo(400);
        for (String wrong : List.of("{\"gold\":1.5}", "{\"after\":0}", "{\"quiz\":51}", "{\"colour\":1}")) {
            assertThat(admin.post("/api/admin/quality", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void guidelinesArePublishedWithVersions() throws Exception {
        admin.post("/api/admin/guidelines", "{\"text\":\"# New\"}");
        JsonNode versions = get("/api/admin/guidelines").path("versions");
        assertThat(versions.path(0).path("text").asText()).isEqualTo("# New");
        assertThat(versions.path(0).path("current").asBoolean()).isTrue();
        assertThat(versions.path(1).path("current").asBoolean()).isFalse();
        assertThat(admin.post("/api/admin/guidelines", "{\"text\":\" \"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void theServerMakesABackupForAClient() throws Exception {
        store.importTasks(Samples.tasks(3, 2), ImportOptions.defaults());
        Path zip = folder.resolve("b.zip");
        try (AdminClient client = AdminClient.signIn(server.address(), "Lea", PASSWORD)) {
            client.backup(zip);
        }
        AdminService.restore(zip, folder.resolve("copy"));
        try (LabelStore copy = LabelStore.openExisting(folder.resolve("copy"))) {
            assertThat(copy.tasks(null)).isEqualTo(store.tasks(null));
        }
        assertThat(audited().getFirst()).isEqualTo("backup");
        assertThatThrownBy(() -> AdminClient.signIn(server.address(), "Lea", "wrong password"))
                .isInstanceOf(InputException.class);
        assertThatThrownBy(() -> AdminClient.signIn(URI.create("http://127.0.0.1:1/"), "Lea", PASSWORD))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no server answers");
    }
}
