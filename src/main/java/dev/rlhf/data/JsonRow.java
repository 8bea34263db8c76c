package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link JsonLines} file, asked for its fields by name and type. {@code null} is as good as absent. Every complaint
 * is an {@link InputException} with file and line.
 */
public final class JsonRow {
    private final Path path;
    private final long line;
    private final ObjectNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    JsonRow(Path path, long line, ObjectNode node) {
        this.path = path;
        this.line = line;
        this.node = node;
    }

    /** What to throw when a value is wrong in a way that only the caller knows. */
    public InputException error(String what) {
        return InputException.at(path, line, what);
    }

    /** Where the row stands, for complaints that come later. */
    public Origin origin() {
        return new Origin(path, line);
    }

    /** A field of any type, as it is; null if it is not there or null. */
    public @Nullable JsonNode optionalJson(String field) {
        asked.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    public String string(String field) {
        return required(field, optionalString(field), "a string");
    }

    public @Nullable String optionalString(String field) {
        JsonNode value = value(field, JsonNodeType.STRING, "a string");
        return value == null ? null : value.textValue();
    }

    public @Nullable Double optionalNumber(String field) {
        JsonNode value = value(field, JsonNodeType.NUMBER, "a number");
        return value == null ? null : value.doubleValue();
    }

    public int[] ints(String field) {
        JsonNode array = required(field, value(field, JsonNodeType.ARRAY, "a list of integers"), "a list of integers");
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            JsonNode element = array.get(i);
            if (!element.canConvertToInt() || !element.isIntegralNumber()) {
                throw error("%s[%d] must be an integer, not %s".formatted(quoted(field), i, element));
            }
            ints[i] = element.intValue();
        }
        return ints;
    }

    /** A list of token ids: not empty, none negative. */
    public int[] tokenIds(String field) {
        int[] ids = ints(field);
        if (ids.length == 0) {
            throw error(quoted(field) + " is empty");
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                throw error("%s[%d] is negative".formatted(quoted(field), i));
            }
        }
        return ids;
    }

    public List<String> strings(String field) {
        return required(field, optionalStrings(field), "a list of strings");
    }

    public @Nullable List<String> optionalStrings(String field) {
        JsonNode array = value(field, JsonNodeType.ARRAY, "a list of strings");
        if (array == null) {
            return null;
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                throw error("%s[%d] must be a string, not %s".formatted(quoted(field), strings.size(), element));
            }
            strings.add(element.textValue());
        }
        return strings;
    }

    /** The optional {@code meta} object: what people and other tools noted about a row, strings by name. */
    public Map<String, String> meta() {
        JsonNode object = value("meta", JsonNodeType.OBJECT, "an object of strings");
        Map<String, String> meta = new LinkedHashMap<>();
        if (object != null) {
            object.properties().forEach(entry -> {
                if (!entry.getValue().isTextual()) {
                    throw error("\"meta\": %s must be a string, not %s"
                            .formatted(quoted(entry.getKey()), entry.getValue()));
                }
                meta.put(entry.getKey(), entry.getValue().textValue());
            });
        }
        return meta;
    }

    /** A conversation: {@code [{"role": …, "content": …}, …]}, at least one message. */
    public List<Message> messages(String field) {
        JsonNode array = required(field, value(field, JsonNodeType.ARRAY, "a list of messages"), "a list of messages");
        if (array.isEmpty()) {
            throw error(quoted(field) + " is empty");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode element : array) {
            String where = "%s[%d]".formatted(quoted(field), messages.size());
            if (!element.path("role").isTextual() || !element.path("content").isTextual() || element.size() != 2) {
                throw error(where + " must be {\"role\": …, \"content\": …}, both strings, and nothing else");
            }
            String role = element.get("role").textValue();
            if (!Message.ROLES.contains(role)) {
                throw error("%s: role must be system, user or assistant, not %s".formatted(where, quoted(role)));
            }
            messages.add(new Message(role, element.get("content").textValue()));
        }
        return messages;
    }

    /** {@code "prompt"} as one user message, or {@code "messages"} up to where the assistant speaks; one of the two. */
    public List<Message> promptOrMessages() {
        asked.add("prompt");
        asked.add("messages");
        if (has("prompt") == has("messages")) {
            throw error("a row has either \"prompt\" or \"messages\"");
        }
        if (has("prompt")) {
            return List.of(Message.user(string("prompt")));
        }
        List<Message> messages = messages("messages");
        if (messages.getLast().byAssistant()) {
            throw error("\"messages\" ends with the assistant; it must end where the model is to speak");
        }
        return messages;
    }

    /** Complains of the first field that nothing asked for: a misspelt one would be ignored for ever. */
    void refuseOthers() {
        node.fieldNames().forEachRemaining(field -> {
            if (!asked.contains(field)) {
                throw error("unknown field %s; known here: %s".formatted(quoted(field), String.join(", ", asked)));
            }
        });
    }

    private @Nullable JsonNode value(String field, JsonNodeType type, String name) {
        asked.add(field);
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.getNodeType() != type) {
            throw error("%s must be %s, not a %s"
                    .formatted(quoted(field), name, value.getNodeType().name().toLowerCase(Locale.ROOT)));
        }
        return value;
    }

    private <T> T required(String field, @Nullable T value, String name) {
        if (value == null) {
            throw error("%s is missing; it must be %s".formatted(quoted(field), name));
        }
        return value;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
