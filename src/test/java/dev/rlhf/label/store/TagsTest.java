package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.api.User;
import dev.rlhf.label.assignment.TagDemand;
import dev.rlhf.label.files.LabelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks and batches with tags go only to labelers who have all of them. */
class TagsTest extends StoreFixture {
    private LabelerService service;
    private AdminService admin;
    private Labeler ada;
    private Labeler bo;

    @BeforeEach
    void open() throws Exception {
        service = store.labelerService();
        admin = store.adminService();
        ada = person("Ada");
        bo = person("Bo");
    }

    private static RankedTask tagged(RankedTask task, String... tags) {
        return new RankedTask(
                task.id(), task.prompt(), task.completions(), List.of(), List.of(), task.gold(), null, List.of(tags));
    }

    private static RankedTask task(String id, String... tags) {
        return tagged(Samples.task(id, 2), tags);
    }

    /** Labels all tasks that the labeler is given, and returns their questions. */
    private List<String> work(Labeler labeler) {
        List<String> given = new ArrayList<>();
        for (Optional<GivenTask> task = service.next(labeler, LEASE);
                task.isPresent();
                task = service.next(labeler, LEASE)) {
            given.add(question(task.get()));
            service.submit(labeler, task.get().id(), new Submission("key-0001", List.of(1, 2), 4.5, null));
        }
        return given;
    }

    private static String question(GivenTask task) {
        return task.shown().messages().getFirst().content().replaceAll("Question (.*)\\?", "$1");
    }

