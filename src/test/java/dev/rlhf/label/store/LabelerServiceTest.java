package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Form;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.StaleDraftException;
import dev.rlhf.label.api.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels, drafts and looking back, in the store; {@link TaskQueueTest} has who is given what. */
class LabelerServiceTest extends StoreFixture {
    private LabelerService service;
    private Labeler ada;
    private Labeler bo;

    @BeforeEach
    void open() throws Exception {
        service = store.labelerService();
        ada = person("Ada");
        bo = person("Bo");
    }

    private long given(Labeler labeler) {
        return service.next(labeler, LEASE).orElseThrow().id();
    }

    private static ImportOptions with(
            @Nullable Integer topK,
            @Nullable Boolean strength,
            @Nullable Boolean scores,
            @Nullable List<String> flags) {
        return new ImportOptions(
                "b",
                Change.of()
                        .topK(topK)
                        .strength(strength)
                        .scores(scores)
                        .flags(flags)
                        .build());
    }

    private static Submission ranking(String key, @Nullable Integer... ranks) {
        return new Submission(key, judgement(Arrays.asList(ranks), null, null, List.of()));
    }

    private static Judgement judgement(
            @Nullable List<@Nullable Integer> ranks,
            @Nullable Integer strength,
            @Nullable List<@Nullable Integer> scores,
            List<List<String>> flags) {
        return new Judgement(LabelKind.RANKING, ranks, strength, scores, flags, false, false, null, null, null, null);
    }

    private static Submission skip(String key) {
        return new Submission(key, Judgement.skip("in a language I cannot read"));
    }

    private void refused(String code, Runnable action) {
        assertThatThrownBy(action::run)
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .extracting(RefusedException::code)
                .isEqualTo(code);
    }

    private void refused(String code, Labeler labeler, long task, Submission submission) {
        refused(code, () -> service.submit(labeler, task, submission));
    }

    /** Converts a list in the stored order to the order shown. */
    private static <T> List<T> shown(GivenTask task, List<T> stored) {
        List<T> shown = new ArrayList<>();
        for (String text : task.shown().completions()) {
            shown.add(stored.get(text.charAt(text.length() - 1) - '0'));
        }
        return shown;
    }

    @Test
    void labelsAreStoredInTheStoredOrderAndReturnedInTheOrderShown() {
        store.importTasks(Samples.tasks(1, 4), with(2, false, true, null));
        GivenTask task = service.next(ada, LEASE).orElseThrow();
        assertThat(task.form()).isEqualTo(new Form(2, false, true, BatchSettings.DEFAULT_FLAGS, false, false));
        assertThat(task.label()).isNull();
        assertThat(task.editable()).isTrue();
        assertThat(task.leaseUntil()).isEqualTo(now.get().plus(LEASE));
        List<List<String>> flags = List.of(List.of(), List.of("violent", "harmful"), List.of(), List.of());
        Judgement judgement = new Judgement(
                LabelKind.RANKING,
                shown(task, Arrays.asList(2, null, 1, null)),
                null,
                shown(task, Arrays.asList(5, null, 7, 1)),
                shown(task, flags),
                true,
                true,
                null,
                "  Short.  ",
                61.5,
                null);
        assertThat(service.submit(ada, task.id(), new Submission("key-12345", judgement)))
                .isEqualTo(1);
        Label ranking = store.tasks(null).getFirst().rankings().getFirst();
        assertThat(ranking)
                .isEqualTo(new Label(
                        "Ada",
                        LabelerKind.PERSON,
                        new Judgement(
                                LabelKind.RANKING,
                                Arrays.asList(2, null, 1, null),
                                null,
                                Arrays.asList(5, null, 7, 1),
                                List.of(List.of(), List.of("harmful", "violent"), List.of(), List.of()),
                                true,
                                true,
                                null,
                                "Short.",
                                61.5,
                                null)));
        assertThat(ranking.ranks()).containsExactly(2, 3, 1, 3);
        assertThat(service.task(ada, task.id()).label()).isEqualTo(new Revision(judgement, 1, now.get()));
    }

