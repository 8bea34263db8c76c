package dev.rlhf.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** The golden case {@code tokenizer}: results of Hugging Face's tokenizers and transformers for the same texts. */
final class GoldenTokenizer {
    static final Path FOLDER = Path.of("src/test/resources/golden/tokenizer");

    static final Golden CASE = Golden.of("tokenizer");

    private GoldenTokenizer() {}

    static JsonNode values() {
        try {
            return Json.mapper().readTree(FOLDER.resolve("case.json").toFile()).get("values");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> list(String name) {
        return StreamSupport.stream(values().get(name).spliterator(), false).toList();
    }

    static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
