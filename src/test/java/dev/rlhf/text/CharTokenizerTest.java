package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CharTokenizerTest {
    @TempDir
    Path folder;

    @Test
    void numbersTheDistinctCharactersInOrder() throws IOException {
        CharTokenizer.train(List.of("cab\n", "b 灯😀"), false).save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(7);
            assertThat(tokenizer.encode("\n abc灯😀")).containsExactly(0, 1, 2, 3, 4, 5, 6);
            assertThat(tokenizer.hasEos()).isFalse();
            assertThat(tokenizer.padId()).isZero();
        }
    }

    @Test
    void roundTripsExactly() throws IOException {
        String text = "First Citizen:\r\nBefore we\tproceed —  any further,\n\n\n hear me speak. \u2028😀\n";
        CharTokenizer.train(List.of(text), false).save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.encode(text)).hasSize(text.codePointCount(0, text.length()));
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void specialTokensFollowTheCharactersAndAreNotReadFromText() throws IOException {
        CharTokenizer.train(List.of("<|im_end|>"), true).save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(9 + 3);
            assertThat(tokenizer.eosId()).isEqualTo(11);
            assertThat(tokenizer.encodeText("<|im_end|>", false)).containsExactly(11);
            assertThat(tokenizer.encode("<|im_end|>")).hasSize(10).doesNotContain(11);
            assertThat(tokenizer.decode(new int[] {11, 0}, true)).hasSize(1);
        }
    }

    @Test
    void unknownCharactersAreNamed() throws IOException {
        CharTokenizer.train(List.of("abc"), false).save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThatThrownBy(() -> tokenizer.encode("abé"))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("'é' (U+00E9)");
        }
    }
}
