package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Overrides;
import dev.rlhf.recipe.Recipes;
import dev.rlhf.recipe.ReferencePage;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog of stages. */
class StagesTest {
    private static final Path PAGE = Path.of("docs/reference/recipes.md");
    private static final String MARK = "<!-- below: generated -->\n";
    private static final Set<String> TAKEN =
            Set.of("redo", "dry_run", "junit", "debug", "help", "stage", "stages", "name", "expect", "versions");

    private final StageCatalog catalog = Stages.catalog();

    @Test
    void noOptionHasANameThatMeansSomethingElse() {
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            assertThat(entry.model().options())
                    .as(entry.name())
                    .extracting(OptionSpec::name)
                    .doesNotContainAnyElementsOf(TAKEN)
                    .allMatch(name -> name.matches("[a-z][a-z0-9_]*"));
            assertThat(entry.model().option("config").stream())
                    .as("--config is the recipe; --config.KEY can still be an option's key")
                    .allMatch(option -> option.type() instanceof OptionType.AnyMap);
        }
    }

    @Test
    void everyDefaultIsAValueThatItsOptionAllows() {
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            List<String> mistakes = List.of();
            try {
                new Recipes(catalog).stage(entry.name(), null, Overrides.none());
            } catch (InputException e) {
                mistakes = String.valueOf(e.getMessage()).lines().toList();
            }
            assertThat(mistakes).as(entry.name()).allMatch(line -> line.contains(": required ("));
        }
    }

    @Test
    void theReferencePageShowsTheOptionsAsTheyAre() throws IOException {
        String page = Files.readString(PAGE);
        String written = page.substring(0, page.indexOf(MARK) + MARK.length()) + ReferencePage.of(catalog);
        if (Boolean.getBoolean("rlhf.update_docs")) {
            Files.writeString(PAGE, written);
        } else {
            assertThat(page)
                    .as("out of date; to write it again: mvn test -Dtest=StagesTest -Drlhf.update_docs=true")
                    .isEqualTo(written);
        }
    }

    /** Recipes for the user's own model and data name missing files; everything else in them must be valid. */
    @Test
    void everyRecipeHasOptionsThatExist() throws IOException {
        List<Path> files;
        try (Stream<Path> folder = Files.list(Path.of("recipes"))) {
            files = folder.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(6);
        for (Path file : files) {
            List<String> mistakes = List.of();
            try {
                new Recipes(catalog).load(file, Overrides.none());
            } catch (InputException e) {
                mistakes = String.valueOf(e.getMessage()).lines().toList();
            }
            assertThat(mistakes).as(file.toString()).allMatch(line -> line.contains(" does not exist"));
        }
    }

    @Test
    void everyStageSaysWhatItLeavesSoThatRecipesCanBeChecked() throws ReflectiveOperationException {
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            assertThat(entry.stage().get().getClass().getDeclaredMethod("outputs", entry.options()))
                    .as(entry.name())
                    .isNotNull();
        }
    }

    /** Files need not exist: everything that is wrong with a recipe is reported at once. */
    @Test
    void expectationsOfMetricsThatAStageCannotHaveAreRefused(@TempDir Path folder) throws IOException {
        Path recipe = Files.writeString(folder.resolve("r.yaml"), """
                stages:
                  - {stage: pretrain, dataset: README.md, config: {model_type: gpt2, n_embd: 8, n_layer: 1, n_head: 1, n_positions: 128}, split: none, expect: {eval_loss: "< 2", ln_vocab: "> 0"}}
                  - {stage: sft, model_name_or_path: runs/r/pretrain/model, dataset: README.md, expect: {loss: "< 2", eval_loss: "< 2", eval_los: "< 2"}}
                  - {stage: reward, model_name_or_path: runs/r/sft/model, dataset: README.md, eval_fraction: 0, expect: {eval_accuracy: "> 0.5", "eval_score/answerable/correct": "> 0"}}
                  - {stage: ppo, model_name_or_path: runs/r/sft/model, reward_model_path: runs/r/reward/model, dataset: README.md, expect: {objective/scores: "> 0", objective/score: "> 0", share/wrong_answer: "< 0.5"}}
                  - stage: eval
                    models: [{name: sft, path: runs/r/sft/model}, {name: ppo, path: runs/r/ppo/model}]
                    questions: README.md
                    prompts: README.md
                    expect:
                      sft/accuracy: "> 0"
                      ppo/new_wording/refusal_recall/any_origin: "> 0"
                      ppo/new_wording/risk/20/high: "> 0"
                      ppo/truthfulness/any kind/low: "> 0"
                      ppo/distinct_2: "> 0"
                      pp/accuracy: "> 0"
                      ppo/new_wordin/accuracy: "> 0"
                      ppo/refusal_recal/any_origin: "> 0"
                      accuracy: "> 0"
                      ppo/kl: "< 2"
                      known_share: "> 0"
                      ppo/perplexity: "< 2"
                      ppo/heldout_win_rate: "> 0"
                """);
        String message = "";
        try {
            new Recipes(catalog).load(recipe, Overrides.none());
        } catch (InputException e) {
            message = String.valueOf(e.getMessage());
        }
        assertThat(message.replace(recipe + ":", "").lines())
                .containsExactly(
                        "2: expect.eval_loss: pretrain measures this only with split: document, or contiguous",
                        "3: expect.loss: not one of sft's final metrics, which are eval_loss, eval_mean_token_accuracy,"
                                + " eval_entropy, num_tokens, skipped_steps, rows, rows_dropped, rows_truncated,"
                                + " rows_teaching_end, eval_rows_in_training",
                        "3: expect.eval_los: not one of sft's final metrics; did you mean eval_loss?",
                        "4: expect.eval_accuracy: reward measures this only with eval_dataset or eval_fraction",
                        "4: expect.eval_score/answerable/correct: reward measures this only with questions",
                        "5: expect.objective/score: not one of ppo's final metrics; did you mean objective/scores?",
                        "5: expect.share/wrong_answer: ppo measures this only with reward_right_answer or the like",
                        "16: expect.pp/accuracy: not one of eval's final metrics; did you mean ppo/accuracy?",
                        "17: expect.ppo/new_wordin/accuracy: not one of eval's final metrics; did you mean"
                                + " ppo/new_wording/accuracy?",
                        "18: expect.ppo/refusal_recal/any_origin: not one of eval's final metrics; did you mean"
                                + " ppo/refusal_recall/any_origin?",
                        "19: expect.accuracy: not one of eval's final metrics; did you mean sft/accuracy?",
                        "20: expect.ppo/kl: eval measures this only with prompts and kl_reference",
                        "21: expect.known_share: eval measures this only with knowledge_reference",
                        "22: expect.ppo/perplexity: eval measures this only with documents",
                        "23: expect.ppo/heldout_win_rate: eval measures this only with prompts, reward_model,"
                                + " heldout_reward_model and kl_reference");
    }
}