    @Test
    void strengthDeterminesTheRanksOfTwoCompletions() {
        store.importTasks(Samples.tasks(8, 2), with(null, true, null, null));
        for (int i = 0; i < 8; i++) {
            GivenTask task = service.next(ada, LEASE).orElseThrow();
            assertThat(task.form().strength()).isTrue();
            boolean turned = task.shown().completions().getFirst().endsWith("1");
            int strength = i % 7 - 3;
            service.submit(ada, task.id(), new Submission("key-12345", judgement(null, strength, null, List.of())));
            Label ranking = store.tasks(null).get(i).rankings().getFirst();
            assertThat(ranking.judgement().strength()).isEqualTo(turned ? -strength : strength);
            assertThat(Integer.compare(ranking.ranks().get(0), ranking.ranks().get(1)))
                    .isEqualTo(Integer.signum(turned ? -strength : strength));
            Judgement label = service.task(ada, task.id()).label().judgement();
            assertThat(label.strength()).isEqualTo(strength);
        }
    }

    @Test
    void answersThatTheTaskDoesNotAskForAreRefused() {
        store.importTasks(List.of(Samples.task("a", 3)), with(null, null, null, List.of("harmful")));
        long task = given(ada);
        refused("invalid", ada, task, ranking("key-12345", 1, 2, null));
        refused(
                "invalid",
                ada,
                task,
                new Submission("key-12345", judgement(List.of(1, 2, 3), null, List.of(1, 2, 3), List.of())));
        refused(
                "invalid",
                ada,
                task,
                new Submission(
                        "key-12345",
                        judgement(List.of(1, 2, 3), null, null, List.of(List.of("rude"), List.of(), List.of()))));
        TestBatches.change(
                store, "b", Change.of().topK(1).strength(true).scores(true).build());
        assertThat(service.task(ada, task).form())
                .isEqualTo(new Form(1, false, true, List.of("harmful"), false, false));
        refused("invalid", ada, task, ranking("key-12345", 1, 2, null));
        refused("invalid", ada, task, ranking("key-12345", 2, null, null));
        refused("invalid", ada, task, ranking("key-12345", null, null, null));
        refused(
                "invalid",
                ada,
                task,
                new Submission("key-12345", judgement(List.of(1, 2, 3), null, List.of(1, 2), List.of())));
        assertThat(store.rankedTasks(null)).isEmpty();
        assertThat(service.submit(ada, task, ranking("key-12345", null, 1, null)))
                .isEqualTo(1);
        assertThat(service.submit(ada, task, ranking("key-22222", 3, 1, 2))).isEqualTo(2);
    }

    @Test
    void inconsistentFieldsAreRefused() {
        for (Runnable wrong : List.<Runnable>of(
                () -> judgement(null, null, null, List.of()),
                () -> judgement(List.of(1, 2), 2, null, List.of()),
                () -> judgement(List.of(1, 2), -4, null, List.of()),
                () -> judgement(List.of(1, 2), null, List.of(0, 8), List.of()),
                () -> judgement(List.of(1, 2), null, null, List.of(List.of("Rude!"))),
                () -> Judgement.skip(" "),
                () -> Judgement.skip("x".repeat(501)),
                () -> new Judgement(
                        LabelKind.CANNOT_JUDGE,
                        List.of(1, 2),
                        null,
                        null,
                        List.of(),
                        false,
                        false,
                        null,
                        null,
                        null,
                        null),
                () -> new Judgement(
                        LabelKind.CANNOT_JUDGE, null, null, null, List.of(), true, false, null, null, null, null),
                () -> new Judgement(
                        LabelKind.RANKING, List.of(1, 2), null, null, List.of(), false, false, "no", null, null, null),
                () -> new Judgement(
                        LabelKind.SKIP, null, null, null, List.of(), false, false, "no", "\ud800", null, null),
                () -> Judgement.ranking(List.of(1, 2)).with(Double.NaN, null),
                () -> Judgement.ranking(List.of(1, 2)).with(null, " "))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSkipFreesThePlaceAndIsCountedSeparately() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = given(ada);
        assertThat(service.next(bo, LEASE)).isEmpty();
        service.submit(ada, task, skip("key-12345"));
        assertThat(service.next(ada, LEASE)).isEmpty();
        assertThat(given(bo)).isEqualTo(task);
        service.submit(
                bo,
                task,
                new Submission(
                        "key-12345",
                        new Judgement(
                                LabelKind.CANNOT_JUDGE,
                                null,
                                null,
                                null,
                                List.of(List.of("harmful"), List.of()),
                                false,
                                true,
                                null,
                                "too much mathematics",
                                3.0,
                                null)));
        assertThat(service.progress(ada, ZoneOffset.UTC)).isEqualTo(new LabelingProgress("Ada", 0, 1, 0, 0, 0, 1));
        assertThat(store.rankedTasks(null)).isEmpty();
        assertThat(store.tasks(null).getFirst().rankings()).isEmpty();
        assertThat(store.tasks(null).getFirst().skips())
                .extracting(
                        Label::labeler,
                        skip -> skip.judgement().kind(),
                        skip -> skip.judgement().reason())
                .containsExactly(
                        Tuple.tuple("Ada", LabelKind.SKIP, "in a language I cannot read"),
                        Tuple.tuple("Bo", LabelKind.CANNOT_JUDGE, null));
        Labeler cy = person("Cy");
        assertThat(given(cy)).isEqualTo(task);
    }

    @Test
    void aSkipBecomesARankingWhileThePlaceIsFreeAndARankingASkip() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = given(ada);
        service.submit(ada, task, skip("key-11111"));
        assertThat(service.submit(ada, task, ranking("key-22222", 1, 2))).isEqualTo(2);
        assertThat(service.progress(ada, ZoneOffset.UTC)).isEqualTo(new LabelingProgress("Ada", 1, 0, 1, 0, 1, 1));
        assertThat(service.next(bo, LEASE)).isEmpty();
        assertThat(service.submit(ada, task, skip("key-33333"))).isEqualTo(3);
        assertThat(service.progress(ada, ZoneOffset.UTC)).isEqualTo(new LabelingProgress("Ada", 0, 1, 0, 0, 0, 1));
        assertThat(service.task(ada, task).editable()).isTrue();
        given(bo);
        assertThat(service.task(ada, task).editable()).isFalse();
        refused("expired", ada, task, ranking("key-44444", 1, 2));
        assertThat(service.submit(ada, task, skip("key-55555"))).isEqualTo(4);
    }

