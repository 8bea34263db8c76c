package dev.rlhf.stages.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.TokenStream;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainTest {
    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            words.append("The river flows into the sea ").append(i * i % 97).append(" times.\n");
        }
        text = Files.writeString(folder.resolve("text.txt"), words.toString());
    }

    private PretrainOptions options(String out, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve(out),
                "dataset",
                text,
                "split",
                "contiguous",
                "config",
                "{model_type: gpt2, n_embd: 16, n_layer: 1, n_head: 2, n_positions: 32}",
                "block_size",
                16,
                "max_steps",
                1,
                "device",
                TestDevice.NAME));
        all.addAll(List.of(more));
        return Options.of(PretrainOptions.class, all.toArray());
    }

    private double evalLoss(String out, int evalRows) throws IOException {
        Map<String, Double> metrics = CheckedRun.of(
                        new Pretrain(), options(out, "tokenizer", "char", "eval_rows", evalRows), TestContext.running())
                .metrics();
        return metrics.getOrDefault("eval_loss", Double.NaN);
    }

    @Test
    void evalRowsLimitsTheEvaluationAndMoreThanThereAreMeansAll() throws IOException {
        double all = evalLoss("all", 0);
        assertThat(evalLoss("more", 1_000_000)).isEqualTo(all);
        assertThat(evalLoss("two", 2)).isPositive().isNotEqualTo(all);
    }

    @Test
    void documentsEndWithTheEndOfTextAlsoIfAnotherTokenPads() throws IOException {
        Path own = TinyModels.llama(folder.resolve("tokenizer"), 1);
        for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            String json = Files.readString(own.resolve(file));
            ObjectNode changed = (ObjectNode) Json.mapper().readTree(json);
            Files.writeString(
                    own.resolve(file),
                    changed.put("pad_token", SpecialTokens.IM_START).toString());
        }
        try (Tokenizer tokenizer = Tokenizer.load(own)) {
            int end = tokenizer.idOf(SpecialTokens.END_OF_TEXT).orElseThrow();
            assertThat(tokenizer.padId()).isNotEqualTo(end);
            TokenStream stream = PretrainData.stream(tokenizer, List.of("The river", "The sea"), TestContext.running());
            boolean[] seen = stream.seen(tokenizer.vocabSize());
            assertThat(seen[end]).isTrue();
            assertThat(seen[tokenizer.padId()]).isFalse();
        }
    }

    @Test
    void aGivenTokenizerIsThatOfTheNewModel() throws IOException {
        Path tokenizer = TinyModels.llama(folder.resolve("tokenizer"), 1);
        new Pretrain().run(options("run", "tokenizer", "folder", "tokenizer_path", tokenizer), TestContext.running());
        Path model = folder.resolve("run/model");
        assertThat(model.resolve("tokenizer.json")).hasSameBinaryContentAs(tokenizer.resolve("tokenizer.json"));
        try (Tokenizer given = Tokenizer.load(tokenizer)) {
            assertThat(Json.mapper()
                            .readTree(model.resolve("config.json").toFile())
                            .path("vocab_size")
                            .asInt())
                    .isEqualTo(given.vocabSize());
        }
        assertThatThrownBy(() -> options("none", "tokenizer", "folder"))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("tokenizer: folder needs tokenizer_path");
    }
}
