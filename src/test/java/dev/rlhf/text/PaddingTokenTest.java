package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaddingTokenTest {
    @TempDir
    private Path folder;

    /** Writes a byte-level tokenizer with only these special tokens into the folder. */
    private void specials(String eos, String pad, String... names) throws IOException {
        BpeTrainer.train(List.of("The river “flows” into the sea. ".repeat(9)), 400, 1)
                .save(folder);
        Path file = folder.resolve("tokenizer.json");
        ObjectNode json = (ObjectNode) Json.mapper().readTree(file.toFile());
        ObjectNode vocab = (ObjectNode) json.path("model").path("vocab");
        ObjectNode shape = ((ObjectNode) json.path("added_tokens").get(0)).deepCopy();
        json.path("added_tokens")
                .forEach(token -> vocab.remove(token.path("content").asText()));
        int next = 0;
        for (JsonNode id : vocab) {
            next = Math.max(next, id.asInt() + 1);
        }
        ArrayNode added = json.putArray("added_tokens");
        for (String name : names) {
            added.add(shape.deepCopy().put("id", next++).put("content", name));
        }
        Files.writeString(file, json.toString());
        String roles = "{\"eos_token\": \"%s\", \"pad_token\": \"%s\"}".formatted(eos, pad);
        Files.writeString(folder.resolve("tokenizer_config.json"), roles);
        Files.writeString(folder.resolve("special_tokens_map.json"), roles);
    }

    private PaddingToken chosen() {
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            return PaddingToken.find(tokenizer, Set.of(), tokenizer.vocabSize()).orElseThrow();
        }
    }

    @Test
    void theTokenizersPaddingTokenIsKeptUnlessRowsEndWithIt() throws IOException {
        specials("<end>", "<fill>", "<end>", "<fill>", "<pad>");
        assertThat(chosen().spelling()).isEqualTo("<fill>");
        specials("<end>", "<end>", "<end>", "<other>", "<right_pad_id>");
        assertThat(chosen().spelling()).isEqualTo("<right_pad_id>");
        specials("<end>", "<end>", "<end>", "<unk>", "<other>");
        assertThat(chosen().spelling()).isEqualTo("<other>");
        specials("<end>", "<end>", "<end>", "<unk>", "<other>", "<|reserved_7|>");
        assertThat(chosen().spelling()).isEqualTo("<|reserved_7|>");
    }

    @Test
    void withOnlyAnEndTokenATokenWithinACharacterIsChosen() throws IOException {
        specials("<end>", "<end>", "<end>");
        PaddingToken chosen = chosen();
        List<String> texts = List.of("“", "the “", "é", "\n", "東", "😀", "The river “flows”.", "" + chosen.spelling());
        assertThat(ByteLevel.endsMidCharacter("" + chosen.spelling())).isTrue();
        try (Tokenizer before = Tokenizer.load(folder)) {
            for (String text : texts) {
                int[] ids = before.encode(text);
                assertThat(ids[ids.length - 1]).as(text).isNotEqualTo(chosen.id());
            }
            PaddingToken.writeTo(folder, chosen);
            try (Tokenizer after = Tokenizer.load(folder)) {
                assertThat(after.padId()).isEqualTo(chosen.id());
                assertThat(after.eosId()).isEqualTo(before.eosId());
                for (String text : texts) {
                    assertThat(after.encode(text)).containsExactly(before.encode(text));
                }
            }
        }
    }

    @Test
    void findsTokensThatEndWithinACharacter() {
        assertThat(List.of("ĠâĢ", "âĢ", "ĠðŁ", "ðŁĺ")).allMatch(ByteLevel::endsMidCharacter);
        assertThat(List.of("Ġ", "Ġthe", "âĢľ", "ðŁĺĢ", "Ã©", "Ģ", "Ã", "a", "")).noneMatch(ByteLevel::endsMidCharacter);
    }
}
