package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    private static Tokenizer tokenizer;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        tokenizer = Tokenizer.load(GoldenTokenizer.FOLDER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    static List<JsonNode> encodings() {
        return GoldenTokenizer.list("encodings");
    }

    static List<JsonNode> invalidUtf8() {
        return GoldenTokenizer.list("invalid_utf8");
    }

    /** Ids of transformers 4.57 and 5.24; tokenizer.json itself has no post-processor. */
    @Test
    void filesOfTransformers5AddNoBosUnlessTheySaySo() throws IOException {
        Files.copy(Path.of("src/test/resources/golden/chat/llama2/tokenizer.json"), folder.resolve("tokenizer.json"));
        String llama = "{\"tokenizer_class\": \"LlamaTokenizer\", \"bos_token\": \"<s>\"%s}";
        assertThat(prefixIds(llama.formatted(""))).containsExactly(1);
        assertThat(prefixIds(llama.formatted(", \"backend\": \"tokenizers\""))).isEmpty();
        assertThat(prefixIds(llama.formatted(", \"backend\": \"tokenizers\", \"add_bos_token\": true")))
                .containsExactly(1);
    }

    private int[] prefixIds(String config) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        try (Tokenizer loaded = Tokenizer.load(folder)) {
            return loaded.prefixIds();
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void encodesAndDecodesLikeTheReference(JsonNode golden) {
        String text = golden.get("text").asText();
        int[] ids = GoldenTokenizer.ints(golden.get("ids"));
        int[] asText =
                golden.has("ids_special_as_text") ? GoldenTokenizer.ints(golden.get("ids_special_as_text")) : ids;

        GoldenTokenizer.CASE.same("ids", tokenizer.encodeText(text, false), ids);
        GoldenTokenizer.CASE.same("ids_special_as_text", tokenizer.encode(text), asText);
        GoldenTokenizer.CASE.same(
                "decoded", tokenizer.decode(ids), golden.get("decoded").asText());
        GoldenTokenizer.CASE.same(
                "decoded_skip_special",
                tokenizer.decode(ids, true),
                golden.get("decoded_skip_special").asText());
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("invalidUtf8")
    void bytesThatAreNotUtf8BecomeReplacementCharacters(JsonNode golden) {
        String decoded = tokenizer.decode(GoldenTokenizer.ints(golden.get("ids")));
        GoldenTokenizer.CASE.same("invalid_utf8", decoded, golden.get("decoded").asText());
    }

    @Test
    void knowsItsSizeAndItsSpecialTokens() {
        assertThat(tokenizer.vocabSize()).isEqualTo(512);
        assertThat(tokenizer.eosId()).isEqualTo(2);
        assertThat(tokenizer.padId()).isEqualTo(0);
        assertThat(tokenizer.bosId()).isEmpty();
        assertThat(tokenizer.idOf("<|im_start|>")).hasValue(1);
        assertThat(tokenizer.idOf("no such token")).isEmpty();
    }

    @Test
    void onlyALoneSurrogateIsReplaced() {
        assertThat(tokenizer.decode(tokenizer.encode("😀 a\ud83db 灯"))).isEqualTo("😀 a\uFFFDb 灯");
    }

    @Test
    void copiesItsFilesToAnotherFolder() throws IOException {
        CompanionFiles.copy(tokenizer.folder(), folder.resolve("model"));
        try (Tokenizer copy = Tokenizer.load(folder.resolve("model"))) {
            assertThat(copy.encode("The keeper lit the lamp.")).isEqualTo(tokenizer.encode("The keeper lit the lamp."));
            assertThat(copy.eosId()).isEqualTo(2);
            CompanionFiles.copy(copy.folder(), folder.resolve("model"));
        }
    }

    @Test
    void threadsMayShareIt() {
        String text = "The keeper lit the lamp, 灯台の光は海を照らす 😀";
        int[] ids = tokenizer.encode(text);
        assertThat(IntStream.range(0, 2000)
                        .parallel()
                        .allMatch(i -> tokenizer.decode(tokenizer.encode(text)).equals(text)
                                && tokenizer.encode(text).length == ids.length))
                .isTrue();
    }

    @Test
    void longTextsAreNotTruncated() {
        assertThat(tokenizer.encode("lamp ".repeat(5000))).hasSizeGreaterThan(5000);
    }

    @Test
    void addedTokensOutsideTheModelKeepTheirIdsWhenSpecialsAreText() throws IOException {
        // As in Qwen: special tokens and ordinary added tokens, interleaved, after the model's own vocabulary.
        ObjectNode json = golden();
        var added = json.withArray("added_tokens");
        added.add(addedToken(512, "<|special|>", true));
        added.add(addedToken(513, "<tool>", false));
        save(json);
        try (Tokenizer loaded = Tokenizer.load(folder)) {
            assertThat(loaded.vocabSize()).isEqualTo(514);
            assertThat(loaded.encodeText("<|special|><tool>", false)).containsExactly(512, 513);
            assertThat(loaded.encode("<|special|><tool>")).endsWith(513).doesNotContain(512);
        }
    }

    @Test
    void eosMayBeNamedByGenerationConfigAlone() throws IOException {
        save(golden());
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 0], \"bos_token_id\": 1}");
        try (Tokenizer loaded = Tokenizer.load(folder)) {
            assertThat(loaded.eosId()).isEqualTo(2);
            assertThat(loaded.bosId()).hasValue(1);
            assertThat(loaded.padId()).isEqualTo(2);
        }
    }

    @Test
    void withoutEosItSaysWhatToSet() throws IOException {
        save(golden());
        try (Tokenizer loaded = Tokenizer.load(folder)) {
            assertThat(loaded.hasEos()).isFalse();
            assertThatThrownBy(loaded::eosId)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("set eos_token in tokenizer_config.json");
        }
    }

    @Test
    void refusesAFolderWithoutTokenizer() {
        assertThat(Tokenizer.existsIn(folder)).isFalse();
        assertThat(Tokenizer.existsIn(GoldenTokenizer.FOLDER)).isTrue();
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no tokenizer.json");
    }

    @Test
    void rejectsFilesThatAreNotTokenizers() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {");
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(":1: ");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}");
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("unsupported tokenizer");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Nonesuch\", \"vocab\": {}}}");
        assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(InputException.class);
    }

    @Test
    void rejectsASpecialTokenThatItsTextEncodesTo() throws IOException {
        ObjectNode json = golden();
        ObjectNode model = (ObjectNode) json.get("model");
        model.removeAll();
        model.put("type", "WordLevel")
                .put("unk_token", "[UNK]")
                .putObject("vocab")
                .put("[UNK]", 0)
                .put("end", 1);
        json.putObject("pre_tokenizer").put("type", "Whitespace");
        json.putArray("added_tokens").add(addedToken(0, "[UNK]", true)).add(addedToken(1, "end", true));
        save(json);
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("special token end ");
    }

    private static ObjectNode golden() throws IOException {
        return (ObjectNode) Json.mapper()
                .readTree(GoldenTokenizer.FOLDER.resolve("tokenizer.json").toFile());
    }

    private static ObjectNode addedToken(int id, String content, boolean special) {
        return Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
    }

    private void save(ObjectNode json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }
}
