package dev.rlhf.recipe.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Overrides;
import dev.rlhf.recipe.Recipes;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageRecipe;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.StageResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OptionGroupTest {
    record Engine(
            @Option(help = "device", value = "auto") String device,
            @Option(help = "random seed", value = "0") long seed) {}

    record Optimizer(
            @Option(help = "peak learning rate", value = "1e-3", min = 0, open = true)
            double learning_rate,

            @Option(help = "share of warm-up steps", value = "0.5", max = 1)
            double warmup,

            @OptionGroup Engine engine) {
        Optimizer {
            if (warmup > learning_rate * 1000) {
                throw new InputException("warmup: too long");
            }
        }
    }

    record Train(
            @Option(help = "output folder") Path output_dir,

            @OptionGroup(
                    defaults = {"learning_rate=2e-3", "seed=7"},
                    help = "seed=seed of the shuffling")
            Optimizer optimizer,

            @Option(help = "data") @Nullable Path dataset) {}

    record Misspelt(@OptionGroup(defaults = "sed=7") Engine engine) {}

    record MisspeltHelp(@OptionGroup(help = "sed=seed") Engine engine) {}

    private static final StageCatalog CATALOG = new StageCatalog(List.of(
            new StageCatalog.Entry<>("train", "", Train.class, () -> (options, context) -> new StageResult(Map.of()))));

    private static StageRecipe<?> train(String... namesAndValues) {
        Map<String, String> typed = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            typed.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Recipes(CATALOG)
                .stage("train", null, new Overrides(typed))
                .stages()
                .getFirst();
    }

    @Test
    void optionsOfAGroupAreOptionsOfTheStage() {
        assertThat(OptionsModel.of(Train.class).names())
                .containsExactly("output_dir", "learning_rate", "warmup", "device", "seed", "dataset");
        assertThat(train("output_dir", "out", "warmup", "0.25", "device", "cpu").options())
                .isEqualTo(new Train(Path.of("out"), new Optimizer(2e-3, 0.25, new Engine("cpu", 7)), null));
    }

    @Test
    void aStageHasDefaultsOfItsOwn() {
        assertThat(OptionsModel.of(Train.class)
                        .option("learning_rate")
                        .orElseThrow()
                        .defaultText())
                .isEqualTo("2e-3");
        assertThat(OptionsModel.of(Optimizer.class)
                        .option("learning_rate")
                        .orElseThrow()
                        .defaultText())
                .isEqualTo("1e-3");
        assertThatIllegalStateException()
                .isThrownBy(() -> OptionsModel.of(Misspelt.class))
                .withMessageContaining("sed");
    }

    @Test
    void aStageHasHelpTextsOfItsOwn() {
        assertThat(OptionsModel.of(Train.class).option("seed").orElseThrow().help())
                .isEqualTo("seed of the shuffling");
        assertThat(OptionsModel.of(Train.class).option("device").orElseThrow().help())
                .isEqualTo("device");
        assertThatIllegalStateException()
                .isThrownBy(() -> OptionsModel.of(MisspeltHelp.class))
                .withMessageContaining("sed");
    }

    @Test
    void theResolvedRecipeHasThemFlat() {
        assertThat(train("output_dir", "out").resolved())
                .containsEntry("learning_rate", 2e-3)
                .containsEntry("seed", 7L)
                .doesNotContainKeys("optimizer", "engine");
    }

    @Test
    void aRuleOfAGroupIsReportedAtItsOption() {
        assertThatThrownBy(() -> train("output_dir", "out", "learning_rate", "1e-4"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--warmup: too long");
    }
}
