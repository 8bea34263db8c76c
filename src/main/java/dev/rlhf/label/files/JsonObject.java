package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed fields of a JSON object from untrusted input. A field of the wrong type is an
 * {@link IllegalArgumentException} whose message names the field. A null field counts as absent.
 */
public final class JsonObject {
    private final JsonNode node;
    private final String what;

    private JsonObject(JsonNode node, String what) {
        this.node = node;
        this.what = what;
    }

    /**
     * Returns the node as an object.
     *
     * @param what names the object in messages, such as {@code a completion}
     */
    public static JsonObject of(JsonNode node, String what) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(what + " is not a JSON object");
        }
        return new JsonObject(node, what);
    }

    /** Refuses every other key that has a value, so that a misspelt key is not silently ignored. */
    public void allow(String... keys) {
        for (String key : keys()) {
            if (has(key) && !Arrays.asList(keys).contains(key)) {
                throw new IllegalArgumentException(
                        what + " has an unknown key \"" + key + "\"; known are " + String.join(", ", keys));
            }
        }
    }

    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    public boolean isList(String key) {
        return has(key) && node.get(key).isArray();
    }

    public boolean isObject(String key) {
        return has(key) && node.get(key).isObject();
    }

    public boolean isNumber(String key) {
        return has(key) && node.get(key).isNumber();
    }

    /** Returns whether the field is present and the literal {@code true}. */
    public boolean isTrue(String key) {
        return has(key) && node.get(key).isBoolean() && node.get(key).booleanValue();
    }

    public String text(String key) {
        JsonNode value = required(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a string");
        }
        return value.textValue();
    }

    /** Returns an id: a string, or a number converted to text. */
    public String id(String key) {
        return isNumber(key) ? node.get(key).asText() : text(key);
    }

    public @Nullable String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    public @Nullable Double numberOrNull(String key) {
        if (!has(key)) {
            return null;
        }
        JsonNode value = node.get(key);
        if (!value.isNumber()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a number");
        }
        return value.doubleValue();
    }

    /** Returns a boolean; false if absent. */
    public boolean flag(String key) {
        if (!has(key)) {
            return false;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not true or false");
        }
        return value.booleanValue();
    }

    /** Returns a boolean; true if absent. */
    public boolean flagOrTrue(String key) {
        return !has(key) || flag(key);
    }

    public @Nullable Integer intOrNull(String key) {
        if (!has(key)) {
            return null;
        }
        JsonNode value = node.get(key);
        if (!value.isInt()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a whole number");
        }
        return value.intValue();
    }

    public long integer(String key) {
        JsonNode value = required(key);
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a whole number");
        }
        return value.longValue();
    }

    public JsonObject object(String key) {
        return of(required(key), "\"" + key + "\" of " + what);
    }

    public List<JsonNode> list(String key) {
        JsonNode value = required(key);
        if (!value.isArray()) {
            throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a list");
        }
        List<JsonNode> list = new ArrayList<>();
        value.forEach(list::add);
        return list;
    }

    public List<Integer> integers(String key) {
        return list(key).stream()
                .map(item -> {
                    if (!item.isInt()) {
                        throw new IllegalArgumentException(
                                "\"" + key + "\" of " + what + " is not a list of whole numbers");
                    }
                    return item.intValue();
                })
                .toList();
    }

    /** Returns a list of whole numbers and nulls; null if absent. */
    public @Nullable List<@Nullable Integer> integersOrNull(String key) {
        if (!has(key)) {
            return null;
        }
        List<@Nullable Integer> integers = new ArrayList<>();
        for (JsonNode item : list(key)) {
            if (!item.isInt() && !item.isNull()) {
                throw new IllegalArgumentException(
                        "\"" + key + "\" of " + what + " is not a list of whole numbers and nulls");
            }
            integers.add(item.isNull() ? null : item.intValue());
        }
        return integers;
    }

    /** Returns a list of strings. */
    public List<String> words(String key) {
        return words(list(key), key);
    }

    /** Returns a list of lists of strings; empty if absent. */
    public List<List<String>> wordLists(String key) {
        if (!has(key)) {
            return List.of();
        }
        List<List<String>> lists = new ArrayList<>();
        for (JsonNode item : list(key)) {
            if (!item.isArray()) {
                throw new IllegalArgumentException("\"" + key + "\" of " + what + " is not a list of lists of strings");
            }
            List<JsonNode> inner = new ArrayList<>();
            item.forEach(inner::add);
            lists.add(words(inner, key));
        }
        return lists;
    }

    /** Returns the value of any type but null. */
    public JsonNode any(String key) {
        return required(key);
    }

    private List<String> words(List<JsonNode> nodes, String key) {
        for (JsonNode node : nodes) {
            if (!node.isTextual()) {
                throw new IllegalArgumentException(
                        "\"" + key + "\" of " + what + " has something that is not a string");
            }
        }
        return nodes.stream().map(JsonNode::textValue).toList();
    }

    private JsonNode required(String key) {
        if (!has(key)) {
            throw new IllegalArgumentException(what + " has no \"" + key + "\"");
        }
        return node.get(key);
    }
}
