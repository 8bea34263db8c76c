package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of a {@link JsonLines} file. Its fields are read by name and type; {@code null} counts as absent. A field that
 * is missing or of another type causes an {@link InputException} with file and line, and so does a field that was never
 * read. {@link ConversationFields} reads the fields that make up a conversation.
 */
public final class JsonRow {
    private final Origin origin;
    private final ObjectNode node;
    private final Set<String> known = new LinkedHashSet<>();

    JsonRow(Origin origin, ObjectNode node) {
        this.origin = origin;
        this.node = node;
    }

    /** Returns an error about this row, to be thrown by the caller. */
    public InputException error(String what) {
        return origin.error(what);
    }

    /** Returns the file and line of the row, for later errors. */
    public Origin origin() {
        return origin;
    }

    /** Returns a field of any type unchanged; null if it is absent or null. */
    public @Nullable JsonNode optionalJson(String field) {
        known.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    /** Returns whether the field is present and not null. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** Returns a required string. */
    public String string(String field) {
        return required(field, optionalString(field), "a string");
    }

    /** Returns a string; null if it is absent. */
    public @Nullable String optionalString(String field) {
        JsonNode value = value(field, JsonNodeType.STRING, "a string");
        return value == null ? null : value.textValue();
    }

    /** Returns the optional {@code id}: a string, or a number as its text; null if it is absent. */
    public @Nullable String id() {
        JsonNode value = optionalJson("id");
        if (value != null && !value.isTextual() && !value.isNumber()) {
            throw error("\"id\" must be a string or a number, not " + kind(value));
        }
        return value == null ? null : value.asText();
    }

    /** Returns a number; null if it is absent. */
    public @Nullable Double optionalNumber(String field) {
        JsonNode value = value(field, JsonNodeType.NUMBER, "a number");
        return value == null ? null : value.doubleValue();
    }

    /** Returns a boolean, or {@code defaultValue} if it is absent. */
    public boolean optionalBoolean(String field, boolean defaultValue) {
        JsonNode value = value(field, JsonNodeType.BOOLEAN, "true or false");
        return value == null ? defaultValue : value.booleanValue();
    }

    /** Returns a required list of integers. */
    public int[] ints(String field) {
        JsonNode array = array(field, "a list of integers");
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

    /** Returns a required list of token ids: not empty, none negative. */
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

    /** Returns a required list of strings. */
    public List<String> strings(String field) {
        return required(field, optionalStrings(field), "a list of strings");
    }

    /** Returns a list of strings; null if it is absent. */
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

    /** Returns the optional {@code meta} object, strings by name: notes by people and other tools. Empty if absent. */
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

    /** Marks fields as known that are read in another way, or ignored. */
    void know(String... fields) {
        known.addAll(List.of(fields));
    }

    /**
     * Returns a required list.
     * @param description the type, for errors: "a list of integers"
     */
    JsonNode array(String field, String description) {
        return required(field, value(field, JsonNodeType.ARRAY, description), description);
    }

    /** Returns a copy of an object without fields that are null, except for {@code butFor}. */
    static ObjectNode withoutNulls(JsonNode object, String butFor) {
        ObjectNode kept = Json.mapper().createObjectNode();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull() || field.getKey().equals(butFor)) {
                kept.set(field.getKey(), field.getValue());
            }
        });
        return kept;
    }

    /** Refuses the first field that nothing has read: a misspelt field would otherwise be ignored silently. */
    void refuseOthers() {
        node.fieldNames().forEachRemaining(field -> {
            if (has(field) && !known.contains(field)) {
                throw error("unknown field %s; known here: %s".formatted(quoted(field), String.join(", ", known)));
            }
        });
    }

    private @Nullable JsonNode value(String field, JsonNodeType type, String name) {
        known.add(field);
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.getNodeType() != type) {
            throw error("%s must be %s, not %s".formatted(quoted(field), name, kind(value)));
        }
        return value;
    }

    private <T> T required(String field, @Nullable T value, String name) {
        if (value == null) {
            List<String> fields = new ArrayList<>();
            node.fieldNames().forEachRemaining(present -> fields.add(quoted(present)));
            throw error("%s is missing; it must be %s; the row has %s"
                    .formatted(quoted(field), name, fields.isEmpty() ? "no fields" : String.join(", ", fields)));
        }
        return value;
    }

    /**
     * Copies a map in the same order. The order of {@code Map.copyOf} varies from one run of the program to the next.
     */
    static <K, V> Map<K, V> copy(Map<K, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static String kind(JsonNode value) {
        String type = value.getNodeType().name().toLowerCase(Locale.ROOT);
        return (type.equals("array") || type.equals("object") ? "an " : "a ") + type;
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }
}
