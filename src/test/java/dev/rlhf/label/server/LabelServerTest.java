package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelServerTest {
    @TempDir
    Path folder;

    private LabelStore store;
    private LabelServer server;
    private TestClient nobody;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"));
        server = LabelServer.start(store, "127.0.0.1", 0);
        nobody = new TestClient(server);
    }

    @AfterEach
    void close() {
        nobody.close();
        server.close();
        store.close();
    }

    private String invite(String name, LabelerKind kind) {
        return store.access().invite(name, kind, Actor.commandLine()).token();
    }

    private TestClient visitor(String name) throws Exception {
        return TestClient.invited(server, store, name);
    }

    private static long next(TestClient visitor) throws Exception {
        return TestClient.json(visitor.post("/api/tasks/next", "{}"))
                .path("task")
                .path("id")
                .asLong();
    }

    private static void assertError(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(Json.mapper().readTree(response.body()).path("error").asText())
                .isNotBlank()
                .doesNotContain("\n");
    }

    @Test
    void aClientRanksUntilNoTaskIsLeft() throws Exception {
        store.importTasks(Samples.tasks(3, 4), ImportOptions.defaults());
        try (LabelClient client = LabelClient.join(server.address(), invite("simulated-1", LabelerKind.SIMULATED))) {
            int ranked = 0;
            for (Optional<ShownTask> task = client.next(); task.isPresent(); task = client.next()) {
                assertThat(task.get().messages().getFirst().content()).startsWith("Question t");
                // The higher the number in its text, the better.
                client.submit(
                        task.get(),
                        Ranks.of(task.get().completions().stream()
                                .map(text -> '9' - text.charAt(text.length() - 1))
                                .toList()));
                ranked++;
            }
            assertThat(ranked).isEqualTo(3);
            assertThat(client.progress()).isEqualTo(new LabelingProgress("simulated-1", 3, 0, 3, 0, 3, 3));
        }
        assertThat(store.rankedTasks(null)).hasSize(3).allSatisfy(task -> {
            Label ranking = task.rankings().getFirst();
            assertThat(ranking.ranks()).containsExactly(4, 3, 2, 1);
            assertThat(ranking.labelerKind()).isEqualTo(LabelerKind.SIMULATED);
            assertThat(ranking.judgement().guideline())
                    .isEqualTo(store.guidelines().orElseThrow().version());
        });
    }

    @Test
    void fiftyClientsOverHttpTakeEveryPlaceOnceAndLoseNone() throws Exception {
        store.importTasks(Samples.tasks(15, 3), new ImportOptions("b", 4));
        AtomicInteger acknowledged = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String name = "client " + i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (LabelClient client = LabelClient.join(server.address(), invite(name, LabelerKind.SIMULATED))) {
                    for (Optional<ShownTask> task = client.next(); task.isPresent(); task = client.next()) {
                        client.submit(task.get(), List.of(1, 2, 2));
                        acknowledged.incrementAndGet();
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(acknowledged).hasValue(60);
        assertThat(store.tasks(null))
                .allSatisfy(task -> assertThat(task.rankings()).hasSize(4));
    }

    @Test
    void modelsIdsAndOthersRankingsAreNeverSent() throws Exception {
        store.importTasks(
                List.of(Samples.task("task-of-secret-model", 3, Label.ranking("Somebody", List.of(1, 2, 3)))),
                new ImportOptions("b", 2));
        String body = visitor("Ada").post("/api/tasks/next", "{}").body();
        assertThat(Json.mapper().readTree(body).path("task").path("completions"))
                .hasSize(3);
        assertThat(body.replace("task-of-secret-model answer", "").replace("Question task-of-secret-model", ""))
                .doesNotContain("secret")
                .doesNotContain("Somebody")
                .doesNotContain("\"c0\"");
    }

    @Test
    void aSubmissionSentTwiceIsOneLabel() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        TestClient ada = visitor("Ada");
        ada.seeGuidelines(store);
        long id = next(ada);
        String body = "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2],\"seconds\":2.5}";
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = ada.post("/api/tasks/" + id + "/label", body);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).startsWith("{\"revision\":1,");
        }
        assertError(ada.post("/api/tasks/" + id + "/label", body.replace("[1,2]", "[2,1]")), 409);
        assertThat(store.rankedTasks(null).getFirst().rankings()).hasSize(1);

        TestClient bo = visitor("Bo");
        bo.seeGuidelines(store);
        assertError(bo.post("/api/tasks/" + id + "/label", body), 404);
    }

    @Test
    void aBadBodyIsAnsweredInOneLine() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        TestClient ada = visitor("Ada");
        ada.seeGuidelines(store);
        long id = next(ada);
        for (String body : List.of(
                "{",
                "",
                "[]",
                "{\"key\":\"0123456789\"}",
                "{\"key\":\"x\",\"kind\":\"ranking\",\"ranks\":[1,2]}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,3]}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2],\"seconds\":\"no\"}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2],\"seconds\":1e99}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2],\"guideline\":\"zzz\"}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,2],\"labeler\":\"Bo\"}",
                "{\"key\":\"0123456789\",\"kind\":\"ranking\",\"ranks\":[1,99999999999]}",
                "[".repeat(5000))) {
            assertError(ada.post("/api/tasks/" + id + "/label", body), 400);
        }
        assertError(ada.post("/api/tasks/x/label", "{}"), 404);
        assertThat(store.rankedTasks(null)).isEmpty();
    }

    @Test
    void thePageComesWithAPolicyThatForbidsInlineScript() throws Exception {
        for (String path : List.of("/", "/app.js", "/app.css", "/api.js", "/board.js", "/markdown.js", "/icon.svg")) {
            HttpResponse<String> response = nobody.get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'")
                    .contains("script-src 'self'")
                    .doesNotContain("unsafe");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(response.headers().firstValue("Server")).isEmpty();
            assertThat(response.body())
                    .doesNotContain("style=")
                    .doesNotContain("onclick=")
                    .doesNotContain("innerHTML");
        }
    }

    @Test
    void onlyThePagesOwnFilesAreServed() throws Exception {
        for (String path : List.of(
                "/../pom.xml",
                "/..%2fpom.xml",
                "/app.js/../../x",
                "/labeling-ui/app.js",
                "/index.html%00",
                "/%2e%2e/etc/passwd")) {
            assertThat(nobody.get(path).statusCode()).as(path).isIn(400, 404);
        }
    }

    @Test
    void aPortInUseIsReportedInOneLine() {
        assertThatThrownBy(() -> LabelServer.start(store, "127.0.0.1", server.port()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aClientReportsTheReasonOfARefusal() throws Exception {
        String invite = invite("simulated-1", LabelerKind.SIMULATED);
        LabelClient.join(server.address(), invite).close();
        assertThatThrownBy(() -> LabelClient.join(server.address(), invite))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("401: this link was used already");
    }
}
