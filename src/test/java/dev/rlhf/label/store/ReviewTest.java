package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.Correction;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelPage;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelStatus;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.ReviewedTask;
import dev.rlhf.label.api.SelectedLabels;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.api.Unread;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.files.LabelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Labels that an admin reads, sends back and removes, and tasks whose order an admin decides. */
class ReviewTest extends StoreFixture {
    private int keys;

    ReviewTest() {
        super("2026-11-27T08:00:00Z");
    }

    private void importTasks(int tasks, int overlap) {
        store.importTasks(Samples.tasks(tasks, 2), new ImportOptions("b", BatchChange.overlap(overlap)));
    }

    private GivenTask next(String name) {
        return store.labelerService().next(person(name), LEASE).orElseThrow();
    }

    /** Labels the next task in the stored order; returns its id. */
    private long label(String name, Judgement stored) {
        long task = next(name).id();
        label(name, task, stored);
        return task;
    }

    private void label(String name, long task, Judgement stored) {
        List<String> texts =
                store.labelerService().task(person(name), task).shown().completions();
        boolean turned = texts.getFirst().endsWith("1");
        Judgement shown = turned ? stored.toShown(List.of(1, 0)) : stored;
        store.labelerService().submit(person(name), task, new Submission("key-%06d".formatted(keys++), shown));
    }

    private static Judgement ranking(List<Integer> ranks, @Nullable Double seconds, @Nullable String comment) {
        return new Judgement(
                LabelKind.RANKING,
                new ArrayList<>(ranks),
                null,
                null,
                List.of(),
                false,
                false,
                null,
                comment,
                seconds,
                null);
    }

    private List<LabelPage.Entry> labels(LabelQuery query) {
        return store.adminService().labels(query, null, 50).labels();
    }

