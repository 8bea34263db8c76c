package dev.rlhf.label.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The files of {@code labeling-ui/}, read from the jar once. No other files are served. */
final class Assets {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> FILES = List.of(
            "index.html",
            "app.css",
            "icon.svg",
            "answer.js",
            "api.js",
            "app.js",
            "board.js",
            "card.js",
            "clock.js",
            "conflict.js",
            "controls.js",
            "conversation.js",
            "diff.js",
            "dom.js",
            "draft.js",
            "drag.js",
            "guidelines.js",
            "history.js",
            "i18n.js",
            "keyboard.js",
            "keys.js",
            "markdown.js",
            "math.js",
            "messages.js",
            "places.js",
            "retry.js",
            "roving.js",
            "scale.js",
            "session.js",
            "spoken.js",
            "strip.js",
            "submission.js",
            "task-keys.js",
            "task.js",
            "trail.js",
            "verdicts.js",
            "why.js",
            "work.js",
            "strings/ar.js",
            "strings/de.js",
            "strings/en.js",
            "strings/words.js",
            "vendor/temml.mjs",
            "admin/admin.css",
            "admin/admin.js",
            "admin/api.js",
            "admin/assignment.js",
            "admin/audit.js",
            "admin/charts.js",
            "admin/correct-all.js",
            "admin/dom.js",
            "admin/files.js",
            "admin/guidelines.js",
            "admin/i18n.js",
            "admin/index.html",
            "admin/labelers.js",
            "admin/labels.js",
            "admin/overview.js",
            "admin/people.js",
            "admin/quality.js",
            "admin/strings/ar.js",
            "admin/strings/de.js",
            "admin/strings/en.js",
            "admin/tasks.js",
            "admin/time.js",
            "admin/tokens.js");

    private Assets() {}

    /** A text file and its content type. */
    record Asset(String type, String content) {}

    /** Returns all files by URL path; the pages are {@code /} and {@code /admin/}. */
    static Map<String, Asset> load() {
        Map<String, Asset> assets = new LinkedHashMap<>();
        for (String name : FILES) {
            String type = Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
            String path = name.endsWith("index.html") ? name.substring(0, name.length() - "index.html".length()) : name;
            assets.put("/" + path, new Asset(type, resource("/labeling-ui/" + name)));
        }
        return assets;
    }

    /** Returns the guidelines that are shown until an admin publishes others. */
    static String defaultGuidelines() {
        return resource("/dev/rlhf/label/server/guidelines.md");
    }

    private static String resource(String path) {
        try (InputStream stream = Assets.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException(path + " is missing from the jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
