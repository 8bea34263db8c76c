package dev.rlhf.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads token ids of config.json and generation_config.json. Pure functions. */
public final class TokenIds {
    private TokenIds() {}

    /**
     * Returns the ids of a key such as {@code eos_token_id}: a number, a list, or none. A negative id counts as none,
     * except among those that end a text.
     *
     * @param file for messages
     * @throws InputException if a value is not an id
     */
    public static List<Integer> of(Path file, JsonNode json, String key) {
        JsonNode value = json.path(key);
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (id.isMissingNode() || id.isNull()) {
                continue;
            }
            boolean whole = id.isIntegralNumber() && id.canConvertToInt();
            if (!whole || (id.intValue() < 0 && key.equals("eos_token_id"))) {
                throw InputException.at(file, key + ": " + id + " is not a token's id, which is a number from 0");
            }
            if (id.intValue() >= 0) {
                ids.add(id.intValue());
            }
        }
        return ids;
    }

    /**
     * Refuses an id that is not below the number of the model's tokens.
     *
     * @param where the file or folder to correct, for the message
     * @throws InputException naming the id
     */
    public static void requireBelow(int tokens, Iterable<Integer> ids, Path where, String key) {
        for (int id : ids) {
            if (id >= tokens) {
                throw InputException.at(
                        where, "%s: %d is outside the model's vocabulary of %d tokens".formatted(key, id, tokens));
            }
        }
    }
}