    @Test
    void labelsAreEditedUntilTheyAreExportedAndEveryRevisionIsKept() {
        store.importTasks(Samples.tasks(2, 2), new ImportOptions("b", 2));
        long task = given(ada);
        service.submit(ada, task, ranking("key-11111", 1, 2));
        pass(Duration.ofMinutes(1));
        service.submit(ada, task, ranking("key-22222", 2, 1));
        long open = given(ada);
        service.submit(ada, open, skip("key-12345"));
        assertThat(store.labelerService()
                        .export(ExportFilter.all(null), true, Actor.commandLine())
                        .tasks()
                        .getFirst()
                        .rankings())
                .hasSize(1);

        refused("exported", ada, task, ranking("key-33333", 1, 1));
        refused("exported", () -> service.saveDraft(ada, task, 0, "{}"));
        assertThat(service.submit(ada, task, ranking("key-22222", 2, 1))).isEqualTo(2);
        assertThat(service.task(ada, task).editable()).isFalse();
        assertThat(service.revisions(ada, task))
                .extracting(revision -> revision.judgement().ranks(), Revision::number, Revision::at)
                .containsExactly(
                        Tuple.tuple(List.of(1, 2), 1, now.get().minusSeconds(60)),
                        Tuple.tuple(List.of(2, 1), 2, now.get()));
        // An earlier export closes neither skips nor later labels of others.
        assertThat(service.submit(ada, open, ranking("key-44444", 1, 2))).isEqualTo(2);
        long his = given(bo);
        service.submit(bo, his, ranking("key-11111", 1, 2));
        assertThat(service.submit(bo, his, ranking("key-22222", 1, 1))).isEqualTo(2);
        assertThat(store.access().audit(null, 1).getFirst())
                .satisfies(entry -> assertThat(entry.action()).isEqualTo("export"))
                .satisfies(entry -> assertThat(entry.actor()).isEqualTo(Actor.commandLine()));
        assertThatThrownBy(() -> service.export(ExportFilter.all("no"), true, Actor.commandLine()))
                .isInstanceOf(InputException.class);
    }

