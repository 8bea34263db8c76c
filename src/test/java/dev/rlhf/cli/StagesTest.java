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

/** The catalog of stages. */
class StagesTest {
    private static final Path PAGE = Path.of("docs/reference/recipes.md");
    private static final String MARK = "<!-- below: generated -->\n";
    private static final Set<String> TAKEN =
            Set.of("redo", "junit", "debug", "help", "stage", "stages", "name", "expect", "versions");

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
}
