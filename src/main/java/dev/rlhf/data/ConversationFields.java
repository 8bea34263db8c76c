package dev.rlhf.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a {@link JsonRow} that make up a conversation: its messages and the other variables of the chat
 * template.
 */
final class ConversationFields {
    private static final ObjectMapper MAPPER = Json.mapper();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};
    private static final String KWARGS = "chat_template_kwargs";

    private ConversationFields() {}

    /**
     * Reads {@code "prompt"}, a text (one user message) or a list of messages, or {@code "messages"}. A list must not
     * end with the assistant. A row has one of the two.
     */
    static List<Message> promptOrMessages(JsonRow row) {
        row.know("prompt", "messages");
        if (row.has("prompt") == row.has("messages")) {
            throw row.error("a row has either \"prompt\" or \"messages\"");
        }
        String field = row.has("prompt") ? "prompt" : "messages";
        if (field.equals("prompt") && !isList(row, field)) {
            return List.of(Message.user(row.string(field)));
        }
        List<Message> messages = messages(row, field);
        if (messages.getLast().byAssistant()) {
            throw row.error("%s ends with the assistant; it must end where the model is to speak"
                    .formatted(JsonRow.quoted(field)));
        }
        return messages;
    }

    /** Returns whether a field is a list, as in TRL's conversational formats. */
    static boolean isList(JsonRow row, String field) {
        JsonNode value = row.optionalJson(field);
        return value != null && value.isArray();
    }

    /** Reads a completion: a text, or a list of one assistant message, as in TRL's conversational formats. */
    static Message completion(JsonRow row, String field) {
        if (!isList(row, field)) {
            return Message.assistant(row.string(field));
        }
        List<Message> messages = messages(row, field);
        if (messages.size() != 1 || !messages.getFirst().byAssistant()) {
            throw row.error("%s must be a text or a list of one assistant message".formatted(JsonRow.quoted(field)));
        }
        return messages.getFirst();
    }

    /**
     * Reads a conversation: {@code [{"role": …, "content": …, …}, …]}, at least one message. Content is a string; or
     * null or absent, in a message with other fields; or a list of {@code {"type": "text", "text": …}}. Other fields
     * are passed to the template, except nulls, which are unused columns of a table.
     */
    static List<Message> messages(JsonRow row, String field) {
        JsonNode array = row.array(field, "a list of messages");
        if (array.isEmpty()) {
            throw row.error(JsonRow.quoted(field) + " is empty");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode element : array) {
            messages.add(message(row, "%s[%d]".formatted(JsonRow.quoted(field), messages.size()), element));
        }
        return messages;
    }

    private static Message message(JsonRow row, String where, JsonNode element) {
        if (!element.path("role").isTextual()) {
            throw row.error(where + " must be {\"role\": …, \"content\": …}, both strings");
        }
        String role = element.get("role").textValue();
        if (!Message.ROLES.contains(role)) {
            throw row.error("%s: role must be one of %s, not %s"
                    .formatted(where, String.join(", ", Message.ROLES), JsonRow.quoted(role)));
        }
        JsonNode content = element.path("content");
        boolean parts = content.isArray() && !content.isEmpty();
        for (JsonNode part : content) {
            parts &= part.path("type").asText("").equals("text")
                    && part.path("text").isTextual();
        }
        ObjectNode kept = JsonRow.withoutNulls(element, "content");
        boolean silent = (content.isMissingNode() || content.isNull()) && kept.size() > (content.isNull() ? 2 : 1);
        if (!content.isTextual() && !parts && !silent) {
            throw row.error(where + ": content must be a string, a list of {\"type\": \"text\", \"text\": …}, or null"
                    + " beside fields such as tool_calls");
        }
        if (parts) {
            ArrayNode texts = kept.putArray("content");
            content.forEach(part -> texts.add(JsonRow.withoutNulls(part, "")));
        }
        return new Message(MAPPER.convertValue(kept, OBJECT));
    }

    /**
     * Reads the row's fields for the chat template: {@code tools} (a list, or its JSON text, as written by TRL), {@code
     * documents} and {@code chat_template_kwargs}. Empty if there are none. {@link #templateVariables} turns them into
     * variables.
     */
    static Map<String, Object> templateFields(JsonRow row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name : List.of("tools", "documents", KWARGS)) {
            JsonNode value = templateField(row, name);
            if (value != null) {
                fields.put(name, MAPPER.convertValue(value, Object.class));
            }
        }
        return fields;
    }

    private static @Nullable JsonNode templateField(JsonRow row, String name) {
        JsonNode value = row.optionalJson(name);
        if (value != null && name.equals("tools") && value.isTextual()) {
            value = parsed(row, name, value.textValue());
        }
        if (value == null || value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (name.equals(KWARGS)) {
            if (!value.isObject()) {
                throw row.error(JsonRow.quoted(name) + " must be an object");
            }
            for (String reserved : List.of("messages", "add_generation_prompt")) {
                if (value.has(reserved)) {
                    throw row.error(JsonRow.quoted(name) + " must not have " + JsonRow.quoted(reserved));
                }
            }
            return value;
        }
        if (!value.isArray()) {
            throw row.error(JsonRow.quoted(name) + " must be a list of objects");
        }
        for (JsonNode element : value) {
            if (!element.isObject()) {
                throw row.error(JsonRow.quoted(name) + " must be a list of objects, not of " + element);
            }
        }
        return value;
    }

    private static JsonNode parsed(JsonRow row, String field, String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw row.error(JsonRow.quoted(field) + " is a text that is not JSON: " + Json.reason(e));
        }
    }

    /**
     * Returns the template's variables: the {@link #templateFields}, with the entries of {@code chat_template_kwargs}
     * instead of that field.
     */
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
}
