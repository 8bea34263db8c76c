package dev.rlhf.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds the chat templates in a checkpoint folder, in the order of transformers 4.57: chat_template.jinja and the files
 * in additional_chat_templates/; otherwise {@code chat_template} in tokenizer_config.json, a string or a list of
 * {@code {name, template}}; otherwise chat_template.json, which transformers reads for processors only.
 */
final class ChatTemplateFiles {
    static final String JINJA = "chat_template.jinja";
    static final String JSON = "chat_template.json";
    private static final String ADDITIONAL = "additional_chat_templates";
    private static final String SUFFIX = ".jinja";

    /**
     * A template.
     *
     * @param name the file it comes from, for messages
     */
    record Source(String name, String text) {}

    private ChatTemplateFiles() {}

    /**
     * Returns the template that transformers picks: {@code tool_use} if there are tools and such a template, otherwise
     * {@code default}; empty if the folder has no template.
     *
     * @throws InputException if there are templates but neither of these
     */
    static Optional<Source> find(Path folder, TokenizerConfig config, boolean tools) {
        Map<String, Source> templates = all(folder, config);
        if (templates.isEmpty()) {
            return Optional.empty();
        }
        Source chosen =
                tools && templates.containsKey("tool_use") ? templates.get("tool_use") : templates.get("default");
        if (chosen == null) {
            throw InputException.at(
                    folder,
                    "has chat templates (%s) but none named default; save one as %s"
                            .formatted(String.join(", ", templates.keySet()), JINJA));
        }
        return Optional.of(chosen);
    }

    private static Map<String, Source> all(Path folder, TokenizerConfig config) {
        Map<String, Source> templates = new TreeMap<>();
        try {
            for (Path file : additional(folder)) {
                String name = file.getFileName().toString();
                templates.put(name.substring(0, name.length() - SUFFIX.length()), source(file));
            }
            Path jinja = folder.resolve(JINJA);
            if (Files.isRegularFile(jinja)) {
                templates.put("default", source(jinja));
            }
            if (templates.isEmpty()) {
                collect(
                        templates,
                        folder.resolve("tokenizer_config.json"),
                        config.config().path("chat_template"));
            }
            Path json = folder.resolve(JSON);
            if (templates.isEmpty() && Files.isRegularFile(json)) {
                collect(templates, json, Json.mapper().readTree(json.toFile()).path("chat_template"));
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(folder.resolve(JSON), Json.line(e), "not JSON: " + Json.reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return templates;
    }

    private static void collect(Map<String, Source> templates, Path file, JsonNode value) {
        if (value.isTextual()) {
            templates.put("default", new Source(file + " chat_template", value.textValue()));
        }
        for (JsonNode one : value.isArray() ? value : List.<JsonNode>of()) {
            if (!one.path("name").isTextual() || !one.path("template").isTextual()) {
                throw InputException.at(file, "chat_template must be a text or a list of {\"name\", \"template\"}");
            }
            String name = one.get("name").textValue();
            templates.put(
                    name,
                    new Source(
                            file + " chat_template \"" + name + "\"",
                            one.get("template").textValue()));
        }
    }

    private static Source source(Path file) throws IOException {
        return new Source(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    }

    private static List<Path> additional(Path folder) throws IOException {
        Path templates = folder.resolve(ADDITIONAL);
        if (!Files.isDirectory(templates)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(templates)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }
}
