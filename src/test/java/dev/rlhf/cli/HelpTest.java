package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.stage.StageContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The voice and the layout of {@code --help}. */
class HelpTest {
    private static final int LONGEST_HELP = 160;

    /** Help texts are noun phrases in lower case; names and abbreviations keep their capitals. */
    private static final Pattern FIRST_WORD =
            Pattern.compile("(?!(?:of|as)\\b)(?:[^A-Z].*|(?:Adam|LoRA|[A-Z][A-Z0-9]+)\\b.*)", Pattern.DOTALL);

    private final StageCatalog catalog = Stages.catalog();

    private static Stream<String> commands() {
        return Stream.concat(
                Stages.catalog().names().stream(),
                Stream.of(
                        "",
                        "run",
                        "doctor",
                        "schema",
                        "fetch",
                        "label",
                        "label serve",
                        "label import",
                        "label export",
                        "label batch",
                        "label users",
                        "label stats",
                        "label time",
                        "label invite",
                        "label init",
                        "label backup",
                        "label restore"));
    }

    private String help(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        Program.Environment environment = new Program.Environment(console, console, Map.of(), HelpTest::noContext);
        int code = new Program(catalog, environment)
                .run((command + " --help").strip().split(" "));
        assertThat(code).as(command).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static StageContext noContext() {
        throw new AssertionError("help runs no stage");
    }

    @Test
    void helpTextsAreShortPhrasesInLowerCase() {
        SoftAssertions all = new SoftAssertions();
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            check(entry.name(), entry.model(), all);
        }
        all.assertAll();
    }

    private static void check(String where, OptionsModel<?> model, SoftAssertions all) {
        for (OptionSpec option : model.options()) {
            String name = where + " " + option.name();
            all.assertThat(option.help()).as(name).matches(FIRST_WORD).hasSizeLessThanOrEqualTo(LONGEST_HELP);
            all.assertThat(option.help()).as(name).doesNotEndWith(".");
            if (option.elementType() instanceof OptionType.Group(var inner)) {
                check(name, inner, all);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyLineFitsAndNoMetavariableIsInAngleBrackets(String command) {
        assertThat(help(command).lines())
                .allSatisfy(line ->
                        assertThat(line).hasSizeLessThanOrEqualTo(Help.WIDTH).doesNotContain("=<"));
    }

    @Test
    void optionsAreInSectionsAndRequiredOnesFirst() {
        assertThat(help("ppo"))
                .containsSubsequence(
                        "Required:",
                        "--model_name_or_path=MODEL",
                        "--output_dir=",
                        "Options:",
                        "--kl_coef=NUMBER",
                        "Optimizer:",
                        "--learning_rate=NUMBER",
                        "LoRA:",
                        "--lora_r=INT",
                        "Training loop:",
                        "--save_steps=INT",
                        "Device and precision:",
                        "--dtype=WORD",
                        "Running:",
                        "--config=FILE",
                        "MODEL is a checkpoint folder");
    }

    @Test
    void aSwitchThatIsOnSaysHowToSwitchItOff() {
        assertThat(help("ppo").replaceAll("\\s+", " "))
                .contains("(default true; off: --whiten_advantages false)")
                .doesNotContain("default false");
    }

    @Test
    void theUsageLinesOfTheProgramAreAligned() {
        assertThat(help("")).startsWith("Usage: rlhf COMMAND [--option value …]\n       rlhf run ");
    }
}
