package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Ids of others, which may be texts or numbers. */
final class Scalars {
    private Scalars() {}

    static List<String> texts(JsonObject object, String key) {
        return object.list(key).stream().map(JsonNode::asText).toList();
    }
}
