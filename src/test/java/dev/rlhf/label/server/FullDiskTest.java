package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in another process whose files reach the size that it may write (ulimit -f), as on a full disk. */
class FullDiskTest {
    private static final int LIMIT_KIB = 3 << 10;

    @TempDir
    Path folder;

    @Test
    void theServerWorksAgainWithoutARestartAndKeepsWhatItAcknowledged() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit of util-linux");
        Path file = folder.resolve("labels");
        String invite;
        String guideline;
        try (LabelStore store = LabelStore.open(file)) {
            store.importTasks(Samples.tasks(400, 2), new ImportOptions("b", 1));
            guideline = store.publishGuidelines("# Guidelines").version();
            invite = store.access()
                    .invite("Ada", LabelerKind.PERSON, Actor.commandLine())
                    .token();
        }
        Process process = server(file);
        int acknowledged = 0;
        try (BufferedReader lines = process.inputReader();
                TestClient ada = new TestClient(URI.create(String.valueOf(lines.readLine())))) {
            ada.signIn("{\"invite\":\"" + invite + "\"}");
            ada.post("/api/guidelines/seen", "{\"version\":\"" + guideline + "\"}");
            assertHealth(ada, 200);
            HttpResponse<String> answer = label(ada, 0);
            for (; answer.statusCode() == 200; answer = label(ada, acknowledged)) {
                acknowledged++;
            }
            assertThat(acknowledged).isBetween(1, 399);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("\"code\":\"store\"").contains("is the disk full?");
            assertHealth(ada, 503);
            assertThat(label(ada, acknowledged).statusCode()).isEqualTo(503);
            raiseTheLimit(process);
            assertHealth(ada, 200);
            for (int i = 0; i < 5; i++) {
                assertThat(label(ada, acknowledged).statusCode()).isEqualTo(200);
                acknowledged++;
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        try (LabelStore store = LabelStore.openExisting(file)) {
            assertThat(store.tasks(null).stream().map(RankedTask::rankings).filter(rankings -> !rankings.isEmpty()))
                    .hasSize(acknowledged);
        }
    }

    private static Process server(Path file) throws Exception {
        return new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -S -f " + LIMIT_KIB + " && exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTest.Server.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void raiseTheLimit(Process process) throws Exception {
        Process raise = new ProcessBuilder("prlimit", "--pid", String.valueOf(process.pid()), "--fsize=unlimited")
                .inheritIO()
                .start();
        assertThat(raise.waitFor()).isZero();
    }

    /** Submits the label of the next task with a long comment, and the same one again if it was refused. */
    private static HttpResponse<String> label(TestClient labeler, int number) throws Exception {
        HttpResponse<String> next = labeler.post("/api/tasks/next", "{}");
        if (next.statusCode() != 200) {
            return next;
        }
        String task = TestClient.json(next).path("task").path("id").asText();
        return labeler.post(
                "/api/tasks/" + task + "/label",
                "{\"key\":\"submission-%d\",\"kind\":\"ranking\",\"ranks\":[1,2],\"comment\":\"%s\"}"
                        .formatted(number, "long ".repeat(790)));
    }

    private static void assertHealth(TestClient client, int status) throws Exception {
        assertThat(client.get("/healthz").statusCode()).isEqualTo(status);
    }
}
