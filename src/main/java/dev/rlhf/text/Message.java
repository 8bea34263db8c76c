package dev.rlhf.text;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A message with all its fields: {@code role}, {@code content}, and others that templates use, such as
 * {@code tool_calls}, {@code tool_call_id}, {@code name} and {@code reasoning_content}.
 *
 * @param fields as parsed from JSON, in the order of the file: strings, numbers, booleans, null, lists and maps.
 *     {@code role} is one of {@link #ROLES}; {@code content} is a string, null, a list of
 *     {@code {"type": "text", "text": …}}, or absent
 */
public record Message(@JsonValue Map<String, Object> fields) {
    /** All roles. A template may support fewer and then rejects the others. */
    public static final Set<String> ROLES = Collections.unmodifiableSet(
            new LinkedHashSet<>(List.of("system", "user", "assistant", "tool", "developer", "function", "ipython")));

    public Message {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        if (!(fields.get("role") instanceof String role) || !ROLES.contains(role)) {
            throw new IllegalArgumentException(
                    "role must be one of " + String.join(", ", ROLES) + ", not " + fields.get("role"));
        }
    }

    public Message(String role, String content) {
        this(plain(role, content));
    }

    public static Message system(String content) {
        return new Message("system", content);
    }

    public static Message user(String content) {
        return new Message("user", content);
    }

    public static Message assistant(String content) {
        return new Message("assistant", content);
    }

    public String role() {
        return String.valueOf(fields.get("role"));
    }

    /** Returns the content as plain text: a list's parts concatenated; empty if there is no content. */
    public String content() {
        return switch (fields.get("content")) {
            case String text -> text;
            case List<?> parts ->
                parts.stream()
                        .map(part ->
                                part instanceof Map<?, ?> map && map.get("text") instanceof String text ? text : "")
                        .collect(Collectors.joining());
            case null, default -> "";
        };
    }

    /** Returns whether this is a message of the assistant. */
    public boolean byAssistant() {
        return role().equals("assistant");
    }

    /** Returns whether it has only a role and a text, so that it needs no template. */
    public boolean isPlain() {
        return fields.size() == 2 && fields.get("content") instanceof String;
    }

    private static Map<String, Object> plain(String role, String content) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        fields.put("content", content);
        return fields;
    }
}
