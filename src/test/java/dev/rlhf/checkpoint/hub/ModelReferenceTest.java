package dev.rlhf.checkpoint.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReferenceTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String OTHER = "fedcba9876543210fedcba9876543210fedcba98";

    @TempDir
    Path folder;

    private HubCache cache;

    @BeforeEach
    void makeCache() throws IOException {
        cache = new HubCache(folder.resolve("hub"));
        Path repository = cache.folder("org/tiny");
        Files.createDirectories(repository.resolve("refs/refs/pr"));
        Files.writeString(repository.resolve("refs/main"), COMMIT);
        Files.writeString(repository.resolve("refs/refs/pr/1"), OTHER + "\n");
        for (String commit : new String[] {COMMIT, OTHER}) {
            Files.createDirectories(repository.resolve("snapshots").resolve(commit));
            Files.writeString(snapshot(commit).resolve("config.json"), "{}");
        }
    }

    @Test
    void findsAFetchedModelByNameAndRevision() {
        assertThat(resolve("org/tiny")).isEqualTo(snapshot(COMMIT));
        assertThat(resolve("org/tiny@main")).isEqualTo(snapshot(COMMIT));
        assertThat(resolve("org/tiny@refs/pr/1")).isEqualTo(snapshot(OTHER));
        assertThat(resolve("org/tiny@" + OTHER)).isEqualTo(snapshot(OTHER));
    }

    @Test
    void findsTheMainSnapshotOfACacheFolderAndUsesOtherFoldersUnchanged() {
        assertThat(ModelReference.resolve(cache.folder("org/tiny"), cache)).isEqualTo(snapshot(COMMIT));
        assertThat(ModelReference.resolve(snapshot(OTHER), cache)).isEqualTo(snapshot(OTHER));
        assertThat(ModelReference.resolve(folder, cache)).isEqualTo(folder);
    }

    @Test
    void anIncompleteFetchIsNotFound() throws IOException {
        Files.delete(snapshot(COMMIT).resolve("config.json"));
        assertThat(resolve("org/tiny")).isEqualTo(Path.of("org/tiny"));
        assertThat(resolve("org/other")).isEqualTo(Path.of("org/other"));
        assertThat(resolve("org/tiny@v2")).isEqualTo(Path.of("org/tiny@v2"));
    }

    @Test
    void saysHowToFetchWhatIsMissing() {
        assertThat(ModelReference.missing(Path.of("no-such-org/tiny@v2")))
                .startsWith("does not exist; relative paths start from ")
                .endsWith("; if it is a model of the hub: rlhf fetch no-such-org/tiny@v2");
        assertThat(ModelReference.missing(Path.of("/none/x"))).isEqualTo("does not exist");
        assertThat(ModelReference.missing(Path.of("runs/a/model"))).doesNotContain("rlhf fetch");
    }

    @Test
    void tellsNamesFromPaths() {
        for (String name : new String[] {"gpt2", "org/name", "Qwen/Qwen2.5-0.5B", "a_b/c.d-e", "org/name@v1.0"}) {
            assertThat(ModelReference.parse(name).map(ModelReference::text)).contains(name);
        }
        for (String other : new String[] {
            "",
            "/org/name",
            "./name",
            "../x",
            "a/b/c",
            "org/",
            "org/na me",
            "org/name@",
            "a--b/c",
            "org/name@../../x",
            "org/name@/etc/x"
        }) {
            assertThat(ModelReference.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void theCacheIsWhereHuggingfaceHubPutsIt() {
        String home = System.getProperty("user.home");
        assertThat(root(Map.of())).isEqualTo(Path.of(home, ".cache/huggingface/hub"));
        assertThat(root(Map.of("XDG_CACHE_HOME", "/c"))).isEqualTo(Path.of("/c/huggingface/hub"));
        assertThat(root(Map.of("HF_HOME", "~/hf", "XDG_CACHE_HOME", "/c"))).isEqualTo(Path.of(home, "hf/hub"));
        assertThat(root(Map.of("HUGGINGFACE_HUB_CACHE", "/b", "HF_HOME", "/h"))).isEqualTo(Path.of("/b"));
        assertThat(root(Map.of("HF_HUB_CACHE", "/a", "HUGGINGFACE_HUB_CACHE", "/b")))
                .isEqualTo(Path.of("/a"));
    }

    private static Path root(Map<String, String> environment) {
        return HubCache.of(environment).root();
    }

    private Path resolve(String name) {
        return ModelReference.resolve(Path.of(name), cache);
    }

    private Path snapshot(String commit) {
        return cache.folder("org/tiny").resolve("snapshots").resolve(commit);
    }
}