    @Test
    void aTaskGoesToLabelersWhoHaveAllItsTags() {
        store.importTasks(
                List.of(task("plain"), task("german", "DE"), task("both", "de", "medical"), task("arabic", "ar")),
                new ImportOptions("b", 2));
        admin.setTags("Ada", List.of(" De ", "medical", "fr"), LEA);
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(3, 0));
        assertThat(service.left(bo)).isEqualTo(new TasksLeft(1, 0));
        assertThat(work(ada)).containsExactly("plain", "german", "both");
        assertThat(work(bo)).containsExactly("plain");
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(0, 0));

        // New tags open tasks that the labeler has passed, and closed ones stay closed.
        admin.setTags("Bo", List.of("de"), LEA);
        assertThat(work(bo)).containsExactly("german");
        admin.setTags("Bo", List.of("ar", "medical", "de"), LEA);
        assertThat(service.left(bo)).isEqualTo(new TasksLeft(2, 0));
        assertThat(work(bo)).containsExactly("both", "arabic");
        assertThat(admin.batches().getFirst().taken()).isEqualTo(7);
    }

    @Test
    void aBatchWithTagsGoesToLabelersWhoHaveThem() {
        store.importTasks(
                List.of(task("x"), task("y", "medical")),
                new ImportOptions("arabic", Change.of().tags(List.of("ar")).build()));
        store.importTasks(List.of(task("z")), new ImportOptions("all", 1));
        assertThat(service.left(bo)).isEqualTo(new TasksLeft(1, 0));
        assertThat(work(bo)).containsExactly("z");
        admin.setTags("Bo", List.of("ar"), LEA);
        assertThat(service.left(bo)).isEqualTo(new TasksLeft(1, 0));
        assertThat(work(bo)).containsExactly("x");
        assertThat(TestBatches.settings(store, "arabic").tags()).containsExactly("ar");
        TestBatches.change(store, "arabic", Change.of().tags(List.of()).build());
        admin.setTags("Ada", List.of("medical"), LEA);
        assertThat(work(ada)).containsExactly("y");
    }

    @Test
    void aLabelerKeepsTheTaskTheyHoldWhenTheyLoseItsTag() {
        store.importTasks(List.of(task("x", "de"), task("y", "de")), new ImportOptions("b", 1));
        admin.setTags("Ada", List.of("de"), LEA);
        GivenTask held = service.next(ada, LEASE).orElseThrow();
        admin.setTags("Ada", List.of(), LEA);
        assertThat(service.next(ada, LEASE).orElseThrow().id()).isEqualTo(held.id());
        assertThat(work(ada)).containsExactly("x");
    }

    @Test
    void aTaskThatIsFreeAgainIsOfferedOnlyToThoseWithItsTags() {
        store.importTasks(List.of(task("x", "de")), new ImportOptions("b", 1));
        Labeler cy = person("Cy");
        for (String name : List.of("Ada", "Bo")) {
            admin.setTags(name, List.of("de"), LEA);
        }
        service.next(ada, LEASE).orElseThrow();
        assertThat(service.next(bo, LEASE)).isEmpty();
        assertThat(service.next(cy, LEASE)).isEmpty();
        long label = adas();
        admin.remove(label, null, LEA);
        assertThat(service.next(cy, LEASE)).isEmpty();
        assertThat(service.left(cy)).isEqualTo(new TasksLeft(0, 0));
        assertThat(work(bo)).containsExactly("x");
    }

    private long adas() {
        assertThat(work(ada)).containsExactly("x");
        return admin.labels(LabelQuery.ALL, null, 10).labels().getFirst().id();
    }

    @Test
    void aQuizAndGoldTasksKeepToTheTags() {
        RankedTask gold = Samples.task("gold", 2);
        store.importTasks(
                List.of(
                        new RankedTask(
                                "gold",
                                gold.prompt(),
                                gold.completions(),
                                List.of(),
                                List.of(),
                                List.of(1, 2),
                                null,
                                List.of("ar")),
                        task("x")),
                ImportOptions.defaults());
        admin.setQualityLines(new QualityLines(null, null, 10, 1), LEA);
        assertThat(work(bo)).containsExactly("x");
        admin.setTags("Ada", List.of("ar"), LEA);
        assertThat(work(ada)).containsExactly("gold");
    }

    @Test
    void theAdminSeesTagsThatNobodyHas() {
        store.importTasks(
                List.of(task("a", "de"), task("b", "de"), task("c", "ar", "law"), task("d")),
                new ImportOptions("b", 1));
        store.importTasks(
                List.of(task("e")),
                new ImportOptions("law", Change.of().tags(List.of("law")).build()));
        admin.setTags("Ada", List.of("de"), LEA);
        admin.setTags("Bo", List.of("de", "law"), LEA);
        assertThat(admin.batches().get(0).demand())
                .containsExactly(new TagDemand(List.of("ar", "law"), 1, 0), new TagDemand(List.of("de"), 2, 2));
        assertThat(admin.batches().get(1).demand()).containsExactly(new TagDemand(List.of("law"), 1, 1));
        store.access().disable("Bo", LEA);
        work(ada);
        assertThat(admin.batches().get(0).demand()).containsExactly(new TagDemand(List.of("ar", "law"), 1, 0));
        assertThat(admin.batches().get(1).demand()).containsExactly(new TagDemand(List.of("law"), 1, 0));
        assertThat(admin.tags()).containsExactly("ar", "de", "law");
    }

    @Test
    void tagsAreImportedExportedReplacedAndRemoved(@TempDir Path files) throws Exception {
        List<RankedTask> tasks = List.of(task("a", "DE", "law", "de"), task("b"));
        store.importTasks(tasks, ImportOptions.defaults());
        assertThat(store.tasks(null)).extracting(RankedTask::tags).containsExactly(List.of("de", "law"), List.of());
        assertThat(store.tasks(null)).isEqualTo(tasks);
        store.importTasks(List.of(task("a", "ar"), task("b", "ar")), ImportOptions.defaults());
        assertThat(store.tasks(null)).extracting(RankedTask::tags).containsExactly(List.of("ar"), List.of("ar"));
        // A file without tags says nothing about them.
        store.importTasks(List.of(task("a")), ImportOptions.defaults());
        assertThat(store.tasks(null).getFirst().tags()).containsExactly("ar");
        assertThat(work(bo)).isEmpty();
        // An empty list removes them.
        Path file = files.resolve("tasks.jsonl");
        LabelFiles.write(file, List.of(task("a", "de")));
        Files.writeString(file, Files.readString(file).replace("\"tags\":[\"de\"]", "\"tags\":[]"));
        store.importFile(file, ImportOptions.defaults());
        assertThat(store.tasks(null).getFirst().tags()).isEmpty();
        assertThat(work(bo)).containsExactly("a");
    }

    @Test
    void wrongTagsAreRefusedAndChangesAreAudited() {
        for (List<String> wrong : List.of(
                List.of(" "),
                List.of("a,b"),
                List.of("x".repeat(65)),
                List.of("a\nb"),
                IntStream.range(0, 21).mapToObj(i -> "t" + i).toList())) {
            assertThatThrownBy(() -> admin.setTags("Ada", wrong, LEA)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Change.of().tags(wrong).build()).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> admin.setTags("Cy", List.of("de"), LEA)).isInstanceOf(InputException.class);
        store.access().setAdmin("Max", "a long enough password", LEA);
        assertThatThrownBy(() -> admin.setTags("Max", List.of("de"), LEA))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("only labelers");
        admin.setTags("Ada", List.of("ar", "de"), LEA);
        assertThat(store.access().audit(null, 1))
                .extracting(AuditEntry::action, AuditEntry::subject, AuditEntry::detail)
                .containsExactly(tuple("set_tags", "Ada", "ar, de"));
        assertThat(store.access().users())
                .filteredOn(user -> user.labeler().equals(ada))
                .extracting(User::tags)
                .containsExactly(List.of("ar", "de"));
    }
}
