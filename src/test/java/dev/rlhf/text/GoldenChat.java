package dev.rlhf.text;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Golden cases of tools/chat/golden.py: tokenizers with chat templates, and the ids and texts of transformers. */
final class GoldenChat {
    static final Path FOLDER = Path.of("src/test/resources/golden/chat");
    static final List<String> NAMES = List.of("llama2", "metaspace", "headers", "thinking", "generation");

    private GoldenChat() {}

    static List<JsonNode> list(String name, String field) {
        try {
            JsonNode all = Json.mapper()
                    .readTree(FOLDER.resolve(name).resolve("cases.json").toFile());
            return StreamSupport.stream(all.get(field).spliterator(), false).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Chat chat(JsonNode golden) {
        List<Message> messages = new ArrayList<>();
        golden.get("messages").forEach(message -> messages.add(new Message(map(message))));
        return new Chat(messages, golden.has("variables") ? map(golden.get("variables")) : Map.of());
    }

    private static Map<String, Object> map(JsonNode object) {
        return Json.mapper().convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {});
    }
}
