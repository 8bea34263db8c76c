package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Plain texts and streams with the kinds of tokenizers of current models: byte-level, Metaspace, byte fallback. */
class GoldenTextsTest {
    static final List<String> NAMES = GoldenChat.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void textsRoundTripThroughTheIdsOfTransformers(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            for (JsonNode golden : GoldenChat.list(name, "texts")) {
                String text = golden.get("text").asText();
                int[] bare = GoldenTokenizer.ints(golden.get("bare"));
                assertThat(tokenizer.encodeText(text, true))
                        .as(text)
                        .isEqualTo(GoldenTokenizer.ints(golden.get("ids")));
                assertThat(tokenizer.encodeText(text, false)).as(text).isEqualTo(bare);
                assertThat(tokenizer.decode(bare))
                        .as(text)
                        .isEqualTo(golden.get("decoded").asText());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void bosIsNeverDoubled(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            for (JsonNode golden : GoldenChat.list(name, "chats")) {
                int[] ids = GoldenTokenizer.ints(golden.get("ids"));
                int[] again = tokenizer.encodeText(golden.get("text").asText(), true);
                boolean begins =
                        tokenizer.prefixIds().length == 0 || ids[0] == tokenizer.prefixIds()[0];
                assertThat(again.length).isEqualTo(begins ? ids.length : ids.length + 1);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void streamsMatchDecodeStreamAndNeverShowPartialCharacters(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            for (JsonNode golden : GoldenChat.list(name, "streams")) {
                IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, false);
                List<String> pieces = new ArrayList<>();
                for (int id : GoldenTokenizer.ints(golden.get("ids"))) {
                    pieces.add(decoder.add(id));
                }
                String rest = decoder.flush();
                if (golden.get("pieces").isNull()) {
                    continue; // bytes without sense, at which DecodeStream gives up; we must not
                }
                List<String> expected = new ArrayList<>();
                golden.get("pieces").forEach(piece -> expected.add(piece.asText()));
                String decoded = golden.get("decoded").asText();
                assertThat(pieces).isEqualTo(expected);
                assertThat(String.join("", pieces) + rest).isEqualTo(decoded);
                assertThat(pieces).allMatch(piece -> !piece.endsWith("\uFFFD"));
            }
        }
    }
}
