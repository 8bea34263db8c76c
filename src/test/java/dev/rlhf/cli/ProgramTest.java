package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Json;
import dev.rlhf.testing.TestContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Map<String, String> environment = Map.of();

    private int run(String... args) {
        out.reset();
        err.reset();
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        Program.Environment program = new Program.Environment(
                console,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                () -> TestContext.printingTo(console));
        return new Program(FakeStages.catalog(), program).run(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String outputDir() {
        return "--output_dir=" + folder.resolve("run");
    }

    @Test
    void helpListsEveryCommandAndAStagesOptionsWithTypeDefaultAndBounds() {
        assertThat(run()).isZero();
        assertThat(out()).contains("fake", "Does as told.", "run ", "doctor", "schema", "label");
        assertThat(run("fake", "--help")).isZero();
        assertThat(out())
                .contains(
                        "--config=FILE",
                        "--learning_rate=NUMBER",
                        "(> 0 and < 1; default 3.0e-4)",
                        "one of well, badly")
                .contains("100 % of the time")
                .containsPattern("--packing +Several rows")
                .containsPattern("Required:\\R +--output_dir=PATH +Where results go.\\R");
        assertThat(run("help", "fake")).isZero();
        assertThat(out()).contains("--learning_rate=NUMBER");
        assertThat(run("run", "--help")).isZero();
        assertThat(out()).contains("rlhf run RECIPE", "--redo");
    }

    @Test
    void versionNamesEverythingThatResultsDependOn() {
        assertThat(run("--version")).isZero();
        assertThat(out()).matches("rlhf \\S+ \\(Java 2\\S+, DJL 0\\.\\S+, PyTorch 2\\.\\S+\\)\\R");
    }

    @Test
    void aStageRunsAndIsThenDone() {
        assertThat(run("fake", outputDir(), "--packing")).isZero();
        assertThat(out()).contains("learning_rate: 3.0e-4", "packing: true").containsPattern("loss +0\\.5");
        assertThat(run("fake", outputDir(), "--packing", "true")).isZero();
        assertThat(out()).contains("already done");
        assertThat(run("fake", outputDir(), "--packing", "--redo")).isZero();
        assertThat(out()).doesNotContain("already done").contains("run.previous-1");
    }

    @Test
    void mistakesAreExitCode2AndLinesWithoutStackTrace() throws IOException {
        assertThat(run("fkae")).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: there is no command fkae; did you mean fake? See: rlhf --help\n");
        assertThat(run("fake", "--learning_rat", "1", outputDir())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: --learning_rat: unknown option; did you mean --learning_rate?\n");
        assertThat(run("fake", "stray", outputDir())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: stray: unexpected; options are typed as --option value\n");
        assertThat(run("run")).isEqualTo(2);
        assertThat(err()).startsWith("rlhf run: no recipe given; ");
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stage: fake\nlearning_rate: 7\n");
        assertThat(run("run", recipe.toString(), outputDir())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: " + recipe + ":2: learning_rate: 7 is out of bounds; must be > 0 and < 1\n");
        assertThat(run("fake", outputDir(), "--end", "wrong")).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: data.jsonl:7: no prompt\n");
    }

    @Test
    void aMissedExpectationIsExitCode3() throws IOException {
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stage: fake\nexpect: {loss: < 0.4}\n");
        assertThat(run("run", recipe.toString(), outputDir())).isEqualTo(3);
        assertThat(out()).containsPattern("loss +0\\.5\\d* +< 0\\.4 +MISSED");
        Files.writeString(recipe, "stage: fake\nexpect: {loss: < 0.6}\n");
        assertThat(run("fake", "--config", recipe.toString(), outputDir())).isZero();
    }

    @Test
    void reportsForCiAreWrittenWhetherTheRunSucceedsOrNot() throws IOException {
        Path junit = folder.resolve("ci/junit.xml");
        Path summary = folder.resolve("summary.md");
        environment = Map.of("GITHUB_STEP_SUMMARY", summary.toString());
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stage: fake\nexpect: {loss: < 0.4}\n");
        assertThat(run("run", recipe.toString(), outputDir(), "--junit", junit.toString()))
                .isEqualTo(3);
        assertThat(junit).content().contains("failures=\"1\"", "loss = 0.5, expected &lt; 0.4");
        assertThat(run("fake", "--end", "badly", outputDir(), "--redo", "--junit=" + junit))
                .isEqualTo(1);
        assertThat(junit).content().contains("errors=\"1\"", "the disk is on fire");
        assertThat(run("fake", "--end", "people", outputDir())).isZero();
        assertThat(summary)
                .content()
                .contains(
                        "| fake | loss | 0.5000 | \\< 0.4 | **no** |",
                        "failed: the disk is on fire |",
                        "stopped: Rank at");

        assertThat(run("fake", outputDir(), "--junit", folder.toString())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: --junit: " + folder + " is a folder; give the path of a file\n");
        assertThat(run("fake", outputDir(), "--junit", recipe + "/x.xml")).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: --junit: the folder " + recipe + " cannot be created; give another path\n");
        environment = Map.of("GITHUB_STEP_SUMMARY", folder.toString());
        assertThat(run("fake", outputDir())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: GITHUB_STEP_SUMMARY: " + folder + " is a folder; give the path of a file\n");
        assertThat(run("fake", outputDir(), "--junit=")).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: --junit: needs the path of a file\n");
    }

    @Test
    void aDryRunSaysWhatWouldRunAndWritesNothing() throws IOException {
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stage: fake\nexpect: {loss: < 0.4}\n");
        environment = Map.of("GITHUB_STEP_SUMMARY", folder.resolve("summary.md").toString());
        for (List<String> typed : List.of(List.<String>of(), List.of("--junit", folder + "/j.xml"))) {
            List<String> all = new ArrayList<>(List.of("run", recipe.toString(), outputDir(), "--dry_run"));
            all.addAll(typed);
            assertThat(run(all.toArray(String[]::new))).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("fake +run +" + folder.resolve("run"));
            assertThat(folder).isDirectoryNotContaining(file -> !file.equals(recipe));
        }
        assertThat(run("run", recipe.toString(), outputDir(), "--dry_run", "--los", "1"))
                .isEqualTo(2);
    }

    @Test
    void aFailureIsOneLineAndALogWithTheStackTrace() throws IOException {
        assertThat(run("fake", outputDir(), "--end", "badly")).isEqualTo(1);
        assertThat(err())
                .matches("rlhf: failed: IllegalStateException: the disk is on fire \\(details: \\S+\\.log\\)\\R");
        Path log = Path.of(err().replaceAll("(?s).*details: (\\S+)\\).*", "$1"));
        assertThat(log).content().contains("FakeStages.run", "rlhf fake");
        Files.delete(log);

        assertThat(run("fake", outputDir(), "--end", "badly", "--debug")).isEqualTo(1);
        assertThat(err()).contains("at dev.rlhf.cli.FakeStages.run");
    }

    @Test
    void aRunWithoutAResultIsReportedInOneLineWithoutALog() {
        assertThat(run("fake", outputDir(), "--end", "failed")).isEqualTo(1);
        assertThat(err()).isEqualTo("rlhf: failed: none of the 3 updates was applied" + System.lineSeparator());
    }

    @Test
    void tooLittleMemoryIsOneLineWithTheOptionsToLowerAndTheirValues() throws IOException {
        String options = "; to need less, lower batch_size \\(16\\), max_length \\(77\\)\\R";
        assertThat(run("fake", outputDir(), "--end", "memory", "--max_length", "77"))
                .isEqualTo(1);
        assertThat(err())
                .matches("rlhf: failed: fake: out of memory: this process holds \\d+\\.\\d GiB,"
                        + " and the system refused it 262144\\.0 GiB more" + options);
        assertThat(out()).doesNotContain("TorchScript", "Exception");
        assertThat(run("fake", outputDir(), "--end", "memory", "--gradient_checkpointing", "false"))
                .isEqualTo(1);
        assertThat(err())
                .contains("max_length (1024); or set gradient_checkpointing: true")
                .hasLineCount(1);
        assertThat(folder.resolve("run/done.json")).doesNotExist();

        assertThat(run("fake", outputDir(), "--end", "heap", "--max_length", "77"))
                .isEqualTo(1);
        assertThat(err())
                .matches("rlhf: failed: fake: out of memory: the Java heap \\(\\d+\\.\\d GiB\\) is full;"
                        + " raise it with RLHF_JAVA_OPTS=-Xmx\\d+g" + options);

        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stages:\n  - {stage: fake, end: memory}\n");
        assertThat(run("run", recipe.toString(), outputDir())).isEqualTo(1);
        assertThat(err()).contains("lower batch_size (16), max_length (1024)").hasLineCount(1);

        assertThat(run("fake", outputDir(), "--end", "memory", "--debug")).isEqualTo(1);
        assertThat(err()).contains("Caused by: ai.djl.engine.EngineException", "FakeStages.allocate");
    }

    @Test
    void aFullDiskIsOneLineWithTheRemedyAndPromisesToResumeOnlyWhatHasStates() throws IOException {
        String full = "rlhf: failed: the disk is full: run/model; free some space and run the same command again";
        assertThat(run("fake", outputDir(), "--end", "full")).isEqualTo(1);
        assertThat(err()).as("without save_steps").isEqualTo(full + "\n");
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "stages:\n  - {stage: fake, end: full}\n");
        assertThat(run("run", recipe.toString(), outputDir())).isEqualTo(1);
        assertThat(err()).isEqualTo(full + ": it resumes from the last saved state, if there is one\n");
    }

    @Test
    void waitingForPeopleIsNotAFailure() {
        assertThat(run("fake", outputDir(), "--end", "people")).isZero();
        assertThat(out()).contains("Rank at http://localhost:1", "continue with: rlhf fake");
        assertThat(run("fake", "--output_dir", folder + "/Ada's run", "--end", "people"))
                .isZero();
        assertThat(out())
                .contains("continue with: rlhf fake --output_dir '" + folder + "/Ada'\\''s run' --end people\n");
    }

    @Test
    void whatNoRunWroteIsNotReplaced() throws IOException {
        Path recipe = Files.createDirectories(folder.resolve("mine")).resolve("recipe.yaml");
        String text = "# my notes\nstage: fake\noutput_dir: " + recipe.getParent() + "\n";
        Files.writeString(recipe, text);
        String refused =
                " was not written by a run, and this one would replace it; move it, or give another output_dir\n";
        assertThat(run("run", recipe.toString())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: output_dir: " + recipe + refused);
        assertThat(recipe).content().isEqualTo(text);
        String pipeline = "output_dir: " + recipe.getParent() + "\nstages:\n  - stage: fake\n";
        Files.writeString(recipe, pipeline);
        assertThat(run("run", recipe.toString())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: output_dir: " + recipe + refused);
        assertThat(recipe).content().isEqualTo(pipeline);

        Path model = Files.createDirectories(folder.resolve("work/model"));
        assertThat(run("fake", "--output_dir", model.getParent().toString())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: output_dir: " + model + refused);
        assertThat(model.getParent()).isDirectoryContaining(model::equals);
        Files.delete(model);
        assertThat(run("fake", "--output_dir", model.getParent().toString())).isZero();
        Path own = model.resolveSibling("recipe.yaml");
        assertThat(run("run", own.toString(), "--redo", "fake")).isZero();
    }

    @Test
    void aDamagedFileOfARunIsNamedInOneLine() throws IOException {
        assertThat(run("fake", outputDir())).isZero();
        Path done = Files.writeString(folder.resolve("run/done.json"), "{\"stage\"");
        assertThat(run("fake", outputDir())).isEqualTo(2);
        assertThat(err()).isEqualTo("rlhf: " + done + ": damaged; delete it to run the stage again\n");
        Files.delete(done);
        assertThat(run("fake", outputDir())).isZero();
    }

    @Test
    void labelCommandsReportMistakesLikeOtherCommands() {
        assertThat(run("label", "--help")).isZero();
        assertThat(out()).contains("import", "export", "serve");
        assertThat(run("help", "label", "export")).isZero();
        assertThat(out()).contains("--output=FILE");
        assertThat(run("label", "export", "--dbb", "x")).isEqualTo(2);
        assertThat(err())
                .startsWith("rlhf label export: ")
                .endsWith(" See: rlhf label export --help\n")
                .hasLineCount(1);
        assertThat(run("label", "export", "--db", folder.resolve("none").toString(), "--output", "x.jsonl"))
                .isEqualTo(2);
        assertThat(err()).contains("none").hasLineCount(1);
    }

    @Test
    void theSchemaIsJson() throws IOException {
        assertThat(run("schema")).isZero();
        assertThat(Json.mapper()
                        .readTree(out())
                        .at("/definitions/stage_fake/properties/learning_rate/exclusiveMaximum")
                        .asDouble())
                .isEqualTo(1);
    }
}
