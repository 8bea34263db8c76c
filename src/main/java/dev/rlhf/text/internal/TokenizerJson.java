package dev.rlhf.text.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A parsed {@code tokenizer.json}: what the library does not tell through JNI (which tokens there are, which are special).
 *
 * @param ids every token and its id, added ones included
 * @param special those marked special, and their ids
 */
public record TokenizerJson(ObjectNode root, Map<String, Integer> ids, Map<String, Integer> special) {

    /** @throws InputException if the file is not a tokenizer whose model has a vocabulary of token to id */
    public static TokenizerJson read(Path file) {
        try {
            JsonNode tree = Json.mapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!(tree instanceof ObjectNode root) || !(tree.path("model").path("vocab") instanceof ObjectNode vocab)) {
                throw InputException.at(
                        file, "unsupported tokenizer: model.vocab must map tokens to ids (BPE, WordLevel, WordPiece)");
            }
            Map<String, Integer> ids = new LinkedHashMap<>();
            vocab.properties()
                    .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
            Map<String, Integer> special = new LinkedHashMap<>();
            for (JsonNode token : root.path("added_tokens")) {
                String content = token.path("content").asText();
                ids.put(content, token.path("id").asInt());
                if (token.path("special").asBoolean()) {
                    special.put(content, token.path("id").asInt());
                }
            }
            return new TokenizerJson(root, ids, special);
        } catch (JsonProcessingException e) {
            throw InputException.at(file, e.getLocation().getLineNr(), "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same tokenizer without its special tokens: their strings are ordinary text. (The library can do so itself,
     * {@code encode_special_tokens}, but JNI does not reach it.) Added tokens move into the model's vocabulary, where no
     * merge leads to them, because the library numbers the remaining added tokens from the size of that vocabulary.
     */
    public String withoutSpecials() {
        ObjectNode copy = root.deepCopy();
        ObjectNode vocab = (ObjectNode) copy.get("model").get("vocab");
        ids.forEach((token, id) -> {
            if (!vocab.has(token)) {
                vocab.put(token, id);
            }
        });
        ArrayNode kept = Json.mapper().createArrayNode();
        for (JsonNode token : copy.path("added_tokens")) {
            if (!token.path("special").asBoolean()) {
                kept.add(token);
            }
        }
        copy.set("added_tokens", kept);
        return copy.toString();
    }
}
