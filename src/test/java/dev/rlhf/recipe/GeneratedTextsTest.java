package dev.rlhf.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.stage.Option;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class GeneratedTextsTest {
    @Test
    void theSchemaDescribesWhatTheReaderChecks() throws Exception {
        JsonNode schema = Json.mapper().readTree(JsonSchema.of(Fakes.catalog()));
        JsonNode train = schema.at("/definitions/stage_train");

        assertThat(train.at("/additionalProperties").asBoolean(true)).isFalse();
        assertThat(train.at("/properties/learning_rate/exclusiveMinimum").asDouble())
                .isZero();
        assertThat(train.at("/properties/learning_rate/exclusiveMaximum").asDouble())
                .isEqualTo(1);
        assertThat(train.at("/properties/max_steps/type").asText()).isEqualTo("integer");
        assertThat(train.at("/properties/max_steps/minimum").asInt()).isEqualTo(1);
        assertThat(train.at("/properties/max_steps/maximum").isMissingNode()).isTrue();
        assertThat(train.at("/properties/limit/type").toString()).isEqualTo("[\"integer\",\"null\"]");
        assertThat(train.at("/properties/scheduler/enum").toString()).isEqualTo("[\"linear\",\"cosine_with_warmup\"]");
        assertThat(train.at("/properties/dtype/enum").toString()).isEqualTo("[\"float32\",\"bfloat16\"]");
        assertThat(train.at("/properties/datasets/items/properties/weight/description")
                        .asText())
                .isEqualTo("Its share. (default 1)");
        assertThat(train.at("/properties/config/type").asText()).isEqualTo("object");
        assertThat(train.at("/properties/output_dir/description").asText()).endsWith("(required)");
        assertThat(schema.at("/definitions/pipeline/properties/seed/$ref").asText())
                .isEqualTo("#/definitions/stage_train/properties/seed");
        assertThat(schema.at("/definitions/stage/allOf/1/then/$ref").asText()).isEqualTo("#/definitions/stage_judge");
    }

    @Test
    void theReferencePageHasARowForEachOptionNestedOnesIncluded() {
        assertThat(ReferencePage.of(Fakes.catalog()))
                .contains(
                        "\n## train\n\nTrains.\n",
                        "| `learning_rate` | number | `3.0e-4` | > 0 and < 1 | Step size. |\n",
                        "| `datasets[].weight` | number | `1` | > 0 | Its share. |\n",
                        "| `datasets[].path` | path | **required** | a file or folder that exists | The file. |\n",
                        "| `packing` | true\\|false | `false` |  | Put several rows in one. |\n",
                        "| `eos` | text | `<\\|im_end\\|>` |",
                        "| `scheduler` | word | `linear` | one of linear, cosine_with_warmup |",
                        "| `limit` | int | none | >= 1 |");
    }

    @Test
    void aRecordThatCannotHoldOptionsIsRefusedByName() {
        record Unannotated(@Option(help = "x") int fine, int forgotten) {}
        record Odd(@Option(help = "x") float value) {}

        Assertions.assertThatThrownBy(() -> OptionsModel.of(Unannotated.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@Option is missing on forgotten");
        Assertions.assertThatThrownBy(() -> OptionsModel.of(Odd.class)).hasMessage("options cannot have type float");
    }
}
