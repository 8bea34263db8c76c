package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Typed reads of an HF config.json; what is missing or not supported is named, never ignored. */
final class ConfigReader {
    private final ObjectNode json;
    private final String where;

    ConfigReader(ObjectNode json, String where) {
        this.json = json;
        this.where = where;
    }

    ObjectNode json() {
        return json;
    }

    JsonNode node(String key) {
        return json.path(key);
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    int integer(String key) {
        if (!json.path(key).canConvertToInt()) {
            throw error(key + " is missing or not an integer");
        }
        return json.path(key).asInt();
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    double number(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!json.path(key).isNumber()) {
            throw error(key + " is not a number");
        }
        return json.path(key).asDouble();
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? json.path(key).asBoolean() : otherwise;
    }

    String text(String key, String otherwise) {
        return has(key) ? json.path(key).asText() : otherwise;
    }

    /** One id or a list of ids; empty if absent. */
    List<Integer> ids(String key) {
        List<Integer> ids = new ArrayList<>();
        if (json.path(key).isArray()) {
            json.path(key).forEach(id -> ids.add(id.asInt()));
        } else if (has(key)) {
            ids.add(integer(key));
        }
        return ids;
    }

    /** Refuses a switch that changes the maths and is not built. */
    void require(String key, Object wanted) {
        if (has(key) && !json.path(key).asText().equals(String.valueOf(wanted))) {
            throw error(key + ": " + json.path(key) + " is not supported (only " + wanted + ")");
        }
    }

    String oneOf(String key, String otherwise, Set<String> supported) {
        String value = text(key, otherwise);
        if (!supported.contains(value)) {
            throw error(key + ": " + value + " is not supported (only " + String.join(", ", supported) + ")");
        }
        return value;
    }

    InputException error(String what) {
        return new InputException(where + ": " + what);
    }
}
