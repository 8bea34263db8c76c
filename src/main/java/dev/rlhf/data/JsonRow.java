package dev.rlhf.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.text.Message;
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
    private static final ObjectMapper MAPPER = Json.mapper();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final Origin origin;
    private final ObjectNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    JsonRow(Origin origin, ObjectNode node) {
        this.origin = origin;
        this.node = node;
    }

    /** What to throw when a value is wrong in a way that only the caller knows. */
    public InputException error(String what) {
        return origin.error(what);
    }

    /** Where the row stands, for complaints that come later. */
    public Origin origin() {
        return origin;
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

    /** The optional {@code id}: a string, or a number taken as its text; null if it is not there or null. */
    public @Nullable String id() {
        JsonNode value = optionalJson("id");
        if (value != null && !value.isTextual() && !value.isNumber()) {
            throw error("\"id\" must be a string or a number, not a "
                    + value.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        return value == null ? null : value.asText();
    }

    public @Nullable Double optionalNumber(String field) {
        JsonNode value = value(field, JsonNodeType.NUMBER, "a number");
        return value == null ? null : value.doubleValue();
    }

    public boolean optionalBoolean(String field, boolean absent) {
        JsonNode value = value(field, JsonNodeType.BOOLEAN, "true or false");
        return value == null ? absent : value.booleanValue();
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
            withoutNulls(object, "").properties().forEach(entry -> {
                if (!entry.getValue().isTextual()) {
                    throw error("\"meta\": %s must be a string, not %s"
                            .formatted(quoted(entry.getKey()), entry.getValue()));
                }
                meta.put(entry.getKey(), entry.getValue().textValue());
            });
        }
        return meta;
    }

    /**
     * A conversation: {@code [{"role": …, "content": …, …}, …]}, at least one message. Content is a string; or null, or not there, in a
     * message that has something else to say; or a list of {@code {"type": "text", "text": …}}. Other fields are the template's; those
     * that are null are left out, as columns of a table that this message does not use.
     */
    public List<Message> messages(String field) {
        JsonNode array = required(field, value(field, JsonNodeType.ARRAY, "a list of messages"), "a list of messages");
        if (array.isEmpty()) {
            throw error(quoted(field) + " is empty");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode element : array) {
            messages.add(message("%s[%d]".formatted(quoted(field), messages.size()), element));
        }
        return messages;
    }

    private Message message(String where, JsonNode element) {
        if (!element.path("role").isTextual()) {
            throw error(where + " must be {\"role\": …, \"content\": …}, both strings");
        }
        String role = element.get("role").textValue();
        if (!Message.ROLES.contains(role)) {
            throw error("%s: role must be one of %s, not %s"
                    .formatted(where, String.join(", ", Message.ROLES), quoted(role)));
        }
        JsonNode content = element.path("content");
        boolean parts = content.isArray() && !content.isEmpty();
        for (JsonNode part : content) {
            parts &= part.path("type").asText("").equals("text")
                    && part.path("text").isTextual();
        }
        ObjectNode kept = withoutNulls(element, "content");
        boolean silent = (content.isMissingNode() || content.isNull()) && kept.size() > (content.isNull() ? 2 : 1);
        if (!content.isTextual() && !parts && !silent) {
            throw error(
                    where
                            + ": content must be a string, a list of {\"type\": \"text\", \"text\": …}, or null beside fields such as tool_calls");
        }
        if (parts) {
            ArrayNode texts = kept.putArray("content");
            content.forEach(part -> texts.add(withoutNulls(part, "")));
        }
        return new Message(MAPPER.convertValue(kept, OBJECT));
    }

    /**
     * What the row has for the chat template besides the conversation, as it has it: {@code tools} (a list, or the text of one as TRL
     * writes it), {@code documents}, {@code chat_template_kwargs}; empty if none. See {@link #templateVariables}.
     */
    public Map<String, Object> templateFields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name : List.of("tools", "documents", "chat_template_kwargs")) {
            asked.add(name);
            JsonNode value = node.path(name);
            if (name.equals("tools") && value.isTextual()) {
                value = parsed(name, value.textValue());
            }
            boolean kwargs = name.equals("chat_template_kwargs");
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            if (kwargs ? !value.isObject() : !value.isArray()) {
                throw error(quoted(name) + (kwargs ? " must be an object" : " must be a list of objects"));
            }
            for (String reserved : List.of("messages", "add_generation_prompt")) {
                if (kwargs && value.has(reserved)) {
                    throw error(quoted(name) + " must not have " + quoted(reserved));
                }
            }
            for (JsonNode element : kwargs ? List.<JsonNode>of() : value) {
                if (!element.isObject()) {
                    throw error(quoted(name) + " must be a list of objects, not of " + element);
                }
            }
            fields.put(name, MAPPER.convertValue(value, Object.class));
        }
        return fields;
    }

    /** The variables that {@link #templateFields} are for a template: {@code chat_template_kwargs} are variables of their own. */
    static Map<String, Object> templateVariables(Map<String, Object> fields) {
        Map<String, Object> variables = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> kwargs) {
                kwargs.forEach((key, inner) -> variables.put(String.valueOf(key), inner));
            } else {
                variables.put(name, value);
            }
        });
        return variables;
    }

    private JsonNode parsed(String field, String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw error(quoted(field) + " is a text that is not JSON: " + Json.reason(e));
        }
    }

    private static ObjectNode withoutNulls(JsonNode object, String butFor) {
        ObjectNode kept = MAPPER.createObjectNode();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull() || field.getKey().equals(butFor)) {
                kept.set(field.getKey(), field.getValue());
            }
        });
        return kept;
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
            if (has(field) && !asked.contains(field)) {
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
