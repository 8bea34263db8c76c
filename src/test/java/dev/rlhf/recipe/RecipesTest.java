package dev.rlhf.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Fakes.JudgeOptions;
import dev.rlhf.recipe.Fakes.Part;
import dev.rlhf.recipe.Fakes.Scheduler;
import dev.rlhf.recipe.Fakes.TrainOptions;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.YamlWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipesTest {
    @TempDir
    Path folder;

    private Path file;
    private final Recipes recipes = new Recipes(Fakes.catalog());

    @BeforeEach
    void setUp() {
        file = folder.resolve("r.yaml");
    }

    private TrainOptions train(String yaml, String... overrides) throws IOException {
        return (TrainOptions) load(yaml, overrides).stages().getFirst().options();
    }

    private Recipe load(String yaml, String... overrides) throws IOException {
        Files.writeString(file, yaml);
        return recipes.load(file, overrides(overrides));
    }

    private static Overrides overrides(String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return new Overrides(values);
    }

    /** The message's lines, the recipe's path shortened to r.yaml. */
    private List<String> mistakes(String yaml, String... overrides) {
        try {
            load(yaml, overrides);
        } catch (InputException | IOException e) {
            return Arrays.asList(
                    String.valueOf(e.getMessage()).replace(folder + "/", "").split("\n"));
        }
        return List.of();
    }

    @Test
    void aRecipeBecomesItsRecordAndDefaultsFillTheRest() throws IOException {
        Path data = Files.writeString(folder.resolve("d.jsonl"), "x");
        TrainOptions options = train("""
                stage: train
                dataset: %s
                datasets:
                  - path: %s
                    weight: 2
                  - {path: %s}
                learning_rate: 1e-4
                scheduler: cosine_with_warmup
                packing: true
                stop: [a, "12", 3]
                config: {n_layer: 4, rope: {factor: 8.0, kind: llama3}, tie: true, eps: 1e-5, sizes: [1, 2], none: null}
                limit: 1_000
                output_dir: runs/x
                """.formatted(data, data, data));

        assertThat(options)
                .isEqualTo(new TrainOptions(
                        data,
                        List.of(new Part(data, 2), new Part(data, 1)),
                        1e-4,
                        100,
                        0,
                        1,
                        true,
                        Scheduler.COSINE_WITH_WARMUP,
                        "float32",
                        "<|im_end|>",
                        List.of("a", "12", "3"),
                        options.config(),
                        1000,
                        Path.of("runs/x")));
        assertThat(options.config())
                .containsEntry("n_layer", 4)
                .containsEntry("rope", Map.of("factor", 8.0, "kind", "llama3"))
                .containsEntry("tie", true)
                .containsEntry("eps", 1e-5)
                .containsEntry("sizes", List.of(1, 2))
                .containsEntry("none", null);
    }

    @Test
    void typedOptionsWinOverTheRecipe() throws IOException {
        TrainOptions options = train(
                "stage: train\nlearning_rate: 1e-4\noutput_dir: a\nconfig: {n_layer: 2, n_head: 2}\nlimit: 5\n",
                "learning_rate",
                "0.5",
                "train.output_dir",
                "b",
                "config.n_layer",
                "8",
                "stop",
                "x, y",
                "limit",
                "null",
                "eos",
                "a: [b");

        assertThat(options.learning_rate()).isEqualTo(0.5);
        assertThat(options.output_dir()).isEqualTo(Path.of("b"));
        assertThat(options.config()).isEqualTo(Map.of("n_layer", 8, "n_head", 2));
        assertThat(options.stop()).containsExactly("x", "y");
        assertThat(options.limit()).isNull();
        assertThat(options.eos()).isEqualTo("a: [b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop: all-linear|all-linear",
                "stop: q_proj, v_proj|q_proj;v_proj",
                "stop: 'h{1,2}'|h{1,2}",
                "stop: [a, b]|a;b",
                "stop: \"\"|''"
            })
    void aListOfWordsMayBeOneWord(String line, String words) throws IOException {
        Path data = Files.writeString(folder.resolve("d.jsonl"), "x");
        assertThat(train("stage: train\noutput_dir: x\ndataset: " + data + "\n" + line + "\n")
                        .stop())
                .containsExactly(words.split(";", -1));
    }

    @Test
    void aRuleOfNoSingleOptionIsTypedWithoutDashes() {
        assertThat(Place.commandLine().message("", "give either a or b")).isEqualTo("give either a or b");
        assertThat(Place.commandLine().message("a", "is missing")).isEqualTo("--a: is missing");
    }

    @Test
    void everyMistakeIsReportedAtItsLineAndAllAtOnce() {
        assertThat(mistakes("""
                        # a comment
                        stage: train
                        learning_rat: 1e-4
                        max_steps: many
                        warmup_steps: 1.5
                        learning_rate: 1
                        packing: yes
                        scheduler: cosin
                        dtype: float23
                        dataset: missing.jsonl
                        seed: 1
                        seed: 2
                        limit: "12"
                        datasets:
                          - path: r.yaml
                            weight: 0
                            wieght: 1
                          - 12
                        config: 3
                        stop: {word: 1}
                        eos:
                        """))
                .containsExactly(
                        "r.yaml:2: output_dir: required (Where results go.)",
                        "r.yaml:3: learning_rat: unknown option; did you mean learning_rate?",
                        "r.yaml:4: max_steps: must be a whole number, not many",
                        "r.yaml:5: warmup_steps: must be a whole number, not 1.5",
                        "r.yaml:6: learning_rate: 1 is out of bounds; must be > 0 and < 1",
                        "r.yaml:7: packing: must be true or false, not yes",
                        "r.yaml:8: scheduler: \"cosin\" is not one of linear, cosine_with_warmup; did you mean "
                                + "cosine_with_warmup?",
                        "r.yaml:9: dtype: \"float23\" is not one of float32, bfloat16; did you mean float32?",
                        "r.yaml:12: seed: given twice, first on line 11",
                        "r.yaml:13: limit: must be a whole number, not the text \"12\"",
                        "r.yaml:16: datasets[0].weight: 0 is out of bounds; must be > 0",
                        "r.yaml:17: datasets[0].wieght: unknown option; did you mean weight?",
                        "r.yaml:18: datasets[1]: must be a group of options (path, weight), not 12",
                        "r.yaml:19: config: must be keys and values, not 3",
                        "r.yaml:20: stop: must be a list, not a group of keys",
                        "r.yaml:21: eos: has no value; leave it out for the default, which is <|im_end|>");
    }

    @Test
    void aMissingFileIsReportedWhereItIsNamed() {
        String cwd = Path.of("").toAbsolutePath().toString();
        assertThat(mistakes("""
                        stage: train
                        output_dir: x
                        dataset: no/such.jsonl
                        datasets:
                          - weight: 1
                            path: no/such
                        """))
                .containsExactly(
                        "r.yaml:3: dataset: no/such.jsonl does not exist; relative paths start from " + cwd,
                        "r.yaml:6: datasets[0].path: no/such does not exist; relative paths start from " + cwd);
        assertThat(mistakes("stage: train\noutput_dir: x\ndataset: /\n"))
                .containsExactly("r.yaml:3: dataset: / is a folder; it must be a file");
        assertThat(mistakes("stage: train\noutput_dir: x\n", "dataset", "/none"))
                .containsExactly("--dataset: /none does not exist");
    }

    @Test
    void pipesAndGitLfsPointersAreRefused() throws Exception {
        Path pipe = folder.resolve("pipe.jsonl");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertThat(mistakes("stage: train\noutput_dir: x\n", "dataset", pipe.toString()))
                .containsExactly(
                        "--dataset: pipe.jsonl is a pipe or a device, which can be read only once; save its content "
                                + "as a file");
        Path pointer = Files.writeString(
                folder.resolve("d.jsonl"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        assertThat(mistakes("stage: train\noutput_dir: x\n", "dataset", pointer.toString()))
                .containsExactly(
                        "--dataset: d.jsonl is a Git LFS pointer, not the file itself; run `git lfs pull` where it "
                                + "was cloned");
    }

    @Test
    void aRuleAcrossOptionsIsReportedAtTheOptionItNames() {
        assertThat(mistakes("stage: train\noutput_dir: x\nmax_steps: 10\nwarmup_steps: 11\n"))
                .containsExactly("r.yaml:4: warmup_steps: 11 is more than max_steps, 10");
        assertThat(mistakes("stage: train\noutput_dir: x\nmax_steps: 10\n", "warmup_steps", "11"))
                .containsExactly("--warmup_steps: 11 is more than max_steps, 10");
    }

    @Test
    void typedMistakesAreReportedAsTyped() {
        assertThat(mistakes(
                        "stage: train\noutput_dir: x\n",
                        "learning_rat",
                        "1",
                        "max_steps",
                        "0",
                        "datasets",
                        "[{path: r.yaml, weight: a}]",
                        "limit",
                        "x"))
                .containsExactly(
                        "--learning_rat: unknown option; did you mean --learning_rate?",
                        "--datasets: datasets[0].weight: must be a number, not a",
                        "--max_steps: 0 is out of bounds; must be >= 1",
                        "--limit: must be a whole number, not x");
    }

    @Test
    void withoutAFileMissingOptionsAreNamedAsTheyWouldBeTyped() {
        assertThatThrownBy(() -> recipes.stage("judge", null, Overrides.none()))
                .isInstanceOf(InputException.class)
                .hasMessage("""
                        --model: required (The model.)
                        --output_dir: required (Where results go.)""");
    }

    @Test
    void aStageCommandRefusesARecipeForAnother() throws IOException {
        Files.writeString(file, "# x\nstage: train\n");
        assertThatThrownBy(() -> recipes.stage("judge", file, Overrides.none()))
                .hasMessage(file + ":2: stage: this is a recipe for train; run it with: rlhf train --config " + file);
        Files.writeString(file, "# x\nstages: []\n");
        assertThatThrownBy(() -> recipes.stage("judge", file, Overrides.none()))
                .hasMessage(file + ":2: stages: this is a pipeline; run it with: rlhf run " + file);
    }

    @Test
    void aFileThatIsNotARecipeIsRefused() {
        assertThat(mistakes("stage: trian\n"))
                .containsExactly("r.yaml:1: stage: \"trian\" is not a stage; did you mean train? The stages are: "
                        + "train, judge");
        assertThat(mistakes("stage: sft\n"))
                .containsExactly("r.yaml:1: stage: \"sft\" is not a stage. The stages are: train, judge");
        assertThat(mistakes("seed: 1\n"))
                .containsExactly("r.yaml: says neither \"stage: …\" nor \"stages: …\"; the stages are train, judge");
        assertThat(mistakes(""))
                .containsExactly("r.yaml:1: a recipe is a list of \"option: value\" lines, this is empty");
        assertThat(mistakes("- a\n"))
                .containsExactly("r.yaml:1: a recipe is a list of \"option: value\" lines, this is a list");
        assertThat(mistakes("stage: train\nseed: [1\nx: 2\n"))
                .singleElement()
                .asString()
                .startsWith("r.yaml:3: not valid YAML: ");
        assertThatThrownBy(() -> recipes.load(folder.resolve("none.yaml"), Overrides.none()))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(folder.resolve("none.yaml") + ": no such recipe");
    }

    @Test
    void expectationsAreReadAndBadOnesReported() throws IOException {
        assertThat(mistakes("stage: train\noutput_dir: x\nexpect:\n  loss: about 3\n  acc: 0.5\n"))
                .containsExactly(
                        "r.yaml:4: expect.loss: \"about 3\" is not a bound; write \"<= 0.9\", \">= 0.5\", \"1.0 +- "
                                + "0.1\" or \"between 3 and 4\"",
                        "r.yaml:5: expect.acc: \"0.5\" is not a bound; write \"<= 0.9\", \">= 0.5\", \"1.0 +- 0.1\" "
                                + "or \"between 3 and 4\"");
        assertThat(load("stage: train\noutput_dir: x\nexpect: {loss: <= 1}\n")
                        .stages()
                        .getFirst()
                        .expect()
                        .bounds())
                .containsOnlyKeys("loss");
    }

    @Test
    void theResolvedRecipeIsARecipeForTheSame() throws IOException {
        Path data = Files.writeString(folder.resolve("it's: #1.jsonl"), "x");
        Recipe recipe = load("""
                stage: train
                datasets: [{path: "%s", weight: 0.25}]
                learning_rate: 1e-7
                stop: ["1e5", "a, b", "- x", "null", "", "yes", "\\n\\t\\"\\\\", "Zoë 🦉", "é: x"]
                config: {text: "12", number: 12, fraction: 12.0, big: 1e20, long: 12345678901, list: [{a: 1}, [1, [2]], {}],
                  "odd key:": ~}
                output_dir: runs/x
                expect: {loss: "<= 0.9"}
                """.formatted(data));
        StageRecipe<?> stage = recipe.stages().getFirst();

        String yaml = YamlWriter.write(stage.resolved());
        StageRecipe<?> again = load(yaml).stages().getFirst();

        assertThat(again.options()).isEqualTo(stage.options());
        assertThat(again.expect()).isEqualTo(stage.expect());
        assertThat(yaml).contains("\nlearning_rate: 1.0e-7\n", "\nmax_steps: 100\n", "\nlimit: null\n");
    }

    @ParameterizedTest
    @CsvSource({"'.5', 0.5", "'5.', 5", "'+1e-3', 0.001", "'1E2', 100", "'-3', -3"})
    void numbersMayBeWrittenInAnyUsualWay(String text, double value) throws IOException {
        assertThat(train("stage: train\noutput_dir: x\nconfig: {a: " + text + "}\n")
                        .config()
                        .get("a"))
                .satisfies(a -> assertThat(((Number) a).doubleValue()).isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource({"e5", "1e", "--1", "0x10", "1__0", "_1", ".", "nan", "1e99999"})
    void whatIsNoNumberIsText(String text) throws IOException {
        assertThat(train("stage: train\noutput_dir: x\nconfig: {a: " + text + "}\n")
                        .config())
                .containsEntry("a", text);
    }

    @Test
    void aWholeNumberOptionTakesOneWrittenWithAnExponentAndRefusesOneTooLarge() throws IOException {
        assertThat(train("stage: train\noutput_dir: x\nmax_steps: 2e3\n").max_steps())
                .isEqualTo(2000);
        assertThat(mistakes("stage: train\noutput_dir: x\nmax_steps: 3e9\n"))
                .containsExactly("r.yaml:3: max_steps: 3e9 is too large");
    }

    @Test
    void anchorsAreExpanded() throws IOException {
        assertThat(train("stage: train\noutput_dir: x\nconfig: {a: &n 4, b: *n}\n")
                        .config())
                .isEqualTo(Map.of("a", 4, "b", 4));
        assertThat(mistakes("stage: train\noutput_dir: x\nconfig: &c {a: *c}\n"))
                .containsExactly("r.yaml:3: an anchor that contains itself");
    }

    @Test
    void pipelineStagesInheritAndTheNearestValueWins() throws IOException {
        Files.createDirectories(folder.resolve("m"));
        Recipe recipe = load("""
                output_dir: runs/q
                seed: 7
                stages:
                  - stage: train
                    name: base
                    max_steps: 5
                  - stage: train
                    seed: 8
                  - stage: judge
                    model: runs/q/base/model
                    output_dir: runs/q/verdict
                """, "train.max_steps", "9", "labelers", "people", "output_dir", "elsewhere");

        assertThat(recipe.stages()).extracting(StageRecipe::name).containsExactly("base", "train", "judge");
        TrainOptions base = (TrainOptions) recipe.stages().get(0).options();
        TrainOptions second = (TrainOptions) recipe.stages().get(1).options();
        JudgeOptions judge = (JudgeOptions) recipe.stages().get(2).options();
        assertThat(base.seed()).isEqualTo(7);
        assertThat(base.max_steps()).isEqualTo(5);
        assertThat(base.output_dir()).isEqualTo(Path.of("elsewhere/base"));
        assertThat(second.seed()).isEqualTo(8);
        assertThat(second.max_steps()).isEqualTo(9);
        assertThat(judge.seed()).isEqualTo(7);
        assertThat(judge.labelers()).isEqualTo("people");
        assertThat(judge.model())
                .as("what lies in the output folder moves with it")
                .isEqualTo(Path.of("elsewhere/base/model"));
        assertThat(judge.output_dir()).isEqualTo(Path.of("elsewhere/verdict"));
        assertThat(recipe.outputDir()).contains(Path.of("elsewhere"));
    }

    @Test
    void aTypedOptionGoesToEveryStageThatHasItEvenOverTheStagesOwn() throws IOException {
        Recipe recipe = load("stages:\n- {stage: train, seed: 3}\n- {stage: train, name: b, limit: 1}\n", "seed", "5");
        assertThat(recipe.stages())
                .extracting(stage -> ((TrainOptions) stage.options()).seed())
                .containsExactly(5L, 5L);
        assertThat(recipe.outputDir()).as("named after the file").contains(Path.of("runs/r"));
    }

    @Test
    void pipelineMistakesAreReportedAtTheirLines() {
        assertThat(mistakes("""
                        sede: 1
                        seed: x
                        stages:
                          - stage: train
                            max_stepps: 3
                          - stage: train
                          - stage: juge
                          - name: nothing
                          - stage: judge
                            name: a b
                            model: runs/r/nobody/model
                          - word
                        """, "max_step", "3", "nobody.seed", "3"))
                .containsExactly(
                        "r.yaml:1: sede: no stage of this recipe has such an option; did you mean seed?",
                        "r.yaml:2: seed: must be a whole number, not x",
                        "r.yaml:5: max_stepps: unknown option; did you mean max_steps?",
                        "r.yaml:6: name: two stages are called train, the first on line 4; give one a \"name: …\" of "
                                + "its own",
                        "r.yaml:7: stage: \"juge\" is not a stage; did you mean judge? The stages are: train, judge",
                        "r.yaml:8: stage: missing; must be one of train, judge",
                        "r.yaml:9: name: must be a word of letters, digits, _ and -, not a b",
                        "r.yaml:12: stages: must begin with \"- stage: …\", not with word",
                        "--max_step: no stage of r.yaml has such an option; did you mean --max_steps?",
                        "--nobody.seed: no stage of r.yaml has such an option");
    }

    @Test
    void onlyInputsWrittenByEarlierStagesMayBeMissing() {
        String cwd = Path.of("").toAbsolutePath().toString();
        assertThat(mistakes("""
                        output_dir: runs/q
                        stages:
                          - {stage: judge, model: runs/q/train/model}
                          - {stage: train}
                          - {stage: judge, name: late, model: runs/q/train/model, seed: 2}
                        """))
                .containsExactly("r.yaml:3: model: runs/q/train/model does not exist; relative paths start from " + cwd
                        + "; stage train, which makes it, comes later: move that stage up");
    }

    @Test
    void aMistakeInOneStageIsNotReportedAgainAtThoseThatNeedItsResults() {
        assertThat(mistakes("""
                        output_dir: runs/q
                        stages:
                          - {stage: train, max_steps: 0}
                          - {stage: judge, model: runs/q/train/model}
                        """)).containsExactly("r.yaml:3: max_steps: 0 is out of bounds; must be >= 1");
    }

    @Test
    void twoStagesCannotShareAFolder() {
        assertThat(mistakes("stages:\n- {stage: train, output_dir: /x}\n"
                        + "- {stage: train, name: b, seed: 2, output_dir: /x/./}\n"))
                .containsExactly("r.yaml: output_dir: stages train and b have the same, /x");
    }

    @Test
    void twoStagesWithTheSameOptionsAreRefused() {
        String stages = "stages:\n- {stage: train, name: a}\n- {stage: train, name: b, seed: 2}\n";

        assertThat(mistakes(stages)).isEmpty();
        assertThat(mistakes(stages.replace("seed: 2", "expect: {loss: '> 1'}")))
                .containsExactly("r.yaml: stages: a and b have the same options and would have the same results; change"
                        + " one of them, for example its seed");
        assertThat(mistakes(stages, "seed", "2"))
                .containsExactly("r.yaml: stages: a and b have the same options and would have the same results; change"
                        + " one of them, for example its seed (--seed is for all stages, --b.seed for this one)");
        assertThat(mistakes(stages, "seed", "2", "b.seed", "3")).isEmpty();
    }

    @Test
    void aResolvedPipelineIsARecipeForTheSame() throws IOException {
        Recipe recipe =
                load("output_dir: runs/q\nseed: 7\nstages:\n- {stage: train, expect: {loss: '> 1'}}\n- {stage: train, "
                        + "name: b, limit: 1}\n");
        Recipe again = load(recipe.resolved(new Versions("1", "2", "3", "4", "5")));
        assertThat(again.stages())
                .extracting(StageRecipe::resolved)
                .isEqualTo(recipe.stages().stream().map(StageRecipe::resolved).toList());
        assertThat(again.outputDir()).isEqualTo(recipe.outputDir());
    }
}
