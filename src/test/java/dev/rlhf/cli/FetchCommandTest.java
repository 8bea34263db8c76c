package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.hub.FakeHub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCommandTest {
    @TempDir
    Path home;

    private FakeHub hub;

    @BeforeEach
    void open() throws IOException {
        hub = new FakeHub()
                .add("config.json", "{}")
                .add("model.safetensors", new byte[2_500_000])
                .add("model.gguf", "x");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void reportsTheFilesAndTheirFolder() throws Exception {
        Path snapshot = home.resolve("hub/models--org--tiny/snapshots").resolve(FakeHub.COMMIT);
        assertThat(fetch("org/tiny", "--dry_run").lines())
                .containsExactly(
                        "left out: 1 files, 0.00 MB (model.gguf)",
                        "   0.00 MB  config.json",
                        "   2.50 MB  model.safetensors",
                        "org/tiny, commit 01234567: 2 files, 2.50 MB; nothing was downloaded");
        assertThat(snapshot).doesNotExist();
        assertThat(fetch("org/tiny"))
                .contains("fetch  3/3 100%")
                .endsWith("org/tiny, commit 01234567: 2 files, 2.50 MB, in " + snapshot + "\n");
        assertThat(Files.size(snapshot.resolve("model.safetensors"))).isEqualTo(2_500_000);
        assertThat(fetch("org/tiny", "--revision", "v1", "--include", "*.gguf", "config*"))
                .endsWith("org/tiny@v1, commit 01234567: 2 files, 0.00 MB, in " + snapshot + "\n");
        assertThat(snapshot.resolve("model.gguf")).hasContent("x");
    }

    @Test
    void mistakesAreAnsweredInOneLine() {
        assertWrong("rlhf fetch: ", "See: rlhf fetch --help");
        assertWrong("rlhf fetch: a/b/c is not a model name; give ORG/NAME", "Qwen/Qwen2.5-0.5B", "a/b/c");
        assertWrong("rlhf fetch: both org/tiny@a and --revision", "give one", "org/tiny@a", "--revision", "b");
        hub.answerWith(404, "RepoNotFound");
        assertWrong("no org/tiny on " + hub.endpoint(), "ORG/NAME", "org/tiny");
    }

    private void assertWrong(String start, String end, String... words) {
        assertThatThrownBy(() -> fetch(words))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(start)
                .hasMessageEndingWith(end);
    }

    private String fetch(String... words) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of("HF_ENDPOINT", hub.endpoint(), "HF_HOME", home.toString());
        assertThat(FetchCommand.execute(List.of(words), environment, printed, printed))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
