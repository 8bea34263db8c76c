package dev.rlhf.cli;

import static dev.rlhf.cli.LabelRun.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.LabelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelLeadCommandsTest {
    private static final String ROW =
            "{\"id\":\"%s\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                    + "\"text\":\"Y\"}],"
                    + "\"rankings\":[{\"labeler\":\"Bo\",\"ranks\":[1,2],\"seconds\":10},{\"labeler\":\"Cy\","
                    + "\"ranks\":%s}]}\n";

    @TempDir
    Path folder;

    private Path db;

    @BeforeEach
    void fill() throws Exception {
        db = folder.resolve("labels.mv.db");
        Path in = folder.resolve("in.jsonl");
        Files.writeString(in, ROW.formatted("a", "[1,2]") + ROW.formatted("b", "[2,1]"));
        label("import", "--db", db, "--input", in, "--batch", "pilot", "--overlap", 2);
    }

    @Test
    void statsDescribeTheStore() throws Exception {
        String text = label("stats", "--db", db);
        assertThat(text).containsPattern("pilot +2 +4 of 4 .* done").containsPattern("Bo +2 +10.0");
        assertThat(text)
                .contains("agreement on 2 tasks")
                .containsPattern("pairwise, ties as written +0.500 +95 % 0.000");
        JsonNode json = Json.mapper().readTree(label("stats", "--db", db, "--batch", "pilot", "--json"));
        assertThat(json.path("agreement").path("pairwise").path("value").asDouble())
                .isEqualTo(0.5);
        assertThat(json.path("labelers").path(0).path("median_seconds").asDouble())
                .isEqualTo(10);
        assertThat(json.path("labelers").path(1).path("median_seconds").isNull())
                .isTrue();
        assertThat(json.path("batches").path(0).path("places").asInt()).isEqualTo(4);
        assertThatThrownBy(() -> label("stats", "--db", db, "--batch", "none")).isInstanceOf(InputException.class);
    }

    @Test
    void aBatchIsPausedAndShown() throws Exception {
        assertThat(label("batch", "--db", db, "pilot")).contains("batch 'pilot': open, priority 0, overlap 2");
        assertThat(label("batch", "--db", db, "pilot", "--paused", "true", "--priority", "5"))
                .contains("paused, priority 5, overlap 2");
        assertThatThrownBy(() -> label("batch", "--db", db, "none", "--paused", "true"))
                .isInstanceOf(InputException.class);
    }

    @Test
    void aBackupComesFromTheFileOrFromTheServerThatHasIt() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "correct horse battery\n");
        label("backup", "--db", db, "--output", folder.resolve("b.zip"));
        assertThat(label("restore", "--input", folder.resolve("b.zip"), "--db", folder.resolve("copy")))
                .contains("4 labels, 0 tasks");
        try (LabelStore store = LabelStore.open(db)) {
            store.access().setAdmin("admin", "correct horse battery", Actor.commandLine());
            try (LabelServer server = LabelServer.start(store, "127.0.0.1", 0)) {
                assertThat(label(
                                "backup",
                                "--server",
                                server.address(),
                                "--password_file",
                                password,
                                "--output",
                                folder.resolve("online.zip")))
                        .contains("bytes written to");
            }
        }
        assertThat(label("restore", "--input", folder.resolve("online.zip"), "--db", folder.resolve("copy2")))
                .contains("4 labels");
        assertThatThrownBy(() -> label("restore", "--input", folder.resolve("b.zip"), "--db", db))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is there already");
        assertThatThrownBy(() -> label("backup", "--output", folder.resolve("x.zip")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--server");
    }
}