    private long labelOf(String name, long task) {
        return store.adminService().task(task).labels().stream()
                .filter(label -> label.labeler().name().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static LabelQuery with(String what, @Nullable String value) {
        return new LabelQuery(
                "batch".equals(what) ? value : null,
                "labeler".equals(what) ? value : null,
                "since".equals(what) ? Instant.parse(Objects.requireNonNull(value)) : null,
                "until".equals(what) ? Instant.parse(Objects.requireNonNull(value)) : null,
                "kind".equals(what) ? LabelKind.of(Objects.requireNonNull(value)) : null,
                "flag".equals(what) ? value : null,
                "text".equals(what) ? value : null,
                "comment".equals(what),
                "personal_data".equals(what),
                "disagreement".equals(what),
                "unread".equals(what),
                "status".equals(what) ? LabelStatus.of(Objects.requireNonNull(value)) : null,
                "guideline".equals(what) ? value : null,
                "pace".equals(what) ? LabelQuery.Pace.of(Objects.requireNonNull(value)) : null);
    }

    private List<String> found(String what, @Nullable String value) {
        return labels(with(what, value)).stream()
                .map(label -> label.labeler() + " " + label.name())
                .toList();
    }

    @Test
    void everyFilterFindsItsLabels() {
        importTasks(3, 2);
        label("Ada", ranking(List.of(1, 2), 20.0, null)); // t0
        label("Ada", ranking(List.of(1, 2), 20.0, "An odd Question")); // t1
        now.set(Instant.parse("2026-11-28T08:00:00Z"));
        label("Bo", ranking(List.of(2, 1), 2.0, null)); // t0
        label(
                "Bo",
                new Judgement( // t1
                        LabelKind.RANKING,
                        List.of(1, 2),
                        null,
                        null,
                        List.of(List.of(), List.of("harmful")),
                        false,
                        true,
                        null,
                        null,
                        100.0,
                        null));
        label("Bo", Judgement.skip("language: Welsh").with(3.0, null)); // t2
        store.importTasks(
                List.of(Samples.task("x", 2, Label.ranking("Cy", List.of(1, 2)))),
                new ImportOptions("other", BatchChange.NONE));

        assertThat(found("", null)).containsExactly("Cy x", "Bo t2", "Bo t1", "Bo t0", "Ada t1", "Ada t0");
        assertThat(found("batch", "other")).containsExactly("Cy x");
        assertThat(found("labeler", "Ada")).containsExactly("Ada t1", "Ada t0");
        assertThat(found("since", "2026-11-28T00:00:00Z")).containsExactly("Cy x", "Bo t2", "Bo t1", "Bo t0");
        assertThat(found("until", "2026-11-28T00:00:00Z")).containsExactly("Ada t1", "Ada t0");
        assertThat(found("kind", "skip")).containsExactly("Bo t2");
        assertThat(found("flag", "harmful")).containsExactly("Bo t1");
        assertThat(found("text", "odd quest")).containsExactly("Ada t1");
        assertThat(found("text", "welsh")).containsExactly("Bo t2");
        assertThat(found("comment", null)).containsExactly("Ada t1");
        assertThat(found("personal_data", null)).containsExactly("Bo t1");
        assertThat(found("disagreement", null)).containsExactly("Bo t0", "Ada t0");
        assertThat(found("pace", "fast")).containsExactly("Bo t0");
        assertThat(found("pace", "slow")).containsExactly("Bo t1");
        assertThat(found("unread", null)).containsExactly("Bo t1", "Ada t1");
        assertThat(labels(with("flag", "harmful")).getFirst().flags()).containsExactly("harmful");
        assertThat(labels(with("kind", "skip")).getFirst().reason()).isEqualTo("language: Welsh");
    }

    @Test
    void pagesContainEveryLabelOnce() {
        importTasks(5, 1);
        for (int i = 0; i < 5; i++) {
            label("Ada", ranking(List.of(1, 2), null, null));
        }
        List<String> read = new ArrayList<>();
        Long before = null;
        do {
            LabelPage page = store.adminService().labels(LabelQuery.ALL, before, 2);
            page.labels().forEach(label -> read.add(label.name()));
            before = page.next();
        } while (before != null);
        assertThat(read).containsExactly("t4", "t3", "t2", "t1", "t0");
    }

    @Test
    void remarksAreUnreadUntilAnAdminMarksThemAsRead() {
        importTasks(3, 1);
        label("Ada", ranking(List.of(1, 2), null, "Strange"));
        label("Ada", ranking(List.of(1, 2), null, null));
        Unread unread = store.adminService().unread();
        assertThat(unread.comments()).isEqualTo(1);
        assertThat(unread.personalData()).isZero();
        store.adminService().markRead(unread.upTo());
        assertThat(store.adminService().unread().comments()).isZero();
        assertThat(found("unread", null)).isEmpty();
        label("Ada", ranking(List.of(1, 2), null, "Again"));
        assertThat(store.adminService().unread().comments()).isEqualTo(1);
        store.adminService().markRead(1);
        assertThat(store.adminService().unread().comments())
                .as("marks never go back")
                .isEqualTo(1);
    }

    @Test
    void aLabelThatWasSentBackCountsAgainOnceItIsSubmittedAgain() {
        importTasks(3, 1);
        long first = next("Ada").id();
        now.updateAndGet(time -> time.plusSeconds(20));
        label("Ada", first, ranking(List.of(1, 2), 10.0, null));
        long second = next("Ada").id();
        ReviewedTask task = store.adminService().sendBack(labelOf("Ada", first), "Read both answers", LEA);
        assertThat(task.labels().getFirst().status()).isEqualTo(LabelStatus.SENT_BACK);
        assertThat(task.labels().getFirst().note()).isEqualTo("Read both answers");
        assertThat(store.rankedTasks(null)).isEmpty();
        assertThat(store.adminService().batches().getFirst().taken()).isZero();
        assertThat(store.labelerService()
                        .progress(person("Ada"), ZoneOffset.UTC)
                        .yours())
                .isZero();
        assertThat(found("status", "sent_back")).containsExactly("Ada t0");

        assertThat(next("Bo").id()).as("the place is kept").isNotIn(first, second);
        GivenTask again = next("Ada");
        assertThat(again.id()).as("before the task that is held").isEqualTo(first);
        assertThat(Objects.requireNonNull(again.sentBack()).note()).isEqualTo("Read both answers");
        assertThat(Objects.requireNonNull(again.label()).number()).isEqualTo(1);
        assertThat(again.editable()).isTrue();
        now.updateAndGet(time -> time.plusSeconds(20));
        label("Ada", first, ranking(List.of(2, 1), 14.0, null));
        assertThat(store.rankedTasks(null).getFirst().rankings().getFirst().ranks())
                .containsExactly(2, 1);
        assertThat(store.labelerService()
                        .progress(person("Ada"), ZoneOffset.UTC)
                        .secondsToday())
                .as("earlier time counts once")
                .isEqualTo(14.0);
        assertThat(store.labelerService().task(person("Ada"), first).sentBack()).isNull();
        assertThat(next("Ada").id()).isEqualTo(second);
        assertThat(audited()).contains("send_back Ada task t0: Read both answers");
    }

    private List<String> audited() {
        return store.access().audit(null, 10).stream()
                .map((AuditEntry line) -> line.action() + " " + line.subject() + " " + line.detail())
                .toList();
    }

    @Test
    void aRemovedLabelFreesItsPlaceForSomebodyElse() {
        importTasks(1, 1);
        long task = label("Ada", ranking(List.of(1, 2), 10.0, null));
        store.labelerService().export(ExportFilter.all(null), true, LEA);
        store.adminService().remove(labelOf("Ada", task), null, LEA);
        assertThat(store.tasks(null).getFirst().rankings()).isEmpty();
        assertThat(store.labelerService().next(person("Ada"), LEASE)).isEmpty();
        assertThatThrownBy(() -> label("Ada", task, ranking(List.of(1, 2), null, null)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("removed"));
        assertThat(found("status", "removed")).containsExactly("Ada t0");
        assertThat(found("status", "counted")).isEmpty();
        label("Bo", task, next("Bo").id() == task ? ranking(List.of(2, 1), null, null) : Judgement.skip(null));
        assertThat(store.rankedTasks(null).getFirst().rankings())
                .extracting(Label::labeler)
                .containsExactly("Bo");
    }

    @Test
    void anImportDoesNotRestoreALabelThatWasRemovedOrSentBack() {
        importTasks(1, 1);
        long task = label("Ada", ranking(List.of(1, 2), 10.0, null));
        List<RankedTask> before = store.tasks(null);
        for (boolean back : new boolean[] {false, true}) {
            long id = labelOf("Ada", task);
            ReviewedTask corrected = back
                    ? store.adminService().sendBack(id, null, LEA)
                    : store.adminService().remove(id, null, LEA);
            assertThat(corrected.labels()).hasSize(1);
            assertThatThrownBy(() -> store.importTasks(before, new ImportOptions("b", BatchChange.NONE)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("an admin has sent back or removed the label of task 't0' by labeler 'Ada'");
        }
    }

    @Test
    void aRemovedLabelCanBeSentBack() {
        importTasks(1, 1);
        long task = label("Ada", Judgement.skip("unclear"));
        store.adminService().remove(labelOf("Ada", task), null, LEA);
        store.adminService().sendBack(labelOf("Ada", task), null, LEA);
        assertThat(Objects.requireNonNull(next("Ada").sentBack()).note()).isNull();
        label("Ada", task, ranking(List.of(1, 2), null, null));
        assertThat(store.rankedTasks(null)).hasSize(1);
    }

    @Test
    void aRemovedLabelCanCountAgain() {
        importTasks(1, 1);
        long task = label("Ada", ranking(List.of(1, 2), 10.0, null));
        long ada = labelOf("Ada", task);
        assertThatThrownBy(() -> store.adminService().restore(ada, null, LEA)).isInstanceOf(InputException.class);
        store.adminService().remove(ada, "a mistake", LEA);
        assertThat(next("Bo").id()).isEqualTo(task);
        label("Bo", task, ranking(List.of(2, 1), null, null));
        ReviewedTask restored = store.adminService().restore(ada, "not one", LEA);
        assertThat(restored.labels()).extracting(label -> label.status()).containsOnly(LabelStatus.COUNTED);
        assertThat(store.rankedTasks(null).getFirst().rankings())
                .extracting(Label::labeler, Label::ranks)
                .containsExactly(tuple("Ada", List.of(1, 2)), tuple("Bo", List.of(2, 1)));
        assertThat(store.labelerService().task(person("Ada"), task).editable()).isTrue();
        assertThat(audited().getFirst()).isEqualTo("restore_label Ada task t0: not one");
    }

    @Test
    void aSentBackSkipThatCountsAgainIsNotGivenAgain() {
        importTasks(2, 1);
        long task = label("Ada", Judgement.skip("unclear"));
        store.adminService().sendBack(labelOf("Ada", task), null, LEA);
        store.adminService().restore(labelOf("Ada", task), null, LEA);
        assertThat(next("Ada").id()).isNotEqualTo(task);
        assertThat(found("kind", "skip")).containsExactly("Ada t0");
        assertThat(found("status", "counted")).containsExactly("Ada t0");
    }

    /** One labeler's labels are taken out, but not those made after they were counted; then they count again. */
    @Test
    void allLabelsOfAFilterAreRemovedAndRestored() {
        importTasks(130, 2);
        for (int i = 0; i < 120; i++) {
            label("Ada", ranking(List.of(1, 2), 10.0, null));
            label("Bo", ranking(List.of(2, 1), 10.0, null));
        }
        LabelQuery bos = with("labeler", "Bo");
        store.adminService().remove(labels(bos).getFirst().id(), null, LEA);
        SelectedLabels counted = store.adminService().count(bos);
        assertThat(counted).isEqualTo(new SelectedLabels(120, 120, 119, 1, counted.upTo()));
        label("Bo", ranking(List.of(2, 1), 10.0, null));
        assertThat(store.adminService().correct(Correction.REMOVE, bos, counted.upTo(), "random", LEA))
                .isEqualTo(119);
        assertThat(store.adminService().correct(Correction.REMOVE, bos, counted.upTo(), "random", LEA))
                .isZero();
        assertThat(store.rankedTasks(null))
                .hasSize(121)
                .flatExtracting(RankedTask::rankings)
                .extracting(Label::labeler)
                .containsOnlyOnce("Bo");
        assertThat(audited().getFirst()).matches("remove_label Bo task t\\d+: random");
        assertThat(store.adminService().correct(Correction.RESTORE, bos, counted.upTo(), null, LEA))
                .isEqualTo(120);
        assertThat(store.adminService().count(bos).remove()).isEqualTo(121);
    }

    /** The guidelines are corrected midway: what was made by the earlier version is sent back. */
    @Test
    void labelsOfEarlierGuidelinesAreSentBackExceptThoseThatNobodyCanRedo() {
        String first = store.publishGuidelines("First").version();
        store.importTasks(
                List.of(Samples.task("t0", 2, Label.ranking("Cy", List.of(1, 2))), Samples.task("t1", 2)),
                new ImportOptions("b", BatchChange.overlap(4)));
        long task = -1;
        for (String name : List.of("Ada", "Bo")) {
            store.labelerService().sawGuidelines(person(name), first);
            task = label(name, ranking(List.of(1, 2), null, null).with(null, first));
        }
        String second = store.publishGuidelines("Second").version();
        store.labelerService().sawGuidelines(person("Ada"), second);
        label("Ada", ranking(List.of(1, 2), null, null).with(null, second));
        assertThat(found("guideline", first)).containsExactly("Bo t0", "Ada t0");
        store.access().disable("Bo", LEA);
        SelectedLabels counted = store.adminService().count(with("guideline", first));
        assertThat(counted).isEqualTo(new SelectedLabels(2, 1, 2, 0, counted.upTo()));
        assertThat(store.adminService().count(LabelQuery.ALL).sendBack()).isEqualTo(2);
        assertThat(store.adminService()
                        .correct(Correction.SEND_BACK, with("guideline", first), counted.upTo(), "again", LEA))
                .isEqualTo(1);
        assertThat(next("Ada").id()).isEqualTo(task);
        assertThat(Objects.requireNonNull(next("Ada").sentBack()).note()).isEqualTo("again");
    }

    @Test
    void labelsThatTheLabelerCannotRedoAreNotSentBack() {
        store.importTasks(
                List.of(Samples.task("t0", 2, Label.ranking("Cy", List.of(1, 2)))),
                new ImportOptions("b", BatchChange.overlap(2)));
        long task = label("Ada", ranking(List.of(1, 2), null, null));
        store.access().disable("Ada", LEA);
        for (String name : List.of("Ada", "Cy")) {
            assertThatThrownBy(() -> store.adminService().sendBack(labelOf(name, task), null, LEA))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("emove");
            store.adminService().remove(labelOf(name, task), null, LEA);
        }
        assertThat(store.rankedTasks(null)).isEmpty();
        assertThatThrownBy(() -> store.adminService().remove(4711, null, LEA)).isInstanceOf(InputException.class);
    }

    @Test
    void anAdjudicatedOrderReplacesTheRankingsInTrainingAndExport() throws Exception {
        importTasks(2, 2);
        long task = label("Ada", ranking(List.of(1, 2), null, null));
        label("Bo", ranking(List.of(1, 2), null, null));
        store.adminService().adjudicate(task, List.of(2, 1), LEA);
        RankedTask ranked = store.rankedTasks(null).getFirst();
        assertThat(ranked.rankings()).hasSize(2);
        assertThat(ranked.decisiveRankings()).containsExactly(Label.ranking("adjudicated", List.of(2, 1)));
        assertThat(Consensus.RANKED_PAIRS.of(ranked).rankings().getFirst().ranks())
                .containsExactly(2, 1);

        List<RankedTask> exported =
                store.labelerService().export(ExportFilter.all("b"), true, LEA).tasks();
        Path rankings = folder.resolve("rankings.jsonl");
        ExportFormat.RANKINGS.write(rankings, exported);
        assertThat(Files.readString(rankings)).contains("\"adjudicated\":[2,1]");
        assertThat(LabelFiles.read(rankings)).isEqualTo(exported);
        Path pairs = folder.resolve("pairs.jsonl");
        ExportFormat.PAIRS.write(pairs, exported);
        assertThat(Files.readAllLines(pairs))
                .singleElement()
                .asString()
                .contains("\"chosen\":\"t0 answer 1\"", "\"labeler\":\"adjudicated\"");

        try (LabelStore other = LabelStore.open(folder.resolve("other"), now::get)) {
            other.importTasks(Samples.tasks(2, 2), new ImportOptions("b", BatchChange.NONE));
            other.importFile(rankings, new ImportOptions("b", BatchChange.NONE));
            assertThat(other.tasks(null)).isEqualTo(exported);
            other.importFile(rankings, new ImportOptions("b", BatchChange.NONE));
            assertThat(other.tasks(null)).isEqualTo(exported);
            Files.writeString(
                    rankings, Files.readString(rankings).replace("adjudicated\":[2,1]", "adjudicated\":[1,2]"));
            assertThatThrownBy(() -> other.importFile(rankings, new ImportOptions("b", BatchChange.NONE)))
                    .hasMessageContaining("adjudicated differently");
        }
        assertThat(store.labelerService()
                        .export(new ExportFilter("b", null, null, null, "Ada", 0), true, LEA)
                        .tasks()
                        .getFirst()
                        .adjudicated())
                .isNull();
        store.adminService().adjudicate(task, null, LEA);
        assertThat(store.rankedTasks(null).getFirst().adjudicated()).isNull();
        assertThat(audited().getFirst()).isEqualTo("adjudicate t0 withdrawn");
    }

    @Test
    void aDecidedTaskIsNoLongerADisagreement() {
        importTasks(2, 2);
        long task = label("Ada", ranking(List.of(1, 2), null, null));
        label("Bo", ranking(List.of(2, 1), null, null));
        assertThat(store.adminService().disputes(null, 5)).hasSize(1);
        store.adminService().adjudicate(task, List.of(1, 2), LEA);
        assertThat(store.adminService().disputes(null, 5)).isEmpty();
        store.adminService().adjudicate(task, null, LEA);
        assertThat(store.adminService().disputes(null, 5)).hasSize(1);
    }

    @Test
    void aTaskThatEverybodySkippedIsTrainedOnOnceItIsAdjudicated() {
        importTasks(1, 1);
        long task = label("Ada", Judgement.skip("unclear"));
        assertThat(store.rankedTasks(null)).isEmpty();
        store.adminService().adjudicate(task, List.of(1, 2), LEA);
        assertThat(store.rankedTasks(null)).hasSize(1);
        assertThatThrownBy(() -> store.adminService().adjudicate(task, List.of(1, 3), LEA))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.adminService().adjudicate(4711, List.of(1, 2), LEA))
                .isInstanceOf(InputException.class);
    }

    private static BatchChange limits(int overlap, @Nullable Integer skipLimit, @Nullable Integer maxOverlap) {
        return Change.of()
                .overlap(overlap)
                .skipLimit(skipLimit)
                .maxOverlap(maxOverlap)
                .build();
    }

    private int[] places() {
        BatchStatus batch = store.adminService().batches().getFirst();
        return new int[] {batch.taken(), batch.places()};
    }

    @Test
    void aTaskIsClosedAfterTheLimitOfSkips() {
        store.importTasks(Samples.tasks(1, 2), new ImportOptions("b", limits(2, 2, null)));
        long task = next("Cy").id();
        label("Ada", Judgement.skip("unclear"));
        assertThat(places()).containsExactly(0, 2);
        label("Bo", task, next("Bo").id() == task ? Judgement.skip("unclear") : Judgement.skip(null));
        assertThat(places()).containsExactly(0, 0);
        assertThat(store.labelerService().next(person("Dora"), LEASE)).isEmpty();
        label("Cy", task, ranking(List.of(1, 2), null, null));
        assertThat(places()).as("Cy held it before").containsExactly(1, 1);
        TestBatches.change(store, "b", limits(2, 3, null));
        assertThat(places()).containsExactly(1, 2);
        assertThat(next("Dora").id()).isEqualTo(task);
    }

    @Test
    void anotherLabelerIsAskedWhereTwoDisagree() {
        store.importTasks(Samples.tasks(2, 2), new ImportOptions("b", limits(2, null, 4)));
        label("Ada", ranking(List.of(1, 2), null, null));
        label("Ada", ranking(List.of(1, 2), null, null));
        long disputed = label("Bo", ranking(List.of(2, 1), null, null));
        label("Bo", ranking(List.of(1, 2), null, null));
        assertThat(places()).containsExactly(4, 5);
        assertThat(next("Cy").id()).isEqualTo(disputed);
        assertThat(store.labelerService().next(person("Dora"), LEASE))
                .as("one at a time")
                .isEmpty();
        label("Cy", disputed, ranking(List.of(1, 2), null, null));
        assertThat(places()).as("a third of the pairs agree").containsExactly(5, 6);
        label(
                "Dora",
                disputed,
                next("Dora").id() == disputed
                        ? ranking(List.of(1, 2), null, null)
                        : ranking(List.of(2, 1), null, null));
        assertThat(places()).as("half agree, but four have ranked it").containsExactly(6, 6);
        assertThat(store.labelerService().next(person("Eve"), LEASE)).isEmpty();
        TestBatches.change(store, "b", limits(2, null, 0));
        assertThat(places()).containsExactly(4, 4);
    }

    @Test
    void thePlaceOfALabelThatWasSentBackIsKeptForThreeDaysAlsoIfItsLabelerLooksAtIt() {
        importTasks(2, 1);
        long task = label("Ada", ranking(List.of(1, 2), null, null));
        store.adminService().sendBack(labelOf("Ada", task), "again", LEA);
        assertThat(next("Ada").id()).isEqualTo(task);
        assertThat(store.labelerService().heartbeat(person("Ada"), task, LEASE))
                .isEqualTo(now.get().plus(Duration.ofDays(3)));
        label("Bo", ranking(List.of(1, 2), null, null));
        now.updateAndGet(time -> time.plus(Duration.ofDays(3)).minusSeconds(1));
        assertThat(store.labelerService().next(person("Bo"), LEASE)).isEmpty();
        assertThat(next("Ada").id()).isEqualTo(task);
        now.updateAndGet(time -> time.plus(LEASE));
        assertThat(next("Bo").id()).as("after that it is free").isEqualTo(task);
    }

    @Test
    void aLabelThatWasSentBackComesBeforeATaskThatWaitedInAPausedBatch() {
        importTasks(1, 1);
        long waiting = next("Ada").id();
        TestBatches.change(store, "b", BatchChange.paused(true));
        store.importTasks(Samples.tasks(1, 2), new ImportOptions("c", BatchChange.NONE));
        long task = label("Ada", ranking(List.of(1, 2), null, null));
        store.adminService().sendBack(labelOf("Ada", task), null, LEA);
        TestBatches.change(store, "b", BatchChange.paused(false));
        assertThat(next("Ada").id()).isEqualTo(task).isNotEqualTo(waiting);
    }
}
