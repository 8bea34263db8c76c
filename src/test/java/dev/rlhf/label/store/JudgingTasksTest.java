package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.Form;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.judging.JudgingExport;
import dev.rlhf.label.judging.JudgingTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgingTasksTest {
    private static final Duration LEASE = Duration.ofMinutes(30);
    private static final List<JudgingTask> TASKS = List.of(
            new JudgingTask("a", "Capital of France?", List.of("Paris"), "Lyon."),
            new JudgingTask("b", "Who is it?", List.of(), "I don't know."));

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelerService service;
    private int keys;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"));
        service = store.labelerService();
        store.importJudging(TASKS, new ImportOptions("judged", 2), Actor.commandLine());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void judge(Labeler labeler, Verdict verdict) {
        GivenTask task = service.next(labeler, LEASE).orElseThrow();
        service.submit(labeler, task.id(), new Submission("key-%05d".formatted(keys++), Judgement.verdict(verdict)));
    }

    @Test
    void aVerdictTakesAPlaceAndIsExported() {
        Labeler ada = TestLabelers.person(store, "Ada");
        Labeler bo = TestLabelers.person(store, "Bo");
        GivenTask task = service.next(ada, LEASE).orElseThrow();
        assertThat(task.shown().answers()).containsExactly("Paris");
        assertThat(task.shown().completions()).containsExactly("Lyon.");
        assertThat(task.form().verdict()).isTrue();
        judge(ada, Verdict.WRONG);
        judge(ada, Verdict.REFUSED);
        judge(bo, Verdict.WRONG);
        assertThat(service.progress(ada, ZoneOffset.UTC).rankings()).isEqualTo(3);
        assertThat(service.progress(ada, ZoneOffset.UTC).wanted()).isEqualTo(4);
        assertThat(service.history(ada, null, 10).labels())
                .extracting(label -> label.verdict())
                .containsExactly(Verdict.REFUSED, Verdict.WRONG);

        JudgingExport exported = service.exportVerdicts(ExportFilter.all(null), false, Actor.commandLine());
        assertThat(exported.tasks())
                .extracting(JudgingTask::verdicts)
                .containsExactly(Map.of("Ada", Verdict.WRONG, "Bo", Verdict.WRONG), Map.of("Ada", Verdict.REFUSED));
        JudgingExport some = service.exportVerdicts(
                new ExportFilter("judged", null, null, null, null, 2), true, Actor.commandLine());
        assertThat(some.tasks()).extracting(JudgingTask::id).containsExactly("a");
        assertThat(some.tasksLeftOut()).isOne();
        assertThat(some.verdictsLeftOut()).isOne();
        assertThat(service.history(ada, null, 10).labels())
                .extracting(label -> label.editable())
                .as("closed")
                .containsExactly(true, false);
    }

    @Test
    void statisticsCountVerdictsApart() {
        Labeler ada = TestLabelers.person(store, "Ada");
        Labeler bo = TestLabelers.person(store, "Bo");
        judge(ada, Verdict.WRONG);
        judge(bo, Verdict.CORRECT);
        judge(bo, Verdict.REFUSED);
        AdminService admin = store.adminService();
        assertThat(admin.batches()).singleElement().matches(BatchStatus::judging);
        assertThat(admin.verdicts("judged").agreement()).isZero();
        assertThat(admin.verdicts(null).count(Verdict.REFUSED)).isOne();
        LabelerStatus status = admin.labelers(null).getLast();
        assertThat(status.verdicts()).isEqualTo(2);
        assertThat(status.rankings()).isZero();
        LabelQuery disagreement = new LabelQuery(
                null, null, null, null, LabelKind.VERDICT, null, null, false, false, true, false, null, null, null);
        assertThat(admin.labels(disagreement, null, 10).labels()).hasSize(2);
        assertThat(store.tasks(null)).as("not to be ranked").isEmpty();
        assertThat(store.rankedTasks(null)).isEmpty();
    }

    @Test
    void aThirdLabelerIsAskedWhereTwoDisagree() {
        TestBatches.change(store, "judged", maxOverlap(3));
        Labeler ada = TestLabelers.person(store, "Ada");
        Labeler bo = TestLabelers.person(store, "Bo");
        Labeler cy = TestLabelers.person(store, "Cy");
        judge(ada, Verdict.WRONG);
        judge(bo, Verdict.CORRECT);
        judge(ada, Verdict.REFUSED);
        judge(bo, Verdict.REFUSED);
        assertThat(service.next(cy, LEASE).orElseThrow().shown().answers()).containsExactly("Paris");
        judge(cy, Verdict.WRONG);
        assertThat(service.next(cy, LEASE)).isEmpty();
    }

    private static BatchChange maxOverlap(int labelers) {
        return Change.of().maxOverlap(labelers).build();
    }

    @Test
    void aTaskAsksForOneKindOfLabel() {
        Labeler ada = TestLabelers.person(store, "Ada");
        long task = service.next(ada, LEASE).orElseThrow().id();
        assertThatThrownBy(() -> service.submit(ada, task, new Submission("key-12345", List.of(1), null, null)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("this task asks for a verdict");
        assertThat(service.submit(ada, task, new Submission("key-12345", Judgement.skip("unclear"))))
                .isOne();
        store.importTasks(
                Samples.tasks(1, 2),
                new ImportOptions("ranked", Change.of().overlap(1).priority(5).build()));
        long ranked = service.next(ada, LEASE).orElseThrow().id();
        assertThatThrownBy(() ->
                        service.submit(ada, ranked, new Submission("key-12345", Judgement.verdict(Verdict.WRONG))))
                .hasMessage("this task asks for a ranking");
        assertThatThrownBy(() -> store.adminService().adjudicate(task, List.of(1), Actor.commandLine()))
                .hasMessageContaining("a judging task has no order");
    }

    @Test
    void aBatchHasTasksOfOneKind() {
        assertThatThrownBy(() -> store.importTasks(Samples.tasks(1, 2), new ImportOptions("judged", 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("batch 'judged' has judging tasks");
        store.importTasks(Samples.tasks(1, 2), new ImportOptions("ranked", 1));
        assertThatThrownBy(() -> store.importJudging(TASKS, new ImportOptions("ranked", 1), Actor.commandLine()))
                .hasMessageContaining("batch 'ranked' has tasks to rank");
    }

    @Test
    void importingTwiceChangesNothing() {
        assertThat(store.importJudging(TASKS, new ImportOptions("judged", 2), Actor.commandLine())
                        .knownTasks())
                .isEqualTo(2);
        assertThatThrownBy(() -> store.importJudging(
                        List.of(new JudgingTask("a", "Q", List.of(), "c")),
                        new ImportOptions("judged", 2),
                        Actor.commandLine()))
                .hasMessageContaining("another question");
    }

    @Test
    void aBetterAnswerIsPartOfARanking() {
        store.importTasks(
                Samples.tasks(2, 2),
                new ImportOptions(
                        "asking",
                        Change.of().overlap(1).priority(5).demonstrations(true).build()));
        Labeler ada = TestLabelers.person(store, "Ada");
        GivenTask task = service.next(ada, LEASE).orElseThrow();
        assertThat(task.form().demonstrations()).isTrue();
        Judgement better = new Judgement(
                LabelKind.RANKING,
                List.of(1, 2),
                null,
                null,
                List.of(),
                false,
                false,
                null,
                null,
                null,
                null,
                " A better one. ",
                null);
        service.submit(ada, task.id(), new Submission("key-12345", better));
        assertThat(store.tasks("asking")
                        .getFirst()
                        .rankings()
                        .getFirst()
                        .judgement()
                        .demonstration())
                .isEqualTo("A better one.");
        TestBatches.change(store, "asking", Change.of().demonstrations(false).build());
        GivenTask next = service.next(ada, LEASE).orElseThrow();
        assertThat(next.form())
                .isEqualTo(new Form(null, false, false, next.form().flags(), false, false));
        assertThatThrownBy(() -> service.submit(ada, next.id(), new Submission("key-54321", better)))
                .hasMessage("this task does not ask for a \"demonstration\"");
    }
}
