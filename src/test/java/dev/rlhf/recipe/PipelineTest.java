package dev.rlhf.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.recipe.Fakes.Context;
import dev.rlhf.recipe.Fakes.JudgeOptions;
import dev.rlhf.recipe.Fakes.TrainOptions;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stage.WaitingForPeopleException;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PipelineTest {
    @TempDir
    Path folder;

    private Path file;
    private Path data;
    private Path runs;
    private final List<String> ran = new ArrayList<>();
    private Stage<TrainOptions> train = this::train;
    private Stage<JudgeOptions> judge = this::judge;
    private Context context = new Context();
    private CiReports ciReports = new CiReports(Optional.empty(), Optional.empty());

    @BeforeEach
    void setUp() throws IOException {
        file = folder.resolve("r.yaml");
        runs = folder.resolve("runs");
        data = Files.writeString(folder.resolve("data.jsonl"), "one");
        write("max_steps: 10", "expect: {loss: '<= 0.5'}");
    }

    private void write(String trainOption, String judgeOption) throws IOException {
        Files.writeString(file, """
                output_dir: %1$s
                stages:
                  - stage: train
                    dataset: %2$s
                    %3$s
                  - stage: judge
                    model: %1$s/train/model
                    %4$s
                """.formatted(runs, data, trainOption, judgeOption));
    }

    /** What it makes depends on its data and steps alone. */
    private StageResult train(TrainOptions options, StageContext context) throws IOException {
        ran.add("train");
        Path model = Files.createDirectories(options.output_dir().resolve("model"));
        Files.writeString(model.resolve("weights"), Files.readString(options.dataset()) + options.max_steps());
        return new StageResult(Map.of("steps", (double) options.max_steps()));
    }

    private StageResult judge(JudgeOptions options, StageContext context) throws IOException {
        ran.add("judge");
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", 0.25);
        metrics.put("unmeasured", Double.NaN);
        metrics.put("length", (double)
                Files.readString(options.model().resolve("weights")).length());
        return new StageResult(metrics);
    }

    private List<StageOutcome> run(String... redo) throws Exception {
        ran.clear();
        StageCatalog catalog = Fakes.catalog(train, judge);
        Recipe recipe = new Recipes(catalog).load(file, Overrides.none());
        return new Pipeline(new Versions("1.0", "1.0", "25", "0.35.1", "2.7.1"), ciReports)
                .run(recipe, Set.of(redo), context);
    }

    @Test
    void aSingleStageThatComparesModelsWritesAReport() throws Exception {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(file, "stage: judge\nmodel: %s\noutput_dir: %s\n".formatted(model, runs));
        judge = (options, context) -> new StageResult(Map.of("loss", 0.25));
        run();
        assertThat(runs.resolve("report.html")).doesNotExist();

        judge = (options, context) -> {
            Files.writeString(
                    options.output_dir().resolve("comparison.json"),
                    "{\"columns\": [\"sft\"], \"rows\": {\"accuracy\": [0.5]}}");
            Files.writeString(
                    options.output_dir().resolve("curves.json"),
                    "[{\"model\": \"sft\", \"trade_off\": [{\"over_refusal\": 0.1, \"refusal_recall\": 0.8}],"
                            + " \"calibration\": []}]");
            return new StageResult(Map.of("loss", 0.25));
        };
        run("all");
        assertThat(runs.resolve("report.html")).content().contains("accuracy", "Trade-off between refusals", "80.0 %");
    }

    /** Returns a stage that says what it leaves. */
    private static <O extends Record> Stage<O> leaving(Stage<O> stage, MetricNames metrics, String... files) {
        return new Stage<>() {
            @Override
            public StageResult run(O options, StageContext context) throws Exception {
                return stage.run(options, context);
            }

            @Override
            public Optional<StageOutputs> outputs(O options) {
                return Optional.of(new StageOutputs(metrics, List.of(files)));
            }
        };
    }

    @Test
    void anExpectationOfAMetricThatCannotOccurIsRefusedBeforeTheFirstStage() throws IOException {
        judge = leaving(
                this::judge,
                MetricNames.of("loss", "length").and("share/*").when(false, "limit", "limited"),
                "report.json");
        write("max_steps: 10", "expect: {los: '<= 1', share/red: '> 0', shar/red: '> 0', limited: '> 0', x: '> 0'}");
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .message()
                .isEqualTo("""
                        R:8: expect.los: not one of judge's final metrics; did you mean loss?
                        R:8: expect.shar/red: not one of judge's final metrics; did you mean share/red?
                        R:8: expect.limited: judge measures this only with limit
                        R:8: expect.x: not one of judge's final metrics, which are loss, length, share/*""".replace("R", file.toString()));
        assertThat(ran).isEmpty();
        assertThat(runs).doesNotExist();
    }

    @Test
    void aPathThatNoEarlierStageWritesIsRefusedBeforeTheFirstStage() throws Exception {
        train = leaving(this::train, MetricNames.of("steps"), "model", "log.jsonl");
        write("max_steps: 10", "");
        for (String[] wrong : new String[][] {
            {"train/modle", "; did you mean R/train/model?"}, {"train/x", ", only R/train/model, R/train/log.jsonl"}
        }) {
            write("max_steps: 10", "");
            Files.writeString(file, Files.readString(file).replace("train/model", wrong[0]));
            assertThatThrownBy(this::run)
                    .isInstanceOf(InputException.class)
                    .hasMessage(file + ":7: model: " + runs.resolve(wrong[0])
                            + " does not exist, and stage train does not write it"
                            + wrong[1].replace("R", runs.toString()));
            assertThat(ran).isEmpty();
        }
        write("max_steps: 10", "");
        run();
        assertThat(ran).containsExactly("train", "judge");
    }

    @Test
    void aDeletedResultOfADoneStageIsRefusedBeforeAnythingMovesAndTheMessageNamesRedo() throws Exception {
        train = leaving(this::train, MetricNames.of("steps"), "model");
        write("max_steps: 10", "");
        run();
        AtomicFiles.deleteTree(runs.resolve("train/model"));
        write("max_steps: 10", "seed: 2");

        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessage(file + ":7: model: " + runs + "/train/model does not exist; stage train, which makes it, is"
                        + " done; to run it again: --redo train");
        assertThat(ran).isEmpty();
        assertThat(runs.resolve("judge/done.json")).exists();
        assertThat(runs.resolve("judge.previous-1")).doesNotExist();

        run("train");
        assertThat(ran).as("what will be made again may be missing").containsExactly("train", "judge");
        AtomicFiles.deleteTree(runs.resolve("train/model"));
        write("max_steps: 11", "seed: 2");
        run();
        assertThat(ran).containsExactly("train", "judge");
    }

    @Test
    void anEarlierRunIsMovedBackIfTheNewOneFailsBeforeItWritesAnything() throws Exception {
        run();
        Files.writeString(runs.resolve("judge/result"), "old");
        write("max_steps: 10", "seed: 2");
        judge = (options, context) -> {
            throw new InputException("a wrong row");
        };
        assertThatThrownBy(this::run).hasMessage("a wrong row");
        assertThat(runs.resolve("judge/result")).content().isEqualTo("old");
        assertThat(runs.resolve("judge/done.json")).exists();
        assertThat(runs.resolve("judge/.lock")).doesNotExist();
        assertThat(runs.resolve("judge.previous-1")).doesNotExist();
        assertThat(context.printed()).contains("the earlier run is in " + runs.resolve("judge") + " again");

        judge = (options, context) -> {
            Files.writeString(options.output_dir().resolve("half"), "new");
            throw new InputException("a wrong row");
        };
        assertThatThrownBy(this::run).hasMessage("a wrong row");
        assertThat(runs.resolve("judge/half")).exists();
        assertThat(runs.resolve("judge.previous-1/result")).content().isEqualTo("old");
    }

    /** Returns what a run would do with the stages, and checks that it has not done it. */
    private List<String> preview(String... redo) throws IOException {
        Context told = new Context();
        String before = files();
        new Pipeline(new Versions("1.0", "1.0", "25", "0.35.1", "2.7.1"), ciReports)
                .preview(
                        new Recipes(Fakes.catalog(train, judge)).load(file, Overrides.none()),
                        Set.of(redo),
                        told.console());
        assertThat(files()).isEqualTo(before);
        return told.printed()
                .lines()
                .skip(2)
                .map(line ->
                        line.replace(runs + "/", "").replaceAll(" {2,}", " ").strip())
                .toList();
    }

    private String files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted().toList().toString();
        }
    }

    @Test
    void aPreviewSaysWhatWouldHappenToEachStageAndDoesNothing() throws Exception {
        assertThat(preview()).containsExactly("train run train", "judge run judge");
        judge = (options, context) -> {
            Files.writeString(options.output_dir().resolve("half"), "");
            throw new InterruptedRunException("stopped");
        };
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);
        assertThat(preview()).containsExactly("train be skipped: done train", "judge resume judge");
        write("max_steps: 10", "labelers: people");
        assertThat(preview())
                .containsExactly(
                        "train be skipped: done train", "judge continue with labelers simulated → people judge");
        write("max_steps: 10", "seed: 2");
        assertThat(preview())
                .containsExactly(
                        "train be skipped: done train",
                        "judge run again, the earlier run kept aside (seed 1 → 2) judge");
        assertThat(preview("train"))
                .containsExactly(
                        "train run again, the earlier run kept aside (--redo) train",
                        "judge run again, the earlier run kept aside (if an earlier stage has other results) judge");
        assertThatThrownBy(() -> preview("tran")).hasMessageContaining("did you mean train?");
        AtomicFiles.deleteTree(runs.resolve("train/model"));
        assertThatThrownBy(this::preview).hasMessageContaining("to run it again: --redo train");
    }

    private JsonNode summary() throws IOException {
        return Json.mapper().readTree(runs.resolve("summary.json").toFile());
    }

    @Test
    void stagesRunInOrderAndLeaveMetricsRecipesSummaryAndReport() throws Exception {
        List<StageOutcome> outcomes = run();

        assertThat(ran).containsExactly("train", "judge");
        assertThat(outcomes).allMatch(StageOutcome::met);
        assertThat(context.printed())
                .contains("[1/2] train", "[2/2] judge", "max_steps: 10", "recipe.yaml")
                .containsPattern("judge +\\S+ s +loss +0\\.25\\d* +<= 0\\.5 +met")
                .containsPattern("unmeasured +–");
        assertThat(runs.resolve("report.html")).content().contains("train", "judge");
        assertThat(summary().at("/stages/1/metrics/loss").asDouble()).isEqualTo(0.25);
        assertThat(summary().at("/stages/1/metrics/unmeasured").isNull()).isTrue();
        assertThat(summary().at("/stages/1/expect/loss/met").asBoolean()).isTrue();
        assertThat(summary().at("/expectations_met").asBoolean()).isTrue();
        assertThat(summary().at("/rlhf").asText()).isEqualTo("1.0");
        assertThat(runs.resolve("train/recipe.yaml"))
                .content()
                .contains("stage: train\n", "learning_rate: 3.0e-4\n", "pytorch: \"2.7.1\"");
        assertThat(runs.resolve("recipe.yaml")).content().contains("stages:\n", "learning_rate: 3.0e-4\n");
    }

    @Test
    void aSecondRunSkipsAllAndHasTheSameMetrics() throws Exception {
        List<StageOutcome> first = run();
        List<StageOutcome> second = run();

        assertThat(ran).isEmpty();
        assertThat(second).allMatch(StageOutcome::skipped);
        assertThat(second)
                .extracting(StageOutcome::metrics)
                .isEqualTo(first.stream().map(StageOutcome::metrics).toList());
        assertThat(second)
                .extracting(StageOutcome::seconds)
                .isEqualTo(first.stream().map(StageOutcome::seconds).toList());
    }

    /** Freed blocks below one that is still used stay with the C library until it is told to give them back. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aStageReturnsItsMemoryAndTheNextStagesPeakIsItsOwn() throws Exception {
        assumeThat(Path.of("/proc/self/clear_refs")).isWritable();
        long greed = 600L << 20;
        List<NDArray> kept = new ArrayList<>();
        List<MemoryUsage> seen = new ArrayList<>();
        try (Torch torch = TestDevice.open()) {
            train = (options, stage) -> {
                List<NDArray> large = new ArrayList<>();
                for (long bytes = 0; bytes < greed; bytes += 4 << 20) {
                    large.add(torch.manager().ones(new Shape(1 << 20)));
                    kept.add(torch.manager().ones(new Shape(64)));
                }
                seen.add(MemoryUsage.ofThisProcess());
                large.forEach(NDArray::close);
                return train(options, stage);
            };
            judge = (options, stage) -> {
                seen.add(MemoryUsage.ofThisProcess());
                return judge(options, stage);
            };
            run();
            kept.forEach(NDArray::close);
        }
        assertThat(ran).containsExactly("train", "judge");
        long greedy = seen.get(0).resident(); // not compared with before: garbage of earlier tests may go at any time
        assertThat(seen.get(0).peakResident()).isGreaterThanOrEqualTo(greedy - (1 << 20));
        assertThat(seen.get(1).resident()).isLessThan(greedy - greed * 2 / 3);
        assertThat(seen.get(1).peakResident()).isLessThan(greedy - greed * 2 / 3);
    }

    @Test
    void aResolvedStageRecipeIsAlreadyDone() throws Exception {
        run();
        file = runs.resolve("train/recipe.yaml");
        run();
        assertThat(ran).isEmpty();
    }

    @Test
    void aChangedOptionRunsTheStageAndWhatDependsOnItAndKeepsTheEarlierRun() throws Exception {
        run();
        write("max_steps: 11", "expect: {loss: '<= 0.5'}");
        run();

        assertThat(ran).containsExactly("train", "judge");
        assertThat(runs.resolve("train.previous-1/model/weights")).hasContent("one10");
        assertThat(runs.resolve("train/model/weights")).hasContent("one11");
        assertThat(context.printed()).contains("train.previous-1");
    }

    @Test
    void changedDataRunsTheStageAgain() throws Exception {
        run();
        Files.writeString(data, "two");
        run();
        assertThat(ran).containsExactly("train", "judge");
    }

    @Test
    void aStageWithUnchangedInputsIsSkippedEvenIfAnEarlierOneRan() throws Exception {
        run();
        run("train");
        assertThat(ran).containsExactly("train");
        run(Pipeline.ALL);
        assertThat(ran).containsExactly("train", "judge");
    }

    @Test
    void redoOfAnUnknownStageIsRefused() {
        assertThatThrownBy(() -> run("trian"))
                .isInstanceOf(InputException.class)
                .hasMessage("--redo: there is no stage trian; did you mean train? The stages are: judge, train, or "
                        + "all");
    }

    private List<StageOutcome> runAsVersion(String version, int format) throws Exception {
        Stage<TrainOptions> later = new Stage<>() {
            @Override
            public StageResult run(TrainOptions options, StageContext context) throws Exception {
                return train.run(options, context);
            }

            @Override
            public int format() {
                return format;
            }
        };
        Recipe recipe = new Recipes(Fakes.catalog(later, (o, c) -> judge.run(o, c))).load(file, Overrides.none());
        ran.clear();
        return new Pipeline(new Versions(version, version, "25", "0.35.1", "2.7.1"), ciReports)
                .run(recipe, Set.of(), context);
    }

    @Test
    void anotherProgramVersionDoesNotRerunStagesButIsMentioned() throws Exception {
        run();
        run();
        assertThat(context.printed())
                .contains("already done with the same options and inputs, in " + runs.resolve("train"))
                .doesNotContain("another build");
        runAsVersion("1.1", 1);
        assertThat(ran).isEmpty();
        assertThat(context.printed())
                .contains("already done with the same options and inputs by another build of rlhf, in "
                        + runs.resolve("train"));
    }

    @Test
    void aRunThatAnotherBuildResumesSaysSo() throws Exception {
        train = (options, stage) -> {
            Files.createDirectories(options.output_dir().resolve("state"));
            throw new InterruptedRunException("saved");
        };
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);
        assertThat(context.printed())
                .contains("resuming the interrupted run in " + runs.resolve("train"))
                .doesNotContain("another build");
        train = this::train;
        runAsVersion("1.1", 1);
        assertThat(context.printed())
                .contains("resuming the interrupted run by another build of rlhf in " + runs.resolve("train"));
    }

    @Test
    void resultsOfAnEarlierFormatAreRecomputedWithAReason() throws Exception {
        run();
        runAsVersion("1.1", 2);
        assertThat(ran).containsExactly("train"); // what it leaves is the same, so that judge has nothing to do
        assertThat(context.printed())
                .contains("the earlier run in " + runs.resolve("train")
                        + " (results of format 1; this version of rlhf writes 2) is now in "
                        + runs.resolve("train.previous-1"));
    }

    @Test
    void differencesAreReported() throws Exception {
        run();
        write("max_steps: 11", "seed: 2");
        Files.writeString(data, "two");
        run();
        assertThat(context.printed())
                .contains(
                        "(max_steps 10 → 11; the contents of " + data + " have changed)",
                        "(seed 1 → 2; the contents of " + runs.resolve("train/model") + " have changed)");
    }

    @Test
    void aRunOfTheFirstReleaseWithoutRecordedInputsIsMovedAside() throws Exception {
        run();
        Path started = runs.resolve("train/started.json");
        Files.writeString(started, "{\"fingerprint\":\"abc\",\"started\":\"2026-11-01T00:00:00Z\",\"seconds\":0}");
        run();
        assertThat(ran).containsExactly("train");
        assertThat(context.printed()).contains("did not record its inputs");
    }

    /** A store in the folder of the judge, who waits for the people to whom it sent links. */
    private void peopleLabelWhatTrainMade() throws Exception {
        judge = (options, context) -> {
            try (LabelStore store = LabelStore.open(options.output_dir().resolve("labels"))) {
                if (store.access().users().isEmpty()) {
                    store.access().invite("ann", LabelerKind.PERSON, Actor.commandLine());
                }
            }
            throw new WaitingForPeopleException("rank");
        };
        assertThatThrownBy(this::run).isInstanceOf(WaitingForPeopleException.class);
        assertThat(ran).containsExactly("train");
    }

    private void assertThatTheStoreIsWhereItWas() throws IOException {
        try (LabelStore store = LabelStore.openExisting(runs.resolve("judge/labels"))) {
            assertThat(store.access().users()).hasSize(1).allMatch(user -> user.openInvites() == 1);
        }
        assertThat(runs.resolve("judge.previous-1")).doesNotExist();
        assertThat(runs.resolve("train.previous-1")).doesNotExist();
    }

    @Test
    void peoplesLabelsAreNeverMovedAndTheChangeIsNamed() throws Exception {
        peopleLabelWhatTrainMade();
        write("max_steps: 10", "seed: 2");
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("stage judge would run again (seed 1 → 2), but people's labels")
                .hasMessageContaining("give another --output_dir");
        write("max_steps: 10", "expect: {loss: '<= 0.5'}");
        assertThatThrownBy(() -> run("judge"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--redo");
        file = runs.resolve("judge/recipe.yaml");
        Files.writeString(file, Files.readString(file).replace("seed: 1", "seed: 3"));
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("contains people's labels")
                .hasMessageContaining("seed 1 → 3");
        assertThatTheStoreIsWhereItWas();
    }

    @Test
    void stagesThatPeopleAreLabellingDoNotRunAgain() throws Exception {
        peopleLabelWhatTrainMade();
        write("max_steps: 11", "expect: {loss: '<= 0.5'}");
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("stage train would run again (max_steps 10 → 11)");
        write("max_steps: 10", "expect: {loss: '<= 0.5'}");
        assertThatThrownBy(() -> run(Pipeline.ALL)).isInstanceOf(InputException.class);
        assertThat(ran).isEmpty();
        assertThatTheStoreIsWhereItWas();
    }

    @Test
    void stagesLabelledInAStoreOutsideTheFolderDoNotRunAgain() throws Exception {
        Path db = folder.resolve("elsewhere/labels");
        judge = (options, context) -> {
            LabelStore.open(options.db()).close();
            throw new WaitingForPeopleException("rank");
        };
        Files.createDirectories(db.getParent());
        try (LabelStore store = LabelStore.open(db)) {
            store.access().invite("ann", LabelerKind.PERSON, Actor.commandLine());
        }
        write("max_steps: 9", "db: " + db);
        train = (options, context) -> {
            Files.createDirectories(options.output_dir().resolve("state"));
            throw new InterruptedRunException("saved");
        };
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);

        // Nothing of train is in the store yet: it may change.
        train = this::train;
        write("max_steps: 10", "db: " + db);
        assertThatThrownBy(this::run).isInstanceOf(WaitingForPeopleException.class);
        assertThat(ran).containsExactly("train");

        write("max_steps: 11", "db: " + db + ".mv.db");
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("stage train would run again (max_steps 10 → 11)")
                .hasMessageContaining(db + ".mv.db");
        write("max_steps: 10", "db: " + db);
        assertThatThrownBy(() -> run("train")).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> runAsVersion("2.0", 2)).isInstanceOf(WaitingForPeopleException.class);
        assertThat(ran).isEmpty();
        assertThat(context.printed()).contains("kept unchanged in " + runs.resolve("train"));
        assertThat(runs.resolve("train/model/weights")).hasContent("one10");
    }

    @Test
    void anUpgradeKeepsTheLabelsOfPeople() throws Exception {
        peopleLabelWhatTrainMade();
        Path started = runs.resolve("judge/started.json");
        Files.writeString(started, "{\"fingerprint\":\"abc\",\"started\":\"2026-11-01T00:00:00Z\",\"seconds\":7}");
        assertThatThrownBy(() -> runAsVersion("2.0", 2)).isInstanceOf(WaitingForPeopleException.class);
        assertThat(ran).isEmpty();
        assertThat(context.printed())
                .contains(
                        "kept unchanged in " + runs.resolve("train") + ", because people are labelling its results"
                                + " (results of format 1; this version of rlhf writes 2)",
                        "continuing the run in " + runs.resolve("judge") + ", which contains people's labels");
        assertThatTheStoreIsWhereItWas();
    }

    @Test
    void anAdjustedOptionRunsTheStageAgainInItsFolder() throws Exception {
        run();
        Files.writeString(runs.resolve("judge/kept"), "x");
        write("max_steps: 10", "labelers: people");
        run();
        assertThat(ran).containsExactly("judge");
        assertThat(runs.resolve("judge/kept")).exists();
        assertThat(context.printed()).contains("with labelers simulated → people");
    }

    @Test
    void aStoreOfSimulatedLabelersIsMovedAsideLikeOtherResults() throws Exception {
        judge = (options, context) -> {
            try (LabelStore store = LabelStore.open(options.output_dir().resolve("labels"))) {
                store.access().invite("simulated-1", LabelerKind.SIMULATED, Actor.commandLine());
            }
            return new StageResult(Map.of());
        };
        run();
        write("max_steps: 10", "seed: 2");
        run();
        assertThat(runs.resolve("judge.previous-1/labels.mv.db")).exists();
    }

    @Test
    void otherExpectationsAreCheckedWithoutRunningAgain() throws Exception {
        run();
        write("max_steps: 10", "expect: {loss: '<= 0.1', unmeasured: '< 1', nowhere: '< 1', length: '> 1'}");
        List<StageOutcome> outcomes = run();

        assertThat(ran).isEmpty();
        assertThat(outcomes.get(1).checks())
                .extracting(Expectations.Check::met)
                .containsExactly(false, false, false, true);
        assertThat(outcomes.get(1).met()).isFalse();
        assertThat(context.printed())
                .containsPattern("loss +0\\.25\\d* +<= 0\\.1 +MISSED")
                .containsPattern("unmeasured +– +< 1 +MISSED: NaN")
                .containsPattern("nowhere +– +< 1 +MISSED: not measured");
        assertThat(summary().at("/expectations_met").asBoolean()).isFalse();
        assertThat(summary().at("/stages/1/expect/nowhere/value").isNull()).isTrue();
    }

    /** The report of the last run, which must be well-formed. */
    private Element junit() throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("junit.xml").toFile())
                .getDocumentElement();
    }

    private static List<Element> children(Element parent, String name) {
        NodeList all = parent.getElementsByTagName(name);
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .toList();
    }

    private static List<String> attributes(List<Element> elements, String name) {
        return elements.stream().map(element -> element.getAttribute(name)).toList();
    }

    private String stepSummary() throws IOException {
        return Files.readString(folder.resolve("summary.md"));
    }

    private void reportForCi() {
        ciReports = CiReports.of(
                folder.resolve("junit.xml").toString(),
                Map.of(CiReports.STEP_SUMMARY, folder.resolve("summary.md").toString()));
    }

    @Test
    void aJUnitReportHasASuitePerStageAndACasePerExpectation() throws Exception {
        reportForCi();
        write("max_steps: 10", "expect: {loss: '<= 0.1', unmeasured: '< 1', nowhere: '< 1', length: '> 1'}");
        run();
        for (String state : List.of("done", "already done")) {
            List<Element> suites = children(junit(), "testsuite");
            assertThat(junit().getAttribute("name")).isEqualTo("r");
            assertThat(attributes(suites, "name")).containsExactly("train", "judge");
            assertThat(attributes(suites, "tests")).containsExactly("1", "4");
            assertThat(attributes(suites, "failures")).containsExactly("0", "3");
            assertThat(attributes(suites, "time")).allMatch(time -> time.matches("\\d+\\.\\d{3}"));
            List<Element> cases = children(suites.get(1), "testcase");
            assertThat(attributes(cases, "name")).containsExactly("loss", "unmeasured", "nowhere", "length");
            assertThat(attributes(cases, "classname")).containsOnly("r.judge");
            List<String> out = children(suites.get(1), "system-out").stream()
                    .map(Element::getTextContent)
                    .toList();
            assertThat(out)
                    .containsExactly(
                            "loss = 0.25, expected <= 0.1",
                            "unmeasured = NaN, expected < 1",
                            "nowhere = NaN (not measured), expected < 1",
                            "length = 5.0, expected > 1");
            assertThat(attributes(children(suites.get(1), "failure"), "message"))
                    .isEqualTo(out.subList(0, 3));
            assertThat(stepSummary())
                    .contains("### r: 3 of 4 expectations missed\n\n| stage | metric | value | bound | met |\n")
                    .contains("| judge | loss | 0.2500 | \\<= 0.1 | **no** |\n")
                    .contains("| judge | unmeasured | NaN | \\< 1 | **no** |\n")
                    .contains("| judge | nowhere | not measured | \\< 1 | **no** |\n")
                    .contains("| judge | length | 5 | \\> 1 | yes |\n")
                    .containsPattern("\\| train \\| \\S+ s \\| " + state + " \\|\n");
            run();
        }
    }

    @Test
    void aJUnitReportOfAFailedRunNamesTheFailureAndTheStagesNotReached() throws Exception {
        reportForCi();
        train = (options, context) -> {
            throw new IOException("disk <full> & \u0000 more\nat line 2");
        };
        assertThatThrownBy(this::run).isInstanceOf(IOException.class);
        List<Element> suites = children(junit(), "testsuite");
        assertThat(attributes(suites, "errors")).containsExactly("1", "0");
        assertThat(attributes(suites, "skipped")).containsExactly("0", "1");
        assertThat(children(junit(), "error")).singleElement().satisfies(error -> {
            assertThat(error.getTextContent()).isEqualTo("disk <full> & \uFFFD more\nat line 2");
            assertThat(error.getAttribute("type")).isEqualTo("java.io.IOException");
        });
        assertThat(attributes(children(junit(), "skipped"), "message"))
                .containsExactly("not reached: stage train did not finish");
        assertThat(stepSummary())
                .contains("### r: stage train failed\n", "| judge |  | not reached |\n")
                .containsPattern("failed: disk \\\\<full\\\\> \\\\&  + more \\|\n");

        train = this::train;
        judge = (options, context) -> {
            throw new WaitingForPeopleException("rank");
        };
        assertThatThrownBy(this::run).isInstanceOf(WaitingForPeopleException.class);
        assertThat(children(junit(), "error")).as("waiting is no failure").isEmpty();
        assertThat(attributes(children(junit(), "skipped"), "message")).containsExactly("rank");
        judge = (options, context) -> {
            throw new AssertionError("not an exception");
        };
        assertThatThrownBy(this::run).isInstanceOf(AssertionError.class);
        assertThat(attributes(children(junit(), "error"), "message")).containsExactly("not an exception");
        assertThat(stepSummary())
                .as("each run appends")
                .contains("stage train failed", "is not finished", "stage judge failed");
    }

    @Test
    void oddCharactersInMetricNamesKeepTheReportsWellFormed() throws Exception {
        reportForCi();
        String odd = "a|b <c> \"d\" & 'e' ]]> *f* 😀\u0001\uFFFF";
        write("max_steps: 10", "expect: {\"a|b <c> \\\"d\\\" & 'e' ]]> *f* 😀\\u0001\\uFFFF\": '< 1'}");
        judge = (options, context) -> new StageResult(Map.of(odd, 0.5));
        assertThat(run()).allMatch(StageOutcome::met);
        assertThat(attributes(children(junit(), "testcase"), "name"))
                .containsExactly("completed", odd.replaceAll("[\u0001\uFFFF]", "\uFFFD"));
        assertThat(stepSummary())
                .contains(
                        "| judge | a\\|b \\<c\\> \"d\" \\& 'e' \\]\\]\\> \\*f\\* 😀 \uFFFF | 0.5000 | \\< 1 | yes |\n");
    }

    @Test
    void aPipelineReportThatCannotBeWrittenIsAnErrorAfterTheStages() throws Exception {
        reportForCi();
        Files.createDirectories(runs.resolve("report.html/x"));
        assertThatThrownBy(this::run).isInstanceOf(IOException.class);
        assertThat(attributes(children(junit(), "testsuite"), "name")).containsExactly("train", "judge", "report");
        assertThat(attributes(children(junit(), "testsuite"), "errors")).containsExactly("0", "0", "1");
        assertThat(stepSummary()).contains("### r: stage report failed\n");
    }

    @Test
    void reportsThatCannotBeWrittenDoNotHideTheFailure() throws Exception {
        ciReports = new CiReports(Optional.empty(), Optional.of(folder));
        assertThatThrownBy(this::run).isInstanceOf(IOException.class);
        train = (options, context) -> {
            throw new IllegalStateException("the cause");
        };
        assertThatThrownBy(() -> run("train"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cause");
        assertThat(context.printed()).contains("the CI reports could not be written");
    }

    @Test
    void aMissedExpectationDoesNotStopTheStagesAfterIt() throws Exception {
        write("expect: {steps: '< 1'}", "seed: 1");
        List<StageOutcome> outcomes = run();
        assertThat(ran).containsExactly("train", "judge");
        assertThat(outcomes).extracting(StageOutcome::met).containsExactly(false, true);
    }

    @Test
    void anInterruptedStageResumesInTheSameFolder() throws Exception {
        train = (options, context) -> {
            Files.createDirectories(options.output_dir().resolve("state"));
            throw new InterruptedRunException("saved");
        };
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);

        train = (options, context) -> {
            assertThat(options.output_dir().resolve("state")).exists();
            return train(options, context);
        };
        run();
        assertThat(ran).containsExactly("train", "judge");
        assertThat(context.printed()).contains("resuming the interrupted run in " + runs.resolve("train"));
        assertThat(runs.resolve("train.previous-1")).doesNotExist();
    }

    @Test
    void anInterruptedRunWithOtherOptionsIsMovedAside() throws Exception {
        train = (options, context) -> {
            Files.createDirectories(options.output_dir().resolve("state"));
            throw new InterruptedRunException("saved");
        };
        assertThatThrownBy(this::run).isInstanceOf(InterruptedRunException.class);

        write("max_steps: 99", "seed: 1");
        train = (options, context) -> {
            assertThat(options.output_dir().resolve("state")).doesNotExist();
            return train(options, context);
        };
        run();
        assertThat(runs.resolve("train.previous-1/state")).exists();
    }

    @Test
    void anAttemptWithoutResultsIsNotMovedAside() throws Exception {
        train = (options, context) -> {
            throw new InputException("max_steps: too few");
        };
        assertThatThrownBy(this::run).isInstanceOf(InputException.class);
        write("max_steps: 99", "seed: 1");
        train = this::train;
        run();
        assertThat(ran).containsExactly("train", "judge");
        assertThat(runs.resolve("train.previous-1")).doesNotExist();
    }

    @Test
    void timeOfAllAttemptsIsAddedUp() throws Exception {
        train = (options, context) -> {
            Thread.sleep(60);
            throw new IOException("disk full");
        };
        assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessage("disk full");
        train = this::train;
        assertThat(run().getFirst().seconds()).isGreaterThanOrEqualTo(0.06);
    }

    @Test
    void afterAFailureNoLaterStageRuns() {
        train = (options, context) -> {
            throw new IllegalStateException("no");
        };
        assertThatThrownBy(this::run).isInstanceOf(IllegalStateException.class);
        assertThat(ran).isEmpty();
        assertThat(runs.resolve("summary.json")).doesNotExist();
    }

    @Test
    void aFailedRunLeavesNoSummaryOfAnEarlierOne() throws Exception {
        run();
        assertThat(runs.resolve("summary.json")).exists();
        train = (options, context) -> {
            throw new IllegalStateException("no");
        };
        assertThatThrownBy(() -> run("train")).isInstanceOf(IllegalStateException.class);
        assertThat(runs.resolve("summary.json")).doesNotExist();
        train = this::train;
        run();
        assertThat(runs.resolve("summary.json")).exists();
    }

    @Test
    void aRunThatWaitsForPeopleResumesAtThatStage() throws Exception {
        train = (options, context) -> {
            throw new WaitingForPeopleException("rank at http://localhost:1");
        };
        assertThatThrownBy(this::run).isInstanceOf(WaitingForPeopleException.class);
        train = this::train;
        run();
        assertThat(ran).containsExactly("train", "judge");
        assertThat(runs.resolve("train.previous-1")).doesNotExist();
    }

    @Test
    void aRequestToStopTakesEffectBetweenStages() throws Exception {
        context = new Context(() -> !ran.isEmpty());
        assertThatThrownBy(this::run)
                .isInstanceOf(InterruptedRunException.class)
                .hasMessageContaining("stopped before stage judge");
        assertThat(ran).containsExactly("train");
        context = new Context();
        run();
        assertThat(ran).containsExactly("judge");
    }

    @Test
    void aMissingOutputThatTheNextStageNeedsIsReportedAtItsLine() {
        train = (options, context) -> new StageResult(Map.of());
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ":7: model: " + runs.resolve("train/model") + " does not exist");
    }

    @Test
    void aRunDoesNotMoveItsOwnInputsAside() throws Exception {
        run();
        Files.writeString(file, "stage: judge\nmodel: %s/train/model\noutput_dir: %s/train\n".formatted(runs, runs));
        assertThatThrownBy(this::run)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give another output_dir");
        assertThat(runs.resolve("train/model/weights")).exists();
    }

    @Test
    void aFolderNotWrittenByARunIsNotMoved() throws Exception {
        Files.createDirectories(runs.resolve("train"));
        Files.writeString(runs.resolve("train/notes.txt"), "mine");
        run();
        assertThat(runs.resolve("train/notes.txt")).exists();
    }
}