    @Test
    void aDraftHasAVersionAndAnOldTabOverwritesNothing() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = given(ada);
        assertThat(service.saveDraft(ada, task, 0, "{\"places\":[1]}")).isEqualTo(1);
        assertThat(service.saveDraft(ada, task, 1, "{\"places\":[1,2]}")).isEqualTo(2);
        assertThat(service.next(ada, LEASE).orElseThrow().draft()).isEqualTo(new Draft(2, "{\"places\":[1,2]}"));
        for (int stale : List.of(0, 1, 3)) {
            assertThatThrownBy(() -> service.saveDraft(ada, task, stale, "{}"))
                    .asInstanceOf(InstanceOfAssertFactories.type(StaleDraftException.class))
                    .extracting(StaleDraftException::current)
                    .isEqualTo(Optional.of(new Draft(2, "{\"places\":[1,2]}")));
        }
        service.dropDraft(ada, task);
        service.dropDraft(ada, task);
        assertThat(service.task(ada, task).draft()).isNull();
        // A tab that still has version 2 must not restore the dropped draft.
        assertThatThrownBy(() -> service.saveDraft(ada, task, 2, "{}"))
                .asInstanceOf(InstanceOfAssertFactories.type(StaleDraftException.class))
                .extracting(StaleDraftException::current)
                .isEqualTo(Optional.empty());
        assertThat(service.saveDraft(ada, task, 0, "[]")).isEqualTo(3);
        service.submit(ada, task, ranking("key-12345", 1, 2));
        assertThat(service.task(ada, task).draft()).isNull();
        assertThat(service.saveDraft(ada, task, 0, "\"an edit\"")).isEqualTo(4);
    }

    @Test
    void aDraftIsPrivateBoundedAndOutlivesTheClaim() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = given(ada);
        refused("not_yours", () -> service.saveDraft(bo, task, 0, "{}"));
        refused("not_yours", () -> service.dropDraft(bo, task));
        String largest = '"' + "\u0628".repeat(Draft.LIMIT - 2) + '"';
        assertThat(service.saveDraft(ada, task, 0, largest)).isEqualTo(1);
        refused("size", () -> service.saveDraft(ada, task, 1, largest + " "));
        pass(LEASE);
        assertThat(given(bo)).isEqualTo(task);
        assertThat(service.saveDraft(ada, task, 1, "{}")).isEqualTo(2);
        assertThat(service.task(ada, task).draft()).isEqualTo(new Draft(2, "{}"));
        assertThat(service.task(bo, task).draft()).isNull();
    }

    @Test
    void aHeartbeatKeepsAClaimAndNeverTakesOne() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = given(ada);
        refused("not_yours", () -> service.heartbeat(bo, task, LEASE));
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofMinutes(20));
            assertThat(service.heartbeat(ada, task, LEASE)).isEqualTo(now.get().plus(LEASE));
            assertThat(service.next(bo, LEASE)).isEmpty();
        }
        pass(LEASE);
        // Nobody has taken the place, so it is hers again.
        assertThat(service.heartbeat(ada, task, LEASE)).isEqualTo(now.get().plus(LEASE));
        pass(LEASE);
        given(bo);
        refused("expired", () -> service.heartbeat(ada, task, LEASE));
        service.submit(bo, task, ranking("key-12345", 1, 2));
        Instant before = service.task(bo, task).leaseUntil();
        pass(Duration.ofMinutes(1));
        assertThat(service.heartbeat(bo, task, LEASE)).isEqualTo(before);
    }

    @Test
    void theHistoryHasOwnLabelsTheLatestFirstPageByPage() {
        String question = "What\n\n  is " + "\uD83D\uDE00".repeat(200);
        store.importTasks(
                List.of(
                        new RankedTask(
                                "long",
                                Prompt.text(question),
                                Samples.task("x", 2).completions(),
                                List.of()),
                        Samples.task("two", 2),
                        Samples.task("three", 2),
                        Samples.task("imported", 2, Label.ranking("Ada", List.of(1, 2)))),
                new ImportOptions("b", 2));
        List<Long> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(given(ada));
            service.submit(ada, tasks.get(i), i == 1 ? skip("key-12345") : ranking("key-12345", 2, 1));
            pass(Duration.ofSeconds(10));
        }
        given(bo);
        service.submit(ada, tasks.getFirst(), ranking("key-22222", 1, 1));
        assertThat(service.history(bo, null, 10)).isEqualTo(new LabelHistory(List.of(), null));

        LabelHistory first = service.history(ada, null, 2);
        assertThat(first.labels()).extracting(LabelHistory.Entry::task).containsExactly(tasks.get(0), tasks.get(2));
        LabelHistory.Entry edited = first.labels().getFirst();
        assertThat(edited.revision()).isEqualTo(2);
        assertThat(edited.ranks()).containsExactly(1, 1);
        assertThat(edited.at()).isEqualTo(now.get());
        assertThat(edited.excerpt()).isEqualTo("What is " + "\uD83D\uDE00".repeat(111) + "\u2026");
        LabelHistory second = service.history(ada, first.next(), 2);
        assertThat(second.labels()).hasSize(1);
        assertThat(second.labels().getFirst().kind()).isEqualTo(LabelKind.SKIP);
        assertThat(second.labels().getFirst().ranks()).isNull();
        assertThat(second.next()).isNull();
        for (int limit : List.of(0, -1, LabelerService.HISTORY_LIMIT + 1)) {
            assertThatThrownBy(() -> service.history(ada, null, limit)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void todayBeginsAtTheLabelersMidnightAndTimeIsCountedOnce() {
        store.importTasks(Samples.tasks(3, 2), ImportOptions.defaults());
        now.set(Instant.parse("2026-11-20T22:28:00Z"));
        long early = given(ada);
        now.set(Instant.parse("2026-11-20T22:30:00Z"));
        service.submit(ada, early, new Submission("key-11111", List.of(1, 2), 100.0, null));
        now.set(Instant.parse("2026-11-20T23:29:40Z"));
        long late = given(ada);
        now.set(Instant.parse("2026-11-20T23:30:00Z"));
        service.submit(ada, late, new Submission("key-11111", List.of(1, 2), 20.0, null));
        now.set(Instant.parse("2026-11-21T07:59:00Z"));
        long last = given(ada);
        now.set(Instant.parse("2026-11-21T08:00:00Z"));
        // The seconds of an edit include those of the previous revision.
        service.submit(ada, early, new Submission("key-22222", List.of(2, 1), 104.0, null));
        service.submit(ada, last, new Submission("key-11111", List.of(1, 2), 3.0, null));
        assertThat(service.progress(ada, ZoneOffset.UTC)).isEqualTo(new LabelingProgress("Ada", 3, 0, 1, 7.0, 3, 3));
        assertThat(service.progress(ada, ZoneOffset.ofHours(1)))
                .isEqualTo(new LabelingProgress("Ada", 3, 0, 2, 27.0, 3, 3));
        assertThat(service.progress(ada, ZoneOffset.ofHours(-9)).today()).isEqualTo(3);
        assertThat(service.progress(bo, ZoneOffset.UTC)).isEqualTo(new LabelingProgress("Bo", 0, 0, 0, 0, 3, 3));
    }

    @Test
    void aPausedBatchHandsOutNothingButAcceptsLabels() {
        store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults());
        long task = given(ada);
        TestBatches.change(store, ImportOptions.DEFAULT_BATCH, BatchChange.paused(true));
        assertThat(service.next(ada, LEASE)).isEmpty();
        assertThat(service.next(bo, LEASE)).isEmpty();
        service.heartbeat(ada, task, LEASE);
        service.submit(ada, task, ranking("key-12345", 1, 2));
        TestBatches.change(store, ImportOptions.DEFAULT_BATCH, BatchChange.paused(false));
        assertThat(service.next(ada, LEASE)).isPresent();
    }

    @Test
    void batchesOfAHigherPriorityComeFirst() {
        store.importTasks(List.of(Samples.task("low", 2)), new ImportOptions("one", 1));
        store.importTasks(List.of(Samples.task("high", 2)), new ImportOptions("two", 1));
        TestBatches.change(store, "two", Change.of().priority(3).build());
        assertThat(service.next(ada, LEASE).orElseThrow().shown().completions().getFirst())
                .startsWith("high");
        assertThat(service.next(bo, LEASE).orElseThrow().shown().completions().getFirst())
                .startsWith("low");
    }

    @Test
    void settingsAreChangedOneByOneAndBoundsHold() {
        store.importTasks(Samples.tasks(3, 2), with(3, true, true, List.of("rude")));
        assertThat(TestBatches.settings(store, "b"))
                .isEqualTo(new BatchSettings(1, 0, false, 3, true, true, List.of("rude"), 0, null, null));
        TestBatches.change(
                store,
                "b",
                Change.of()
                        .overlap(2)
                        .priority(7)
                        .topK(0)
                        .scores(false)
                        .flags(List.of())
                        .goldRate(0.1)
                        .build());
        assertThat(TestBatches.settings(store, "b"))
                .isEqualTo(new BatchSettings(2, 7, false, null, true, false, List.of(), 0.1, null, null));
        assertThat(service.progress(ada, ZoneOffset.UTC).wanted()).isGreaterThanOrEqualTo(6);
        assertThatThrownBy(() -> TestBatches.change(store, "no", BatchChange.NONE))
                .isInstanceOf(InputException.class);
        for (Runnable wrong : List.<Runnable>of(
                () -> BatchChange.overlap(0),
                () -> Change.of().topK(9).build(),
                () -> Change.of().topK(-1).build(),
                () -> Change.of().flags(List.of("Rude")).build(),
                () -> Change.of().flags(List.of("a", "a")).build(),
                () -> Change.of().goldRate(0.6).build(),
                () -> Change.of().goldRate(Double.NaN).build())) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
