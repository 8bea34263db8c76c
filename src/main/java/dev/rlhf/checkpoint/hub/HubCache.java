package dev.rlhf.checkpoint.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The cache folder of {@code huggingface_hub}, in its layout, so that it and this program find each other's files:
 *
 * <pre>{@code
 * models--ORG--NAME/refs/main                        the commit of main
 *                  /snapshots/COMMIT/config.json     a relative link to …
 *                  /blobs/SHA                        … the file, named by its hash
 * }</pre>
 *
 * @param root usually {@code ~/.cache/huggingface/hub}
 */
public record HubCache(Path root) {
    private static final String MAIN = "main";

    /** Returns the cache of this user, as set by the environment. */
    public static HubCache ofThisUser() {
        return of(System.getenv());
    }

    /**
     * Returns {@code HF_HUB_CACHE}, {@code HUGGINGFACE_HUB_CACHE}, {@code HF_HOME/hub} or {@code
     * XDG_CACHE_HOME/huggingface/hub}, in this order.
     */
    static HubCache of(Map<String, String> environment) {
        return new HubCache(folder(environment, "HF_HUB_CACHE")
                .or(() -> folder(environment, "HUGGINGFACE_HUB_CACHE"))
                .orElseGet(() -> home(environment).resolve("hub")));
    }

    /** Returns {@code HF_HOME}, which also holds the token file. */
    static Path home(Map<String, String> environment) {
        return folder(environment, "HF_HOME")
                .orElseGet(() -> folder(environment, "XDG_CACHE_HOME")
                        .orElseGet(() -> expand("~/.cache"))
                        .resolve("huggingface"));
    }

    /** Returns the folder of one model. */
    Path folder(String id) {
        return root.resolve("models--" + id.replace("/", "--"));
    }

    /** Returns the files of a completely fetched model: a snapshot without {@code config.json} is incomplete. */
    Optional<Path> snapshot(ModelReference model) {
        return snapshot(folder(model.id()), model.revisionOrMain());
    }

    /** Returns the files of {@code main} in a folder {@code models--ORG--NAME}, wherever that is. */
    static Optional<Path> mainSnapshot(Path repository) {
        return snapshot(repository, MAIN);
    }

    private static Optional<Path> snapshot(Path repository, String revision) {
        Path ref = repository.resolve("refs").resolve(revision);
        try {
            String commit = Files.isRegularFile(ref) ? Files.readString(ref).strip() : revision;
            Path snapshot = repository.resolve("snapshots").resolve(commit);
            boolean whole = Files.isRegularFile(snapshot.resolve("config.json"))
                    || Files.isRegularFile(snapshot.resolve("adapter_config.json"));
            return whole ? Optional.of(snapshot) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(ref + ": cannot be read", e);
        }
    }

    private static Optional<Path> folder(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isBlank())
                .map(HubCache::expand);
    }

    private static Path expand(String folder) {
        String home = System.getProperty("user.home");
        return Path.of(folder.equals("~") || folder.startsWith("~/") ? home + folder.substring(1) : folder);
    }
}
