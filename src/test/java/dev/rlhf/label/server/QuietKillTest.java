package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.User;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.LabelerService;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server (SIGKILL) that was idle for a while and then answered a few requests, and checks that everything
 * acknowledged over HTTP is in the file. H2 reuses freed space after its retention time, so the first writes after an
 * idle time go to other places in the file than writes under load: 2.5.252 wrote them where no later start found them.
 *
 * <p>The retention time is cut from 45 s to 0.3 s and the quiet times with it. Twenty rounds are all pairs of a quiet
 * time and a number of writes; all are on one store. {@code -Drlhf.kill_rounds} says how many are run, two by default.
 */
class QuietKillTest {
    private static final int ROUNDS = Math.min(20, Integer.getInteger("rlhf.kill_rounds", 2));
    private static final int H2_RETENTION_MS = 45_000;
    private static final int RETENTION_MS = 300;
    private static final int[] QUIET_MS = {70_000, 47_000, 130_000, 20_000, 0};
    private static final int[] WRITES = {1, 2, 3, 8};
    private static final int FIRST_LABELS = 5;
    private static final String PASSWORD = "a long enough password";

    @TempDir
    Path folder;

    /** Acknowledged labels of all rounds. */
    private final List<Long> labels = new ArrayList<>();

    private final Map<String, Long> claims = new HashMap<>();
    private final Map<Long, Integer> drafts = new HashMap<>();
    private final List<String> invites = new ArrayList<>();
    private final List<String> imports = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final Map<String, Double> opinions = new HashMap<>();
    private String guidelines = "";
    private String tag = "";
    private int quota;

    private enum Write {
        LABEL,
        VERDICT,
        DRAFT,
        CLAIM,
        INVITE,
        GUIDELINES,
        IMPORT,
        TAGS,
        QUOTA,
        SECOND_OPINION
    }

    @Test
    void nothingAcknowledgedAfterAnIdleTimeIsLost() throws Exception {
        make();
        for (int round = 0; round < ROUNDS; round++) {
            int quiet = QUIET_MS[round % QUIET_MS.length] / (H2_RETENTION_MS / RETENTION_MS);
            killAfter(round, quiet, WRITES[round % WRITES.length]);
            check();
        }
        System.out.printf(
                "%d rounds: %d labels, %d drafts, %d claims, %d invites, %d imports, %d second opinions acknowledged%n",
                ROUNDS, labels.size(), drafts.size(), claims.size(), invites.size(), imports.size(), opinions.size());
    }

    private Path store() {
        return folder.resolve("labels");
    }

