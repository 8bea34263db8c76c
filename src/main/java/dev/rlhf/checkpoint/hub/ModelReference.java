package dev.rlhf.checkpoint.hub;

import dev.rlhf.base.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model by its name on the hub: {@code org/name}, {@code name}, either with {@code @revision} (a branch, a tag, a commit).
 * Also the one place that says what folder a user means who names a model, see {@link #resolve}.
 *
 * @param revision null: main
 */
public record ModelReference(String id, @Nullable String revision) {
    private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9_]|[-.](?![-.])){0,95}";
    private static final Pattern NAME = Pattern.compile("(" + WORD + "(?:/" + WORD + ")?)(?:@([^\\s/]\\S*))?");

    /** Reads a name; empty if it cannot be one. */
    public static Optional<ModelReference> parse(String text) {
        Matcher matcher = NAME.matcher(text);
        return matcher.matches() && !(matcher.group(2) + "/").contains("../")
                ? Optional.of(new ModelReference(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** The name again. */
    public String text() {
        return revision == null ? id : id + "@" + revision;
    }

    String revisionOrMain() {
        return revision == null ? "main" : revision;
    }

    /**
     * The checkpoint folder meant by {@code given}: a folder, one of a cache ({@code models--org--name}), or the name of a model
     * that was fetched. What is none of these comes back as it is, for the caller to say so with {@link #missing}. Uses no network.
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
     * {@link #resolve} for those who need it to be there.
     *
     * @throws InputException if it is not
     */
    public static Path folder(Path given) {
        Path folder = resolve(given);
        if (!Files.isDirectory(folder)) {
            throw new InputException(folder + " " + missing(folder));
        }
        return folder;
    }

    /** Goes on from "PATH ": why that is no model, and what to do about it. */
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
