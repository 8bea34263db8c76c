package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.database.Database;
import dev.rlhf.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelStoreTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("runs/labels.mv.db");
    }

    @Test
    void exportGivesBackWhatImportTook() throws Exception {
        Label simulated = new Label(
                "simulated-1",
                LabelerKind.SIMULATED,
                new Judgement(
                        LabelKind.RANKING,
                        List.of(1, 2, 2, 4),
                        null,
                        null,
                        List.of(List.of(), List.of(), List.of(), List.of("harmful")),
                        false,
                        false,
                        null,
                        null,
                        3.25,
                        "v1"));
        Label person = Label.ranking("Ada", List.of(1, 1, 1, 1));
        RankedTask talk = new RankedTask(
                "talk",
                Prompt.conversation(List.of(new Message("user", "Hi"))),
                List.of(new Completion("1", "<b>", null), new Completion("2", "'; DROP TABLE task; --", "m", false)),
                List.of());
        List<RankedTask> tasks = List.of(Samples.task("z", 4, person, simulated), talk);
        try (LabelStore store = LabelStore.open(file())) {
            assertThat(store.importTasks(tasks, new ImportOptions("b", 2))).isEqualTo(new ImportResult(2, 0, 2, 0));
            assertThat(store.tasks(null)).isEqualTo(tasks);
        }
        assertThat(file()).exists();
        try (LabelStore store = LabelStore.openExisting(file())) {
            assertThat(store.tasks("b")).isEqualTo(tasks);
            assertThat(store.rankedTasks(null)).containsExactly(tasks.getFirst());
            assertThat(store.rankedTasks("b")).containsExactly(tasks.getFirst());
            assertThatThrownBy(() -> store.tasks("c"))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("it has b");
        }
    }

    /** Holds the format of a rankings file: keys, their order, and which default values are omitted. */
    @Test
    void anExportedFileIsTheImportedOneByteForByte() throws Exception {
        String text = """
                {"id":"talk","messages":[{"role":"system","content":"S \\"q\\""},{"role":"user","content":"Ü\\n1"}],\
                "completions":[{"id":"z","text":"Z","model":"m"},{"id":"b","text":"B","ended":false},\
                {"id":"a","text":""},{"id":"k","text":"K"}],"rankings":[\
                {"labeler":"Ada","ranks":[3,1,2,3],"top_k":2,"scores":[null,7,5,null],\
                "flags":{"a":["harmful"],"z":["fails_task","violent"]},"all_bad":true,"personal_data":true,\
                "comment":"<b>é","seconds":12.5,"guideline":"v1"},\
                {"labeler":"simulated-1","kind":"simulated","ranks":[1,2,2,4]}],"skips":[\
                {"labeler":"Bo","reason":"no","flags":{"b":["harmful"]},"personal_data":true,"comment":"c",\
                "seconds":1.0,"guideline":"v1"},\
                {"labeler":"simulated-2","kind":"simulated","cannot_judge":true},\
                {"labeler":"simulated-3","kind":"simulated","cannot_judge":true,"reason":"long"}]}
                {"id":"two","prompt":"P","completions":[{"id":"1","text":"X"},{"id":"2","text":"Y"}],"rankings":[\
                {"labeler":"Ada","ranks":[2,1],"strength":3},{"labeler":"Bo","ranks":[1,1],"strength":0},\
                {"labeler":"Cy","ranks":[1,2],"top_k":1}]}
                {"id":"known","prompt":"P","completions":[{"id":"1","text":"X"},{"id":"2","text":"Y"}],"rankings":[],\
                "gold":[2,1]}
                """;
        Path in = Files.writeString(folder.resolve("in.jsonl"), text);
        Path out = folder.resolve("out.jsonl");
        try (LabelStore store = LabelStore.open(file())) {
            store.importFile(in, ImportOptions.defaults());
            LabelFiles.write(out, store.tasks(null));
            assertThat(out).content().isEqualTo(text);
            assertThat(store.importFile(out, ImportOptions.defaults())).isEqualTo(new ImportResult(0, 3, 0, 5, 0, 3));
        }
    }

    @Test
    void remarksAndSkipsAreImportedAndExportedAndTakeNoPlace() throws Exception {
        Label best = new Label(
                "Ada",
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING,
                        Arrays.asList(null, 1, null),
                        null,
                        Arrays.asList(null, 7, null),
                        List.of(List.of(), List.of(), List.of("rude")),
                        true,
                        true,
                        null,
                        "c",
                        2.5,
                        null));
        List<List<String>> flags = List.of(List.of(), List.of("rude"), List.of());
        Label skip = new Label(
                "Bo",
                LabelerKind.PERSON,
                new Judgement(LabelKind.SKIP, null, null, null, flags, false, true, "no", "c", 1.0, "v"));
        RankedTask sample = Samples.task("a", 3);
        RankedTask task =
                new RankedTask("a", sample.prompt(), sample.completions(), List.of(best), List.of(skip), null);
        try (LabelStore store = LabelStore.open(file())) {
            ImportOptions twice = new ImportOptions("b", 2);
            assertThat(store.importTasks(List.of(task), twice)).isEqualTo(new ImportResult(1, 0, 1, 0, 1, 0));
            assertThat(store.importTasks(List.of(task), twice)).isEqualTo(new ImportResult(0, 1, 0, 1, 0, 1));
            assertThat(store.tasks(null)).containsExactly(task);
            assertThat(store.rankedTasks(null).getFirst().rankings()).containsExactly(best);
            Labeler bo = TestLabelers.person(store, "Bo");
            assertThat(store.labelerService().next(bo, Duration.ofMinutes(1))).isEmpty();
            assertThat(store.labelerService().progress(bo, ZoneOffset.UTC))
                    .isEqualTo(new LabelingProgress("Bo", 0, 1, 0, 0, 1, 2));
            Labeler cy = TestLabelers.person(store, "Cy");
            assertThat(store.labelerService().next(cy, Duration.ofMinutes(1))).isPresent();
            RankedTask other = new RankedTask(
                    "a", sample.prompt(), sample.completions(), List.of(Label.ranking("Bo", List.of(1, 2, 3))));
            assertThatThrownBy(() -> store.importTasks(List.of(other), twice))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("labeler 'Bo' has labelled task 'a'");
        }
    }

    @Test
    void readingChangesNoByte() throws Exception {
        RankedTask task = Samples.task("a", 2, Label.ranking("Ada", List.of(1, 2)));
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(List.of(task), ImportOptions.defaults());
        }
        byte[] before = Files.readAllBytes(file());
        try (LabelStore store = LabelStore.openReadOnly(file())) {
            assertThat(store.rankedTasks(null)).containsExactly(task);
        }
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void importingAgainChangesNothingAndAddsOnlyWhatIsNew() throws Exception {
        RankedTask task = Samples.task("a", 2, Label.ranking("Ada", List.of(1, 2)));
        RankedTask more = Samples.task("a", 2, Label.ranking("Ada", List.of(1, 2)), Label.ranking("Bo", List.of(1, 1)));
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(List.of(task), ImportOptions.defaults());
            assertThat(store.importTasks(List.of(task), ImportOptions.defaults()))
                    .isEqualTo(new ImportResult(0, 1, 0, 1));
            assertThat(store.tasks(null)).containsExactly(task);
            assertThat(store.importTasks(List.of(more, Samples.task("b", 2)), ImportOptions.defaults()))
                    .isEqualTo(new ImportResult(1, 1, 1, 1));
            assertThat(store.tasks(null)).containsExactly(more, Samples.task("b", 2));
        }
    }

    @Test
    void emptyPromptsAndPromptsWithNulAreRefused() throws Exception {
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            List<Completion> answers = List.of(new Completion("a", "x", null), new Completion("b", "", null));
            RankedTask empty = new RankedTask("t", Prompt.text(" \n"), answers, List.of());
            assertThatThrownBy(() -> store.importTasks(List.of(empty), new ImportOptions("work", 1)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("the prompt is empty");
            RankedTask nul = new RankedTask(
                    "t",
                    Prompt.text("q\0"),
                    List.of(new Completion("a", "x", null), new Completion("b", "", null)),
                    List.of());
            assertThatThrownBy(() -> store.importTasks(List.of(nul), new ImportOptions("work", 1)))
                    .hasMessageContaining("NUL");
            assertThat(store.tasks(null)).isEmpty();

            RankedTask bytes = new RankedTask(
                    "t",
                    Prompt.text("q"),
                    List.of(new Completion("a", "x\0y", null), new Completion("b", "", null)),
                    List.of());
            store.importTasks(List.of(bytes), new ImportOptions("work", 1));
            assertThat(store.tasks(null)).as("a model may write any byte").containsExactly(bytes);
        }
    }

    @Test
    void aConflictAnywhereImportsNothing() throws Exception {
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(
                    List.of(Samples.task("a", 2, Label.ranking("Ada", List.of(1, 2)))), ImportOptions.defaults());
            List<RankedTask> before = store.tasks(null);
            Path file = folder.resolve("in.jsonl");
            for (RankedTask conflict : List.of(
                    Samples.task("a", 3),
                    Samples.task("a", 2, Label.ranking("Ada", List.of(2, 1))),
                    Samples.task("c", 2, new Label("Ada", LabelerKind.SIMULATED, Judgement.ranking(List.of(1, 2)))))) {
                LabelFiles.write(file, List.of(Samples.task("new", 2), conflict));
                assertThatThrownBy(() -> store.importFile(file, ImportOptions.defaults()))
                        .isInstanceOf(InputException.class)
                        .hasMessageStartingWith(file + ":2: ")
                        .message()
                        .doesNotContain("\n");
                assertThat(store.tasks(null)).isEqualTo(before);
            }
        }
    }

    @Test
    void aLargeImportIsWholeOrNothing() throws Exception {
        List<RankedTask> tasks = IntStream.range(0, 2500)
                .mapToObj(i -> new RankedTask(
                        "t" + i,
                        Prompt.text("Question " + i + "?"),
                        List.of(new Completion("a", "A" + i, null), new Completion("b", "B" + i, "m", i % 3 > 0)),
                        List.of(Label.ranking("Ada", i % 2 == 0 ? List.of(1, 2) : List.of(2, 1))),
                        List.of(new Label("Bo", LabelerKind.PERSON, Judgement.skip("no"))),
                        i % 10 == 0 ? List.of(1, 2) : null))
                .toList();
        try (LabelStore store = LabelStore.open(file())) {
            List<RankedTask> faulty = new ArrayList<>(tasks);
            faulty.add(
                    Samples.task("late", 2, new Label("Ada", LabelerKind.SIMULATED, Judgement.ranking(List.of(1, 2)))));
            assertThatThrownBy(() -> store.importTasks(faulty, ImportOptions.defaults()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("task 'late': labeler 'Ada' is known as person");
            assertThat(store.batches()).isEmpty();
            assertThat(store.importTasks(tasks, ImportOptions.defaults()))
                    .isEqualTo(new ImportResult(2500, 0, 2500, 0, 2500, 0));
            assertThat(store.tasks(null)).isEqualTo(tasks);
        }
    }

    @Test
    void aTaskThatIsTwiceInAListIsOneWithBothLabels() throws Exception {
        Label ada = Label.ranking("Ada", List.of(1, 2));
        Label bo = Label.ranking("Bo", List.of(2, 1));
        try (LabelStore store = LabelStore.open(file())) {
            List<RankedTask> tasks = List.of(Samples.task("a", 2, ada), Samples.task("a", 2, ada, bo));
            assertThat(store.importTasks(tasks, ImportOptions.defaults())).isEqualTo(new ImportResult(1, 1, 2, 1));
            assertThat(store.tasks(null)).containsExactly(Samples.task("a", 2, ada, bo));
        }
    }

    @Test
    void anImportedLabelReplacesTheLabelersClaimAndDraft() throws Exception {
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults());
            Labeler ada = TestLabelers.person(store, "Ada");
            long claimed = store.labelerService()
                    .next(ada, Duration.ofMinutes(30))
                    .orElseThrow()
                    .id();
            store.labelerService().saveDraft(ada, claimed, 0, "{}");
            List<RankedTask> labelled = List.of(
                    Samples.task("t0", 2, Label.ranking("Ada", List.of(1, 2))),
                    Samples.task("t1", 2, Label.ranking("Ada", List.of(2, 1))));
            store.importTasks(labelled, ImportOptions.defaults());
            assertThat(store.tasks(null)).isEqualTo(labelled);
            assertThat(store.labelerService().next(ada, Duration.ofMinutes(30))).isEmpty();
        }
    }

    @Test
    void nothingButTheStoreIsInItsFolderAfterAnError() throws Exception {
        try (Database database = Database.open(file(), InstantSource.system())) {
            assertThatThrownBy(() -> database.run(handle -> handle.execute("SELECT no_column FROM task")))
                    .hasMessageContaining("NO_COLUMN");
        }
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files).as("no trace file of H2").containsExactly(file());
        }
    }

    @Test
    void theSameIdInTwoBatchesIsTwoTasks() throws Exception {
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(Samples.tasks(1, 2), new ImportOptions("one", BatchChange.NONE));
            store.importTasks(Samples.tasks(1, 3), new ImportOptions("two", BatchChange.NONE));
            assertThat(store.tasks("two")).isEqualTo(Samples.tasks(1, 3));
            assertThat(store.batches()).containsExactly("one", "two");
        }
    }

    @Test
    void aSecondStoreInThisProgramIsRefused() throws Exception {
        try (LabelStore store = LabelStore.open(file())) {
            assertThatThrownBy(() -> LabelStore.open(file()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("already open");
            store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        }
        try (LabelStore store = LabelStore.open(folder.resolve("runs/labels"))) {
            assertThat(store.tasks(null)).hasSize(1);
        }
    }

    @Test
    void aSecondProcessGetsOneClearLine() throws Exception {
        try (LabelStore store = LabelStore.open(file())) {
            store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
            Process process = java(SecondOpener.class);
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output).contains("InputException: " + file() + ": in use by another process");
            assertThat(store.tasks(null)).hasSize(1);
        }
    }

    @Test
    void otherFilesAreNotLabelStores() throws Exception {
        assertThatThrownBy(() -> LabelStore.openExisting(file()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no such label store");
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "This is a text and was never a database.".repeat(500));
        assertThatThrownBy(() -> LabelStore.open(file()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no label store, or a damaged one")
                .message()
                .doesNotContain("\n");
        assertThat(file()).content().startsWith("This is a text");
    }

    @Test
    void aStoreOfALaterVersionIsRefused() throws Exception {
        LabelStore.open(file()).close();
        String url = "jdbc:h2:file:" + file().toString().replace(".mv.db", "");
        try (var connection = DriverManager.getConnection(url, "rlhf", "");
                var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO \"flyway_schema_history\" SELECT 999, '999', 'later', \"type\", 'V999__later.sql', 1, "
                            + "\"installed_by\", \"installed_on\", 1, TRUE FROM \"flyway_schema_history\" WHERE "
                            + "\"installed_rank\" = 1");
        }
        assertThatThrownBy(() -> LabelStore.open(file()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("use the version of rlhf that wrote it");
    }

    private Process java(Class<?> main) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        file().toString())
                .redirectErrorStream(true)
                .start();
    }

    /** Opens the store in a separate process. */
    static final class SecondOpener {
        public static void main(String[] args) throws Exception {
            try {
                LabelStore.open(Path.of(args[0])).close();
            } catch (InputException e) {
                System.out.println("InputException: " + e.getMessage());
            }
        }
    }
}
