package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests defaults and refused settings of Gemma, OLMo 2 and Phi-3. The golden cases cover the rest. */
class GemmaConfigTest {
    private static final String SIZES = """
            "vocab_size": 64, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 12, "num_attention_heads": 4,
            "pad_token_id": null""";

    private static ModelConfig read(String type, String more) throws IOException {
        String text = "{\"model_type\": \"" + type + "\", " + SIZES + more + "}";
        return Families.read((ObjectNode) Json.mapper().readTree(text), "config.json");
    }

    private static int[] windows(ModelConfig config) {
        return IntStream.range(0, config.layers())
                .map(((RotaryConfig) config)::window)
                .toArray();
    }

    @Test
    void absentKeysOfGemma2HaveTransformersDefaults() throws IOException {
        RotaryConfig config = (RotaryConfig) read("gemma2", "");
        assertThat(config.headDim()).isEqualTo(256);
        assertThat(config.attentionCap()).isEqualTo(50);
        assertThat(config.logitCap()).isEqualTo(30);
        assertThat(config.attentionScale()).isEqualTo(1 / 16.0);
        assertThat(config.tied()).isTrue();
        assertThat(config.activation()).isEqualTo(Activation.GELU_TANH);
        assertThat(config.eosIds()).containsExactly(1);
        assertThat(windows(config)).containsExactly(4096, 0, 4096, 0, 4096, 0, 4096, 0, 4096, 0, 4096, 0);
    }

    @Test
    void aNullCapMeansNoCap() throws IOException {
        RotaryConfig config =
                (RotaryConfig) read("gemma2", ", \"attn_logit_softcapping\": null, \"final_logit_softcapping\": null");
        assertThat(config.attentionCap()).isZero();
        assertThat(config.logitCap()).isZero();
    }

    @Test
    void everySixthLayerOfGemma3HasFullAttentionAndTheLargeRopeBase() throws IOException {
        RotaryConfig config = (RotaryConfig) read("gemma3_text", ", \"sliding_window\": 512, \"rope_theta\": 1e6");
        assertThat(windows(config)).containsExactly(512, 512, 512, 512, 512, 0, 512, 512, 512, 512, 512, 0);
        double last = 2 * 127 / 256.0;
        Rope local = config.rope(0);
        Rope global = config.rope(5);
        assertThat(local).isNotNull();
        assertThat(global).isNotNull();
        assertThat((double) local.frequencies()[127]).isCloseTo(Math.pow(1e4, -last), within(1e-9));
        assertThat((double) global.frequencies()[127]).isCloseTo(Math.pow(1e6, -last), within(1e-9));
        assertThat(config.attentionCap()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemma3 | '' | model_type gemma3 reads images too",
                "gemma3_text | , \"attn_logit_softcapping\": 50.0 | attn_logit_softcapping: 50.0 is not supported",
                "gemma3_text | , \"use_bidirectional_attention\": true | use_bidirectional_attention: a decoder looks "
                        + "back only",
                "gemma2 | , \"sliding_window\": null | there is no sliding_window",
                "gemma2 | , \"hidden_activation\": \"relu\" | hidden_activation: relu is not supported",
                "gemma | , \"num_key_value_heads\": 4, \"hidden_activation\": \"gelu\" | hidden_act gelu_pytorch_tanh "
                        + "and hidden_activation gelu disagree",
                "olmo2 | , \"partial_rotary_factor\": 0.5 | partial_rotary_factor: 0.5 is not supported",
                "phi3 | , \"attention_bias\": true | attention_bias: Phi-3's projections have no biases"
            })
    void aSwitchThatIsNotBuiltIsRefusedByName(String type, String more, String message) {
        assertThatThrownBy(() -> read(type, more))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"su", "yarn", "longrope"})
    void phi3sOldNamesOfLongropeAreRead(String name) throws IOException {
        RotaryConfig config = (RotaryConfig) read("phi3", """
                , "max_position_embeddings": 64, "original_max_position_embeddings": 16,
                "rope_scaling": {"type": "%s", "short_factor": [1, 2], "long_factor": [4, 8]}""".formatted(name));
        Rope rope = config.rope(0);
        assertThat(rope).isNotNull();
        assertThat(rope.validPositions()).isEqualTo(16);
        assertThat(rope.frequencies()).containsExactly(1f, 0.005f);
        assertThat(rope.longFrequencies()).containsExactly(0.25f, 0.00125f);
        assertThat(rope.scale()).isCloseTo(Math.sqrt(1.5), within(1e-9));
    }
}
