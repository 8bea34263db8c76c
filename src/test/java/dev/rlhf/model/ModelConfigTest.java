package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that keys of config.json are honoured, refused by name, or logged as unknown. */
class ModelConfigTest {
    private static ObjectNode json(String type, String more) {
        String text = """
                {"model_type": "%s", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
                 "num_key_value_heads": 2, "intermediate_size": 64, "max_position_embeddings": 64, "pad_token_id": null}
                """.formatted(type);
        try {
            ObjectNode json = (ObjectNode) Json.mapper().readTree(text);
            return json.setAll((ObjectNode) Json.mapper().readTree("{" + more + "}"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RotaryConfig read(String type, String more) {
        return (RotaryConfig) Families.read(json(type, more), "config.json");
    }

    /** The table in docs/reference/models.md has a row for every family, and for no other. */
    @Test
    void everyFamilyIsDocumented() throws IOException {
        String table = Files.readString(Path.of("docs/reference/models.md"));
        List<String> documented = Pattern.compile("^\\| (?!family)[^|`]+ \\| `(\\w+)` \\|", Pattern.MULTILINE)
                .matcher(table)
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(Families.types());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bert    | | model_type bert is not supported (supported: ",
                "llama   | \"hidden_act\": \"relu\" | hidden_act: relu is not supported",
                "llama   | \"partial_rotary_factor\": 0.5 | partial_rotary_factor: 0.5 is not supported",
                "llama   | \"num_key_value_heads\": 3 | num_attention_heads 4 is not a multiple of "
                        + "num_key_value_heads 3",
                "llama   | \"attention_bias\": \"no\" | attention_bias is neither true nor false",
                "llama   | \"rms_norm_eps\": \"small\" | rms_norm_eps is not a number",
                "llama   | \"is_encoder_decoder\": true | is_encoder_decoder: true is not supported",
                "llama   | \"pruned_heads\": {\"0\": [1]} | pruned_heads is not supported",
                "llama   | \"quantization_config\": {\"bits\": 4} | quantization_config: quantised weights are not "
                        + "supported",
                "llama   | \"rope_scaling\": {\"type\": \"spiral\"} | rope_scaling type spiral is not supported",
                "llama   | \"rope_scaling\": {\"type\": \"linear\"} | rope_scaling.factor is missing or not a number",
                "llama   | \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8} | "
                        + "rope_scaling.low_freq_factor is missing",
                "llama   | \"rope_scaling\": {\"rope_type\": \"longrope\", \"short_factor\": [1]} | "
                        + "rope_scaling.short_factor is not a list of 4 numbers",
                "mistral | \"layer_types\": [\"full_attention\"] | layer_types: all layers of a Mistral are the same",
                "qwen2   | \"layer_types\": [\"full_attention\"] | layer_types has 1 entries for 4 layers",
                "qwen3   | \"layer_types\": [\"chunked\", \"chunked\", \"chunked\", \"chunked\"] | layer_types: "
                        + "chunked is not supported",
                "qwen2   | \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\", "
                        + "\"full_attention\"] | there is no sliding_window",
                "llama   | \"pad_token_id\": 100 | pad_token_id 100 is outside the vocabulary",
                "gpt2    | \"add_cross_attention\": true | add_cross_attention: true is not supported",
                "gpt2    | \"n_embd\": 32, \"n_layer\": 2, \"n_head\": 4, \"n_positions\": 64, "
                        + "\"activation_function\": \"relu\" | activation_function: relu is not supported",
                "gpt_neox| \"hidden_act\": \"mish\" | hidden_act: mish is not supported",
                "phi3    | \"rope_scaling\": {\"type\": \"su\", \"short_factor\": [1, 1, 1, 1]} | "
                        + "rope_scaling.long_factor is not a list of 4 numbers",
                "smollm3 | \"no_rope_layers\": [1] | no_rope_layers has 1 entries for 4 layers",
                "gemma   | \"use_bidirectional_attention\": true | use_bidirectional_attention: a decoder looks back",
                "gemma2  | \"use_bidirectional_attention\": true | use_bidirectional_attention: a decoder looks back",
                "gpt_neox| \"rotary_pct\": 0.1 | rotary positions cannot turn 0 of 8 numbers",
                "llama   | \"eos_token_id\": [1, \"x\"] | eos_token_id has \"x\", which is not an id",
                "llama   | \"hidden_size\": 32.5 | hidden_size is missing or not an integer",
                "llama   | \"num_attention_heads\": 0 | num_attention_heads: 0 is out of bounds; must be at least 1",
                "llama   | \"num_key_value_heads\": 0 | num_key_value_heads: 0 is out of bounds",
                "llama   | \"num_hidden_layers\": -1 | num_hidden_layers: -1 is out of bounds",
                "llama   | \"rms_norm_eps\": -1 | rms_norm_eps: -1 is out of bounds; must be above 0",
                "llama   | \"rope_theta\": 0 | rope_theta: 0 is out of bounds",
                "llama   | \"rope_parameters\": {\"rope_theta\": -1} | rope_scaling.rope_theta: -1 is out of bounds",
                "llama   | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 0} | rope_scaling.factor: 0 is out of",
                "llama   | \"rope_scaling\": \"yarn\" | rope_scaling: \"yarn\" is not an object",
                "llama   | \"attention_dropout\": 1 | attention_dropout: 1 is out of bounds; must be at least 0",
                "gpt_neox| \"num_attention_heads\": 0 | num_attention_heads: 0 is out of bounds",
                "gpt2    | \"n_embd\": 32, \"n_head\": 0 | n_head: 0 is out of bounds",
                "smollm3 | \"no_rope_layer_interval\": 0 | no_rope_layer_interval: 0 is out of bounds"
            })
    void whatIsNotBuiltIsRefusedByName(String type, String more, String message) {
        assertThatThrownBy(() -> Families.read(json(type, more == null ? "" : more), "config.json"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void unknownKeysAreLogged() {
        ConfigReader in = read("llama", "\"slidng_window\": 8, \"use_cache\": true, \"temperature\": 0.5")
                .in();
        assertThat(in.unread()).containsExactly("slidng_window");
        assertThat(read("gemma2", "\"use_bidirectional_attention\": null").in().unread())
                .as("transformers 5 writes it")
                .isEmpty();
    }

    @Test
    void misspeltKeysOfANewModelAreRefusedWithTheKeysThatAreMeant() {
        String rope = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"beta_fsat\": 16}";
        assertThatThrownBy(() -> Families.readNew(
                        json("llama", "\"num_key_valu_heads\": 2, \"xyzzy\": 1, \"dtype\": \"float32\", " + rope),
                        "config"))
                .isInstanceOf(InputException.class)
                .hasMessage("config: not known for model_type llama: num_key_valu_heads (did you mean"
                        + " num_key_value_heads?), rope_scaling.beta_fsat (did you mean"
                        + " rope_scaling.beta_fast?),"
                        + " xyzzy");
        assertThat(read("llama", rope).in().unread()).containsExactly("rope_scaling.beta_fsat");
        for (String[] type : new String[][] {{"gpt2", "n_layr", "n_layer"}, {"gpt_neox", "rotry_pct", "rotary_pct"}}) {
            String more = "\"n_embd\": 32, \"n_layer\": 2, \"n_head\": 4, \"n_positions\": 64, "
                    .repeat(type[0].equals("gpt2") ? 1 : 0);
            assertThatThrownBy(() -> Families.readNew(json(type[0], more + "\"" + type[1] + "\": 1"), "config"))
                    .hasMessageContaining(type[1] + " (did you mean " + type[2] + "?)");
        }
    }

    /** Golden cases have the config.json that transformers writes, with all the keys of its config class. */
    @Test
    void keysOfTransformersConfigClassesAreAllKnown() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/golden"))) {
            for (Path file : files.filter(f -> f.endsWith("config.json")).toList()) {
                ModelConfig config = Families.read((ObjectNode) Json.mapper().readTree(file.toFile()), file.toString());
                if (config instanceof RotaryConfig rotary) {
                    assertThat(rotary.in().unread()).as("%s", file).isEmpty();
                }
            }
        }
    }

    @Test
    void aMissingKeyHasTheClassDefaultAndNullMeansNoValue() {
        assertThat(read("mistral", "").window(0)).isEqualTo(4096);
        assertThat(read("mistral", "\"sliding_window\": null").window(0)).isZero();
        assertThat(read("mistral", "\"sliding_window\": 8").window(3)).isEqualTo(8);
        assertThat(read("qwen3", "").headDim()).isEqualTo(128);
        assertThat(read("qwen3", "\"head_dim\": null").headDim()).isEqualTo(8);
        assertThat(read("smollm3", "").tied()).isTrue();
        assertThat(read("qwen2", "").tied()).isFalse();
    }

    @Test
    void windowsStartAtALayerOnlyIfEnabled() {
        String from2 = "\"sliding_window\": 8, \"max_window_layers\": 2";
        assertThat(windows(read("qwen2", from2))).containsExactly(0, 0, 0, 0);
        assertThat(windows(read("qwen2", from2 + ", \"use_sliding_window\": true")))
                .containsExactly(0, 0, 8, 8);
    }

    private static int[] windows(RotaryConfig config) {
        return IntStream.range(0, config.layers()).map(config::window).toArray();
    }

    @Test
    void everyFourthLayerOfSmolLm3HasNoRope() {
        RotaryConfig config = read("smollm3", "");
        assertThat(config.rope(2)).isSameAs(config.rope(0)).isNotNull();
        assertThat(config.rope(3)).isNull();
    }

    @Test
    void aNegativePaddingIdCountsFromTheEnd() {
        assertThat(read("llama", "\"pad_token_id\": -1").paddingId()).isEqualTo(99);
        assertThat(read("llama", "\"pad_token_id\": 7").paddingId()).isEqualTo(7);
        assertThat(read("llama", "").paddingId()).isEqualTo(-1);
    }

    @Test
    void ropeParametersEqualRopeScaling() {
        Rope old = read("llama", "\"rope_theta\": 500.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}")
                .rope(0);
        Rope flat = read(
                        "llama",
                        "\"rope_parameters\": {\"rope_type\": \"linear\", \"rope_theta\": 500.0, \"factor\": 4.0}")
                .rope(0);
        Rope byKind = read(
                        "llama",
                        "\"rope_parameters\": {\"full_attention\":"
                                + " {\"rope_type\": \"linear\", \"rope_theta\": 500.0, \"factor\": 4.0}}")
                .rope(0);
        assertThat(flat.frequencies()).containsExactly(old.frequencies());
        assertThat(byKind.frequencies()).containsExactly(old.frequencies());
        assertThat(old.frequencies()[1]).isCloseTo((float) (Math.pow(500, -0.25) / 4), within(1e-8f));
    }

    @Test
    void dynamicRopeIsUnscaledUpToItsPositions() {
        Rope dynamic = read("llama", "\"rope_scaling\": {\"rope_type\": \"dynamic\", \"factor\": 4.0}")
                .rope(0);
        assertThat(dynamic.frequencies()).containsExactly(Rope.plain(10_000, 8).frequencies());
        assertThat(dynamic.validPositions()).isEqualTo(64);
        assertThat(dynamic.longFrequencies()).isEmpty();
    }

    @Test
    void yarnExtendsThePositions() {
        String yarn =
                "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": %d}";
        assertThat(read("qwen2", yarn.formatted(64)).maxPositions()).isEqualTo(256);
        assertThat(read("qwen2", yarn.formatted(8)).maxPositions()).isEqualTo(64);
        assertThat(read("qwen2", "").maxPositions()).isEqualTo(64);
    }

    /** Where transformers 5 writes the original length of every family, and Phi-3's config class does. */
    @Test
    void longropeFindsTheOriginalLengthInEitherPlace() {
        String longrope = "\"rope_type\": \"longrope\", \"short_factor\": [1, 1, 1, 1], \"long_factor\": [2, 2, 2, 2]";
        Rope beside = read("llama", "\"rope_parameters\": {\"original_max_position_embeddings\": 16, " + longrope + "}")
                .rope(0);
        Rope above = read("llama", "\"original_max_position_embeddings\": 16, \"rope_scaling\": {" + longrope + "}")
                .rope(0);
        assertThat(beside.validPositions()).isEqualTo(16);
        assertThat(beside).usingRecursiveComparison().isEqualTo(above);
    }

    @Test
    void generationIsLimitedToPositionsOfOneRotaryTable() {
        String longrope = """
                "original_max_position_embeddings": 16, "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1, 1],
                "long_factor": [2, 2, 2, 2]}""";
        assertThat(read("phi3", longrope).maxPositions()).isEqualTo(64);
        assertThat(read("phi3", longrope).generatedPositions()).isEqualTo(16);
        assertThat(read("phi3", "").generatedPositions()).isEqualTo(64);
    }

    @Test
    void neoxReadsThetaAndRotaryWidthFromItsOwnKeys() {
        NeoxConfig config = (NeoxConfig) Families.read(
                json("gpt_neox", "\"rotary_emb_base\": 100, \"rope_theta\": 7, \"rotary_pct\": 0.5"), "config.json");
        assertThat(config.rope().frequencies())
                .containsExactly(Rope.plain(100, 4).frequencies());
        assertThat(config.headName()).isEqualTo("embed_out.weight");
    }

    @Test
    void blocksNameTheirTensorsOnce() {
        Map<String, Long> names = read("qwen2", "").bodyParameters().stream()
                .collect(Collectors.groupingBy(ParameterSpec::name, Collectors.counting()));
        assertThat(names.values()).containsOnly(1L);
        assertThat(names)
                .containsKey("model.layers.3.self_attn.q_proj.bias")
                .doesNotContainKey("model.layers.3.self_attn.o_proj.bias");
    }
}
