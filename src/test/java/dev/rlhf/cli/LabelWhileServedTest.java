package dev.rlhf.cli;

import static dev.rlhf.cli.LabelRun.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import java.io.BufferedReader;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The admin's commands while {@code rlhf label serve} runs in another process, and labelers work. */
@Timeout(120)
class LabelWhileServedTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String ROW =
            "{\"id\":\"%s\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                    + "\"text\":\"Y\"}],\"rankings\":[{\"labeler\":\"Bo\",\"ranks\":[1,2],\"seconds\":10},"
                    + "{\"labeler\":\"Cy\",\"ranks\":[2,1]}]}\n";

    @TempDir
    Path folder;

    private Path db;
    private Path token;
    private Process process;
    private URI server;

    @BeforeEach
    void serve() throws Exception {
        db = folder.resolve("labels.mv.db");
        Path in = folder.resolve("in.jsonl");
        Files.writeString(in, ROW.formatted("a") + ROW.formatted("b"));
        label("import", "--db", db, "--input", in, "--batch", "pilot", "--overlap", 3);
        try (LabelStore store = LabelStore.openExisting(db)) {
            store.access().setAdmin("admin", PASSWORD, Actor.commandLine());
            token = Files.writeString(
                    folder.resolve("token"),
                    store.access().createToken("nightly", "admin", Actor.commandLine()) + "\n");
        }
        start();
    }

    private void start() throws Exception {
        process = new ProcessBuilder(command("label", "serve", "--db", db.toString(), "--port", "0"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader();
        String line = lines.readLine();
        while (!line.startsWith("Rank at ")) {
            line = lines.readLine();
        }
        server = URI.create(line.split(" ")[2]);
    }

    @AfterEach
    void stop() throws Exception {
        process.destroyForcibly();
        process.waitFor();
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(words));
        return command;
    }

    /** Runs a command on the server, with the token. */
    private String online(String command, Object... arguments) throws Exception {
        List<Object> all = new ArrayList<>(List.of(command, "--server", server, "--token_file", token));
        all.addAll(Arrays.asList(arguments));
        return label(all.toArray());
    }

    /** Stops the server and runs a command on its store. */
    private String offline(String command, Object... arguments) throws Exception {
        stop();
        List<Object> all = new ArrayList<>(List.of(command, "--db", db));
        all.addAll(Arrays.asList(arguments));
        return label(all.toArray());
    }

    @Test
    void aLockedStoreSaysHowToReachItsServer() {
        for (Object[] words : new Object[][] {
            {"stats", "--db", db},
            {"export", "--db", db, "--output", folder.resolve("x.jsonl")},
            {"invite", "--db", db, "Dee"},
            {"batch", "--db", db, "pilot"},
            {"time", "--db", db},
            {"users", "--db", db},
            {"import", "--db", db, "--input", folder.resolve("in.jsonl")},
            {"backup", "--db", db, "--output", folder.resolve("x.zip")}
        }) {
            assertThatThrownBy(() -> label(words))
                    .isInstanceOf(InputException.class)
                    .hasMessage(db + ": in use by another process; if that is rlhf label serve, give --server URL"
                            + " instead of --db, with a token of its admin page in --token_file or RLHF_LABEL_TOKEN");
        }
        assertThat(folder.resolve("x.jsonl")).doesNotExist();
    }

    @Test
    void usersAreListedAndChangedOnTheRunningServer() throws Exception {
        online("invite", "Ada", "Bo Li");
        assertThat(online("users")).containsPattern("Ada +labeler +person +0 +1 +- +0 +0 +0 +-");
        assertThat(online("users", "--labeler", "Ada", "--labeler", "Bo Li", "--tags", "DE, law"))
                .containsPattern("Ada .* de,law")
                .containsPattern("Bo Li .* de,law");
        assertThat(online("users", "--tasks_per_day", "200", "--minutes_per_day", "240", "--zone", "Europe/Berlin"))
                .containsPattern("Ada .* 0 of 200 +0 +0 of 240 +de,law")
                .contains("tasks_per_day 200, tasks_total none, minutes_per_day 240; days in Europe/Berlin");
        String limited = online("users", "--labeler", "Ada", "--tasks_per_day", "0", "--tasks_total", "9");
        assertThat(limited).containsPattern("Ada .* 0 +0 of 9 +0 of 240 +de,law");
        // The other limits of the labeler, and the zone, stay as they are.
        assertThat(online("users", "--labeler", "Ada", "--tasks_per_day", "default"))
                .containsPattern("Ada .* 0 of 200 +0 of 9 +0 of 240 +de,law");
        assertThat(online("users", "--tasks_per_day", "default")).contains("tasks_per_day none", "Europe/Berlin");
        assertThat(online("users", "--disable", "Bo Li")).containsPattern("Bo Li .* disabled");
        assertThat(online("users", "--enable", "Bo Li")).doesNotContain("disabled");
        assertThatThrownBy(() -> online("users", "--labeler", "No", "--tags", "de"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(server + ": ");
        for (Object[] wrong : new Object[][] {
            {"--tags", "de"},
            {"--labeler", "Ada"},
            {"--labeler", "Ada", "--zone", "UTC", "--tags", "de"},
            {"--zone", "Mars"},
            {"--labeler", "Ada", "--tags", "a,,b"},
            {"--tasks_per_day", "many"},
            {"--minutes_per_day", "1441"},
            {"--disable", "Ada", "--tasks_per_day", "3"},
            {"--admin", "Max"}
        }) {
            assertThatThrownBy(() -> online("users", wrong))
                    .as(Arrays.toString(wrong))
                    .isInstanceOf(InputException.class)
                    .message()
                    .doesNotContain("\n");
        }
        String last = online("users");
        assertThat(online("stats")).doesNotContain("tags");
        online("batch", "pilot", "--tags", "ar,law");
        assertThat(online("batch", "pilot")).contains("tags ar,law");
        assertThat(online("stats")).contains("tags ar,law: 2 open tasks, 0 labelers; nobody is given them");
        assertThat(offline("users")).isEqualTo(last);
        assertThat(label("users", "--db", db, "--labeler", "Ada", "--tags", "none", "--tasks_total", "default"))
                .containsPattern("Ada .* 0 +0 +0 of 240 +-");
    }

    @Test
    void tasksAreImportedIntoTheRunningStore() throws Exception {
        Path in = folder.resolve("in.jsonl");
        String again = online("import", "--input", in, "--batch", "pilot");
        assertThat(again).isEqualTo("batch 'pilot': 0 new tasks, 2 already there; 0 new rankings, 4 already there\n");
        assertThat(online(
                        "import",
                        "--input",
                        in,
                        "--batch",
                        "a & b",
                        "--overlap",
                        "4",
                        "--paused",
                        "true",
                        "--flags",
                        "x,y"))
                .isEqualTo("batch 'a & b': 2 new tasks, 0 already there; 4 new rankings, 0 already there\n");
        assertThat(online("batch", "a & b")).contains("'a & b': paused, priority 0, overlap 4", "flags x,y");
        Path pairs = Files.writeString(
                folder.resolve("pairs.jsonl"), "{\"prompt\":\"Q\",\"chosen\":\"a\",\"rejected\":\"b\",\"margin\":9}\n");
        assertThat(online("import", "--input", pairs, "--format", "pairs", "--batch", "pairs"))
                .startsWith("left out: 1 ")
                .endsWith("batch 'pairs': 1 new tasks, 0 already there; 1 new rankings, 0 already there\n");
        Path wrong = Files.writeString(folder.resolve("wrong.jsonl"), Files.readString(in) + "{\n");
        assertThatThrownBy(() -> online("import", "--input", wrong))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(server + ": wrong.jsonl:3: ");
        assertThatThrownBy(() -> online("import", "--input", folder.resolve("none.jsonl")))
                .hasMessage(folder.resolve("none.jsonl") + ": no such file");
        assertThatThrownBy(() -> online("import", "--input", in, "--format", "xml"))
                .isInstanceOf(InputException.class);
        assertThat(offline("import", "--input", in, "--batch", "pilot")).isEqualTo(again);
    }

    @Test
    void statsAndBatchesAreThoseOfTheStore() throws Exception {
        String stats = online("stats");
        JsonNode json = Json.mapper().readTree(online("stats", "--batch", "pilot", "--json"));
        assertThat(online("batch", "pilot", "--paused", "true", "--flags", "none", "--top_k", "1"))
                .contains("batch 'pilot': paused, priority 0, overlap 3, top_k 1", "flags none");
        assertThatThrownBy(() -> online("batch", "none"))
                .hasMessage("no batch 'none' in the label store; it has pilot");
        assertThatThrownBy(() -> online("batch", "none", "--priority", "1"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(server + ": ");
        assertThatThrownBy(() -> online("stats", "--batch", "no&ne")).hasMessageContaining("no&ne");
        assertThat(online("batch", "pilot", "--paused", "false", "--top_k", "0"))
                .contains("pilot': open", "all are ranked");
        assertThat(offline("stats")).isEqualTo(stats);
        JsonNode same = Json.mapper().readTree(label("stats", "--db", db, "--batch", "pilot", "--json"));
        assertThat(json.path("labelers")).isEqualTo(same.path("labelers"));
        assertThat(json.path("agreement").path("alpha"))
                .isEqualTo(same.path("agreement").path("alpha"));
    }

    @Test
    void labelsAreExportedInEveryFormatWhilePeopleWork() throws Exception {
        String link = online("invite", "Ada").strip();
        assertThat(link).startsWith("Ada  " + server + "#invite=");
        try (LabelClient ada = LabelClient.join(server, link.substring(link.indexOf('=') + 1))) {
            ShownTask first = ada.next().orElseThrow();
            ada.submit(first, Ranks.of(List.of(1, 2)));
            ShownTask second = ada.next().orElseThrow();
            // Without closing, Ada can still change what was exported.
            assertThat(online("export", "--output", folder.resolve("open.jsonl"), "--close", "false"))
                    .isEqualTo("2 tasks with 5 rankings written to " + folder.resolve("open.jsonl") + "\n");
            ada.submit(first, Ranks.of(List.of(2, 1)));
            for (String format : List.of("rankings", "pairs", "summarize_from_feedback", "oasst", "hh", "csv")) {
                assertThat(online(
                                "export",
                                "--format",
                                format,
                                "--output",
                                folder.resolve(format),
                                "--since",
                                "2026-01-01"))
                        .contains(" written to " + folder.resolve(format));
            }
            assertThatThrownBy(() -> ada.submit(first, Ranks.of(List.of(1, 2)))).hasMessageContaining("exported");
            ada.submit(second, Ranks.of(List.of(1, 2)));
        }
        String time = online("time", "--since", "2026-01-01", "--zone", "Asia/Tokyo");
        assertThat(time.lines().toList())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("Ada,20")
                .endsWith(",2,0.0,0.000");
        assertThat(online("time", "--until", "2026-01-01")).isEqualTo("labeler,day,rankings,seconds,hours\n");
        assertThatThrownBy(() -> online("time", "--zone", "Mars")).hasMessageStartingWith("zone is 'Mars'");
        online("export", "--output", folder.resolve("all.jsonl.gz"), "--min_overlap", "3");
        assertThat(LabelFiles.read(folder.resolve("all.jsonl.gz")))
                .allSatisfy(task -> assertThat(task.rankings()).hasSize(3));
        assertThat(online("export", "--output", folder.resolve("bo"), "--labeler", "Bo", "--close", "false"))
                .contains("2 tasks with 2 rankings", "left out, as asked: 0 tasks, 4 rankings");
        assertThatThrownBy(() -> online("export", "--output", folder.resolve("no"), "--labeler", "No"))
                .hasMessageContaining("no labeler 'No' in the label store");
        assertThat(folder.resolve("no")).doesNotExist();
        online("export", "--output", folder.resolve("online.jsonl.gz"));
        assertThat(online("backup", "--output", folder.resolve("b.zip"))).contains("bytes written to");
        assertThat(online("time", "--output", folder.resolve("online.csv"))).startsWith("1 days written to ");
        offline("export", "--output", folder.resolve("offline.jsonl.gz"));
        assertThat(label("time", "--db", db, "--since", "2026-01-01", "--zone", "Asia/Tokyo"))
                .isEqualTo(time);
        label("time", "--db", db, "--output", folder.resolve("offline.csv"));
        assertThat(folder.resolve("online.csv")).hasSameBinaryContentAs(folder.resolve("offline.csv"));
        assertThat(folder.resolve("online.jsonl.gz")).hasSameBinaryContentAs(folder.resolve("offline.jsonl.gz"));
        assertThat(label("restore", "--input", folder.resolve("b.zip"), "--db", folder.resolve("copy")))
                .contains("6 labels");
    }

    @Test
    void theTokenIsInTheEnvironmentAndWorksAfterAKill() throws Exception {
        stop();
        start();
        ProcessBuilder stats = new ProcessBuilder(command("label", "stats", "--server", server.toString()));
        stats.environment().put(LabelSource.TOKEN, Files.readString(token));
        Process run = stats.start();
        assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("pilot");
        assertThat(run.waitFor()).isZero();
    }

    /** Sends a signed-in admin's request and returns the answer. */
    private JsonNode asAdmin(HttpClient http, String csrf, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .header("X-CSRF-Token", csrf)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.mapper().readTree(response.body());
    }

    @Test
    void aTokenMadeOrRevokedJustBeforeAKillIsMadeOrRevoked() throws Exception {
        String signIn = "{\"name\":\"admin\",\"password\":\"" + PASSWORD + "\"}";
        try (HttpClient http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build()) {
            String csrf =
                    asAdmin(http, "-", "/api/session", signIn).path("csrf").asText();
            String made = asAdmin(http, csrf, "/api/admin/tokens", "{\"name\":\"second\"}")
                    .path("token")
                    .asText();
            stop();
            start();
            Files.writeString(token, made);
            assertThat(online("stats")).contains("pilot");
            asAdmin(http, csrf, "/api/admin/tokens/revoke", "{\"name\":\"second\"}");
            stop();
            start();
            assertThatThrownBy(() -> online("stats")).hasMessage(server + ": this token is unknown or revoked");
        }
    }

    @Test
    void wrongCredentialsAreOneLine() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "rlhf_wrong\n");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        assertThatThrownBy(() -> label("stats", "--server", server, "--token_file", wrong))
                .isInstanceOf(InputException.class)
                .hasMessage(server + ": this token is unknown or revoked");
        assertThatThrownBy(() -> label("stats", "--server", server, "--token_file", folder.resolve("no")))
                .hasMessage(folder.resolve("no") + ": no such file");
        assertThatThrownBy(() -> online("stats", "--admin", "admin")).hasMessageContaining("not both");
        assertThatThrownBy(() -> online("stats", "--db", db)).hasMessageContaining("--server URL");
        assertThatThrownBy(() -> label("stats", "--db", db, "--token_file", token))
                .hasMessageContaining("--server");
        assertThatThrownBy(() -> label("stats", "--server", "ftp://x/", "--token_file", token))
                .hasMessageContaining("http://HOST:PORT/");
        assertThatThrownBy(() -> label("stats", "--server", "http://127.0.0.1:1/", "--token_file", token))
                .hasMessageContaining("no server answers");
        assertThat(label("stats", "--server", server, "--password_file", password))
                .contains("pilot");
        online("batch", "pilot", "--priority", "7");
        stop();
        try (LabelStore store = LabelStore.openExisting(db)) {
            assertThat(store.access().audit(null, 1).getFirst().actor().name()).isEqualTo("admin, token nightly");
        }
    }
}