    private void make() throws Exception {
        try (LabelStore store = LabelStore.open(store(), InstantSource.system(), 1000)) {
            store.access().setAdmin("Lea", PASSWORD, Actor.commandLine());
            store.importTasks(
                    Samples.tasks(400, 2),
                    new ImportOptions(
                            "b", Change.of().overlap(100).demonstrations(true).build()));
        }
        // H2 keeps this setting in the file.
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + store(), "rlhf", "")) {
            connection.createStatement().execute("SET RETENTION_TIME " + RETENTION_MS);
        }
    }

    private void killAfter(int round, int quietMillis, int writes) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTest.Server.class.getName(),
                        store().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            URI server = URI.create(String.valueOf(lines.readLine()));
            try (TestClient admin = new TestClient(server);
                    TestClient ada = new TestClient(server)) {
                ok(admin.signIn("{\"name\":\"Lea\",\"password\":\"" + PASSWORD + "\"}"));
                ok(ada.signIn(invite(admin, "Ada")));
                Deque<String> claimers = new ArrayDeque<>();
                Map<String, TestClient> visitors = new HashMap<>();
                for (int i = 0; i < 2; i++) {
                    String name = "claimer-%d-%d".formatted(round, i);
                    TestClient claimer = new TestClient(server);
                    ok(claimer.signIn(invite(admin, name)));
                    claimers.add(name);
                    visitors.put(name, claimer);
                }
                for (int i = 0; i < FIRST_LABELS; i++) {
                    label(ada);
                }
                Thread.sleep(quietMillis);
                for (int i = 0; i < writes; i++) {
                    Write write = Write.values()[(round + i) % Write.values().length];
                    String id = "%d-%d".formatted(round, i);
                    switch (write) {
                        case LABEL -> label(ada);
                        case VERDICT -> judge(admin, server, id);
                        case DRAFT -> draft(ada, id);
                        case CLAIM -> {
                            String name = claimers.remove();
                            claims.put(name, claim(visitors.get(name)));
                        }
                        case INVITE -> {
                            invite(admin, "invited-" + id);
                            invites.add("invited-" + id);
                        }
                        case GUIDELINES -> {
                            ok(admin.post("/api/admin/guidelines", "{\"text\":\"Rules " + id + "\"}"));
                            guidelines = "Rules " + id;
                        }
                        case IMPORT -> importTask(admin, "imported-" + id);
                        case TAGS -> {
                            tag = "tag-" + id;
                            ok(admin.post("/api/admin/users/tags", "{\"name\":\"Ada\",\"tags\":[\"" + tag + "\"]}"));
                        }
                        case QUOTA -> {
                            quota = 100_000 + 10 * round + i;
                            ok(admin.post(
                                    "/api/admin/users/quota", "{\"name\":\"Ada\",\"tasks_total\":" + quota + "}"));
                        }
                        case SECOND_OPINION -> secondOpinion(admin, "t" + (10 * round + i), round + 0.5);
                    }
                }
                visitors.values().forEach(TestClient::close);
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed by SIGKILL").isEqualTo(128 + 9);
    }

    private static JsonNode ok(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.json(response);
    }

    /** @return what opens a session */
    private static String invite(TestClient admin, String name) throws Exception {
        String link = ok(admin.post("/api/admin/invites", "{\"name\":\"" + name + "\"}"))
                .path("link")
                .asText();
        return "{\"invite\":\"" + link.substring(link.indexOf('=') + 1) + "\"}";
    }

    private static long claim(TestClient visitor) throws Exception {
        return ok(visitor.post("/api/tasks/next", "{}")).path("task").path("id").asLong();
    }

    private void label(TestClient visitor) throws Exception {
        String version = ok(visitor.get("/api/guidelines")).path("version").asText();
        ok(visitor.post("/api/guidelines/seen", "{\"version\":\"" + version + "\"}"));
        long task = claim(visitor);
        ok(visitor.post("/api/tasks/" + task + "/label", """
                {"key":"key-%08d","kind":"ranking","ranks":[1,2],"demonstration":"better","guideline":"%s"}
                """.formatted(task, version)));
        labels.add(task);
        drafts.remove(task);
    }

    /** Imports a judging task, which is handed out before all others, and judges it. */
    private void judge(TestClient admin, URI server, String id) throws Exception {
        ok(admin.send(
                "POST",
                "/api/admin/import?file=f.jsonl&batch=judged&format=judging&settings=%7B%22priority%22:1%7D",
                "{\"id\":\"" + id + "\",\"question\":\"q\",\"answers\":[],\"completion\":\"c\"}",
                "Content-Type",
                "application/octet-stream"));
        answers.add(id);
        try (TestClient visitor = new TestClient(server)) {
            ok(visitor.signIn(invite(admin, "judge-" + id)));
            String version = ok(visitor.get("/api/guidelines")).path("version").asText();
            ok(visitor.post("/api/guidelines/seen", "{\"version\":\"" + version + "\"}"));
            long task = claim(visitor);
            ok(visitor.post(
                    "/api/tasks/" + task + "/label",
                    "{\"key\":\"key-%08d\",\"kind\":\"verdict\",\"verdict\":\"wrong\",\"guideline\":\"%s\"}"
                            .formatted(task, version)));
        }
        verdicts.add(id);
    }

    private void draft(TestClient visitor, String content) throws Exception {
        long task = claim(visitor);
        int version = drafts.getOrDefault(task, 0);
        drafts.put(
                task,
                ok(visitor.send(
                                "PUT",
                                "/api/tasks/" + task + "/draft",
                                "{\"version\":" + version + ",\"content\":{\"comment\":\"" + content + "\"}}"))
                        .path("version")
                        .asInt());
    }

    private void secondOpinion(TestClient admin, String task, double score) throws Exception {
        ok(admin.send(
                "POST",
                "/api/admin/import?file=f.jsonl&batch=b&format=second_opinion",
                "{\"id\":\"" + task + "\",\"scores\":[" + score + ",0]}",
                "Content-Type",
                "application/octet-stream"));
        opinions.put(task, score);
    }

    private void importTask(TestClient admin, String id) throws Exception {
        String row = "{\"id\":\"%s\",\"prompt\":\"p\",\"completions\":[{\"id\":\"1\",\"text\":\"a\"},{\"id\":\"2\","
                + "\"text\":\"b\"}],\"tags\":[\"imported\"]}";
        ok(admin.send(
                "POST",
                "/api/admin/import?file=f.jsonl&batch=imported",
                row.formatted(id),
                "Content-Type",
                "application/octet-stream"));
        imports.add(id);
    }

    private void check() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + store(), "rlhf", "")) {
            assertThat(KillTest.secondOpinions(connection)).isEqualTo(opinions);
        }
        try (LabelStore store = LabelStore.openExisting(store())) {
            LabelerService service = store.labelerService();
            TaskNumbers numbers = new TaskNumbers(store.secret());
            Labeler ada = TestLabelers.person(store, "Ada");
            assertThat(service.progress(ada, ZoneOffset.UTC).yours())
                    .as("labels")
                    .isEqualTo(labels.size());
            for (long task : labels) {
                assertThat(service.task(ada, numbers.stored(task)).label())
                        .as("label of task %d", task)
                        .isNotNull()
                        .extracting(label -> label.judgement().demonstration())
                        .isEqualTo("better");
            }
            assertThat(service.exportVerdicts(ExportFilter.all(null), false, Actor.commandLine())
                            .tasks())
                    .as("judging tasks")
                    .extracting(JudgingTask::id)
                    .containsExactlyElementsOf(answers);
            assertThat(service.exportVerdicts(
                                    new ExportFilter(null, null, null, null, null, 1), false, Actor.commandLine())
                            .tasks())
                    .as("verdicts")
                    .extracting(JudgingTask::id)
                    .containsExactlyElementsOf(verdicts);
            drafts.forEach((task, version) -> assertThat(
                            service.task(ada, numbers.stored(task)).draft())
                    .as("draft of task %d", task)
                    .extracting(Draft::version)
                    .isEqualTo(version));
            // Throws if the task was not given to this labeler.
            claims.forEach((name, task) -> assertThat(
                            service.task(TestLabelers.person(store, name), numbers.stored(task))
                                    .editable())
                    .isTrue());
            assertThat(store.access().users())
                    .filteredOn(user -> user.openInvites() > 0)
                    .extracting(user -> user.labeler().name())
                    .containsAll(invites);
            User user = store.access().users().stream()
                    .filter(one -> one.labeler().equals(ada))
                    .findFirst()
                    .orElseThrow();
            assertThat(user.tags()).isEqualTo(tag.isEmpty() ? List.of() : List.of(tag));
            assertThat(user.quota().own().tasksTotal()).isEqualTo(quota == 0 ? null : (Integer) quota);
            if (!guidelines.isEmpty()) {
                assertThat(store.guidelines().orElseThrow().text()).isEqualTo(guidelines);
            }
            if (!imports.isEmpty()) {
                assertThat(store.tasks("imported")).extracting(RankedTask::id).containsExactlyElementsOf(imports);
                assertThat(store.tasks("imported")).extracting(RankedTask::tags).containsOnly(List.of("imported"));
            }
        }
    }
}
