package dev.rlhf.checkpoint.hub;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model's name on the hub: {@code org/name} or {@code name}, either with {@code @revision} (a branch, a tag, a
 * commit). {@link #resolve} finds the folder of what a user gives as a model.
 *
 * @param revision null: main
 */
public record ModelReference(String id, @Nullable String revision) {
    private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9_]|[-.](?![-.])){0,95}";
    private static final Pattern NAME = Pattern.compile("(" + WORD + "(?:/" + WORD + ")?)(?:@([^\\s/]\\S*))?");

    /** Parses a name; empty if the text is not one. */
    public static Optional<ModelReference> parse(String text) {
        Matcher matcher = NAME.matcher(text);
        return matcher.matches() && !(matcher.group(2) + "/").contains("../")
                ? Optional.of(new ModelReference(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** Returns the name as written. */
    public String text() {
        return revision == null ? id : id + "@" + revision;
    }

    String revisionOrMain() {
        return revision == null ? "main" : revision;
    }

    /**
     * Returns the checkpoint folder of {@code given}: a folder, a model's folder in a cache ({@code
     * models--org--name}), or the name of a fetched model. Anything else is returned unchanged, to be reported with
     * {@link #missing}. Does not use the network.
     */
    public static Path resolve(Path given) {
        return resolve(given, HubCache.ofThisUser());
    }

    static Path resolve(Path given, HubCache cache) {
        if (Files.exists(given)) {
            boolean inLayout =
                    Files.isDirectory(given.resolve("snapshots")) && !Files.exists(given.resolve("config.json"));
            return inLayout ? HubCache.mainSnapshot(given).orElse(given) : given;
        }
        return named(given).flatMap(cache::snapshot).orElse(given);
    }

    /**
     * Returns why {@code given} is not a model and what to do about it, as the rest of a sentence that begins with the
     * path.
     */
    public static String missing(Path given) {
        if (Files.exists(given)) {
            return "is a file; it must be a checkpoint folder";
        }
        String start = given.isAbsolute()
                ? ""
                : "; relative paths start from " + Path.of("").toAbsolutePath();
        String fetch = named(given)
                .map(model -> "; if it is a model of the hub: rlhf fetch " + model.text())
                .orElse("");
        return "does not exist" + start + fetch;
    }

    private static Optional<ModelReference> named(Path given) {
        return given.isAbsolute() ? Optional.empty() : parse(given.toString().replace('\\', '/'));
    }
}
