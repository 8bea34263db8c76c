package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IncrementalDecoderTest {
    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() {
        tokenizer = Tokenizer.load(GoldenTokenizer.FOLDER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    static List<JsonNode> streams() {
        return GoldenTokenizer.list("streams");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void matchesDecodeStreamAndShowsEverythingAtTheEnd(JsonNode golden) {
        IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, false);
        List<String> pieces = new ArrayList<>();
        for (int id : GoldenTokenizer.ints(golden.get("ids"))) {
            pieces.add(decoder.add(id));
        }
        List<String> expected = new ArrayList<>();
        golden.get("decode_stream").forEach(piece -> expected.add(piece.isNull() ? "" : piece.asText()));
        GoldenTokenizer.CASE.same("streams", pieces, expected);
        String whole = String.join("", pieces) + decoder.flush();
        GoldenTokenizer.CASE.same("streams", whole, golden.get("decoded").asText());
    }

    @Test
    void skipsSpecialTokensOnRequest() {
        IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
        StringBuilder text = new StringBuilder();
        for (int id : tokenizer.encodeText("<|im_start|>The keeper lit 😀<|im_end|> the lamp", false)) {
            text.append(decoder.add(id));
        }
        assertThat(text.append(decoder.flush())).hasToString("The keeper lit 😀 the lamp");
    }
}
