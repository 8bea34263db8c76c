package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
    @TempDir
    Path folder;

    @Test
    void trainsTheVocabularyAndMergesOfTheReference() throws IOException {
        String corpus = Files.readString(GoldenTokenizer.FOLDER.resolve("corpus.txt"));
        BpeTrainer.train(List.of(corpus), 512, 2).save(folder);

        JsonNode expected = json(GoldenTokenizer.FOLDER.resolve("tokenizer.json"));
        JsonNode actual = json(folder.resolve("tokenizer.json"));
        assertThat(actual.at("/model/merges")).isEqualTo(expected.at("/model/merges"));
        assertThat(actual.at("/model/vocab")).isEqualTo(expected.at("/model/vocab"));
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void trainedTokenizersLoadAndNameTheirSpecialTokens() throws IOException {
        BpeTrainer.train(List.of("the lamp", "the lamps"), 300, 1).save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.idOf(SpecialTokens.END_OF_TEXT)).hasValue(tokenizer.padId());
            assertThat(tokenizer.idOf(SpecialTokens.IM_END)).hasValue(tokenizer.eosId());
            assertThat(tokenizer.encode("the lamps")).hasSize(2);
            assertThat(tokenizer.decode(tokenizer.encode("unseen: 灯台 😀\n"))).isEqualTo("unseen: 灯台 😀\n");
        }
        assertThat(json(folder.resolve("tokenizer_config.json")).path("model_input_names"))
                .as("transformers' generate refuses token_type_ids, which it otherwise makes")
                .hasToString("[\"input_ids\",\"attention_mask\"]");
    }

    @Test
    void stopsWhenNoPairIsFrequentEnough() throws IOException {
        BpeTrainer.train(List.of("ab ab cd"), 1000, 2).save(folder);
        JsonNode merges = json(folder.resolve("tokenizer.json")).at("/model/merges");
        assertThat(merges).hasToString("[[\"a\",\"b\"]]");
    }

    @Test
    void wordsDoNotSpanDocuments() throws IOException {
        BpeTrainer.train(List.of("a", "b", "a", "b"), 1000, 1).save(folder);
        assertThat(json(folder.resolve("tokenizer.json")).at("/model/merges")).isEmpty();
    }

    @Test
    void refusesAVocabularyTooSmallForTheBytes() {
        assertThatThrownBy(() -> BpeTrainer.train(List.of("a"), 258, 2))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("at least 259");
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.mapper().readTree(file.toFile());
    }
}
