package dev.rlhf.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** adapter_config.json: what is honoured, and that the rest is refused by name. */
class LoraJsonTest {
    private static final Path WHERE = Path.of("adapter_config.json");
    private static final String Q0 = "model.layers.0.self_attn.q_proj";
    private static final String Q1 = "model.layers.1.self_attn.q_proj";
    private static final String UP0 = "model.layers.0.mlp.up_proj";

    private static LoraConfig read(String more) throws IOException {
        ObjectNode json = (ObjectNode) Json.mapper()
                .readTree("{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8, \"target_modules\": "
                        + "[\"q_proj\", \"up_proj\"]}");
        json.setAll((ObjectNode) Json.mapper().readTree("{" + more + "}"));
        return LoraJson.read(json, WHERE);
    }

    @Test
    void namesAreWholeNamesOrTheirEnds() throws IOException {
        LoraConfig config = read("");
        assertThat(config.adapts(Q0)).isTrue();
        assertThat(config.adapts("model.layers.0.mlp.xup_proj")).isFalse();
        assertThat(config.scale(Q0)).isEqualTo(2);
    }

    @Test
    void aStringIsARegularExpressionOfTheWholeName() throws IOException {
        LoraConfig config = read("\"target_modules\": \".*\\\\.1\\\\..*\"");
        assertThat(config.adapts(Q1)).isTrue();
        assertThat(config.adapts(Q0)).isFalse();
        assertThat(read("\"target_modules\": \"all-linear\"").adapts(UP0)).isTrue();
    }

    @Test
    void layersExclusionsAndSavedModulesRestrictTheTargets() throws IOException {
        assertThat(read("\"layers_to_transform\": [1]").adapts(Q0)).isFalse();
        assertThat(read("\"layers_to_transform\": 1").adapts(Q1)).isTrue();
        assertThat(read("\"layers_to_transform\": [1], \"layers_pattern\": \"layers\"")
                        .adapts(Q1))
                .isTrue();
        assertThat(read("\"layers_to_transform\": [1], \"layers_pattern\": \"h\"")
                        .adapts(Q1))
                .isFalse();
        assertThat(read("\"exclude_modules\": [\"q_proj\"]").adapts(Q0)).isFalse();
        assertThat(read("\"modules_to_save\": [\"q_proj\"]").adapts(Q0)).isFalse();
    }

    /** The modules that PEFT 0.21.2 saves and adapts on a Llama with these configs, read off its state dicts. */
    @Test
    void savedModulesAreMatchedAsPeftMatchesThem() throws IOException {
        LoraConfig norm = read("\"modules_to_save\": [\"norm\"]");
        assertThat(List.of("model.norm", "model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"))
                .allMatch(norm::saves);
        assertThat(norm.saves("model.embed_tokens")).isFalse();
        assertThat(read("\"modules_to_save\": [\"head\"]").saves("lm_head")).isTrue();

        LoraConfig mlp = read("\"modules_to_save\": [\"mlp\"]");
        assertThat(mlp.saves(UP0)).isTrue();
        assertThat(mlp.adapts(UP0)).isFalse();
        assertThat(mlp.saves(Q0)).isFalse();
        assertThat(mlp.adapts(Q0)).isTrue();
        assertThat(mlp.unmatchedModulesToSave(List.of(Q0))).containsExactly("mlp");

        LoraConfig proj = read("\"modules_to_save\": [\"proj\"]"); // PEFT adapts these, and then cannot save them
        assertThat(proj.saves(Q0)).isTrue();
        assertThat(proj.adapts(Q0)).isTrue();
    }

    @Test
    void layersDoNotRestrictAModuleNamedInFull() throws IOException {
        LoraConfig config = read("\"target_modules\": [\"" + Q0 + "\", \"up_proj\"], \"layers_to_transform\": [1]");
        assertThat(config.adapts(Q0)).isTrue();
        assertThat(config.adapts(Q1)).isFalse();
        assertThat(config.adapts(UP0)).isFalse();
        assertThat(read("\"target_modules\": \"All-Linear\"").adapts(UP0)).isTrue();
    }

    @Test
    void rankAndAlphaByPatternAndTheRootOfTheRank() throws IOException {
        LoraConfig config = read("\"rank_pattern\": {\"layers.0.*q_proj\": 16}, \"alpha_pattern\": {\"up_proj\": 2}");
        assertThat(config.rank(Q0)).isEqualTo(16);
        assertThat(config.rank(Q1)).isEqualTo(4);
        assertThat(config.scale(UP0)).isEqualTo(0.5);
        assertThat(read("\"use_rslora\": true, \"r\": 16").scale(Q0)).isCloseTo(2, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"use_dora\": true",
                "\"bias\": \"all\"",
                "\"lora_bias\": true",
                "\"peft_type\": \"IA3\"",
                "\"layer_replication\": [[0, 2]]",
                "\"trainable_token_indices\": [3]",
                "\"init_lora_weights\": \"pissa\"",
                "\"target_parameters\": [\"mlp.experts\"]",
                "\"invented_tomorrow\": 1"
            })
    void whatChangesTheMathsIsRefusedByName(String more) {
        String key = more.substring(1, more.indexOf('"', 1));
        assertThatThrownBy(() -> read(more))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("adapter_config.json: " + key + ": ")
                .hasMessageContaining("not supported");
    }

    @Test
    void writtenNamesMatchExactlyTheAdaptedModules() throws IOException {
        List<LinearModule> linear = List.of(
                new LinearModule(Q0, 8, 8, false),
                new LinearModule(Q1, 8, 8, false),
                new LinearModule(UP0, 8, 8, false));
        ObjectNode all = LoraJson.write(read(""), linear, Set.of(Q0, Q1, UP0), "CAUSAL_LM");
        assertThat(all.path("target_modules")).extracting(JsonNode::asText).containsExactly("q_proj", "up_proj");
        ObjectNode some = LoraJson.write(read("\"rank_pattern\": {\"q_proj\": 2}"), linear, Set.of(Q0), "CAUSAL_LM");
        assertThat(some.path("target_modules")).extracting(JsonNode::asText).containsExactly(Q0);
        LoraConfig again = LoraJson.read(some, WHERE);
        assertThat(again.adapts(Q1)).isFalse();
        assertThat(again.rank(Q0)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"lora_alpha\": \"x\"",
                "\"layers_to_transform\": [\"x\"]",
                "\"rank_pattern\": {\"q_proj\": \"x\"}",
                "\"rank_pattern\": {\"q_proj\": 0}",
                "\"alpha_pattern\": {\"q_proj\": null}"
            })
    void numbersThatAreNoneAreRefusedByName(String setting) {
        assertThatThrownBy(() -> read(setting))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("adapter_config.json: " + setting.substring(1, setting.indexOf('"', 1)));
    }
}
