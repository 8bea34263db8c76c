package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.api.Submission;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskQueueTest extends StoreFixture {
    private Labeler ada;
    private Labeler bo;

    @BeforeEach
    void open() throws Exception {
        ada = person("Ada");
        bo = TestLabelers.simulated(store, "Bo");
    }

    private static Submission submission(String key, Integer... ranks) {
        return new Submission(key, List.of(ranks), 4.5, null);
    }

    private void refused(Reason reason, Labeler labeler, long task, Submission submission) {
        assertThatThrownBy(() -> store.labelerService().submit(labeler, task, submission))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .extracting(RefusedException::reason)
                .isEqualTo(reason);
    }

    @Test
    void ranksOfTheShownOrderAreStoredInTheStoredOrder() {
        store.importTasks(List.of(Samples.task("a", 4)), ImportOptions.defaults());
        ShownTask shown = store.labelerService().next(ada, LEASE).orElseThrow().shown();
        assertThat(shown.completions())
                .containsExactlyInAnyOrder("a answer 0", "a answer 1", "a answer 2", "a answer 3");
        // Answer 2 is best, 0 and 3 are equal, 1 is worst.
        List<Integer> wanted = List.of(2, 4, 1, 2);
        List<Integer> ranks = shown.completions().stream()
                .map(text -> wanted.get(text.charAt(text.length() - 1) - '0'))
                .toList();
        assertThat(store.labelerService().submit(ada, shown.id(), new Submission("key-12345", ranks, 4.5, null)))
                .isEqualTo(1);
        Label ranking = store.rankedTasks(null).getFirst().rankings().getFirst();
        assertThat(ranking.ranks()).isEqualTo(wanted);
        assertThat(ranking.judgement().seconds()).isEqualTo(4.5);
    }

    @Test
    void aTaskGoesToAsManyLabelersAsItsOverlapAndToNobodyTwice() {
        store.importTasks(Samples.tasks(2, 2), new ImportOptions("b", 2));
        Labeler cy = person("Cy");
        Set<Long> adas = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            GivenTask task = store.labelerService().next(ada, LEASE).orElseThrow();
            adas.add(task.id());
            now.updateAndGet(time -> time.plusSeconds(5));
            store.labelerService().submit(ada, task.id(), submission("key-12345", 1, 2));
        }
        assertThat(adas).hasSize(2);
        assertThat(store.labelerService().next(ada, LEASE)).isEmpty();
        GivenTask bos = store.labelerService().next(bo, LEASE).orElseThrow();
        GivenTask cys = store.labelerService().next(cy, LEASE).orElseThrow();
        assertThat(cys.id()).isNotEqualTo(bos.id());
        store.labelerService().submit(cy, cys.id(), submission("key-12345", 1, 1));
        assertThat(store.labelerService().next(cy, LEASE)).isEmpty();
        assertThat(store.labelerService().progress(ada, ZoneOffset.UTC))
                .isEqualTo(new LabelingProgress("Ada", 2, 0, 2, 9.0, 3, 4));
    }

    @Test
    void anAbandonedTaskIsFreeAgainAndALateRankingTakesNoSecondPlace() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        GivenTask hers = store.labelerService().next(ada, LEASE).orElseThrow();
        now.updateAndGet(time -> time.plus(LEASE.minusMillis(1)));
        assertThat(store.labelerService().next(bo, LEASE)).isEmpty();
        now.updateAndGet(time -> time.plusMillis(1));
        GivenTask his = store.labelerService().next(bo, LEASE).orElseThrow();
        assertThat(his.id()).isEqualTo(hers.id());
        refused(Reason.EXPIRED, ada, hers.id(), submission("key-12345", 1, 2));
        assertThat(store.labelerService().next(ada, LEASE)).isEmpty();
        store.labelerService().submit(bo, his.id(), submission("key-12345", 1, 2));
        assertThat(store.rankedTasks(null).getFirst().rankings())
                .extracting(Label::labeler)
                .containsExactly("Bo");
    }

    @Test
    void aLateRankingCountsAsLongAsThePlaceIsFree() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        GivenTask hers = store.labelerService().next(ada, LEASE).orElseThrow();
        now.updateAndGet(time -> time.plus(LEASE.multipliedBy(10)));
        assertThat(store.labelerService().submit(ada, hers.id(), submission("key-12345", 1, 2)))
                .isEqualTo(1);
        assertThat(store.labelerService().next(bo, LEASE)).isEmpty();
    }

    @Test
    void askingAgainRenewsTheLease() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        store.labelerService().next(ada, LEASE);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(20)));
        store.labelerService().next(ada, LEASE);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(20)));
        assertThat(store.labelerService().next(bo, LEASE)).isEmpty();
    }

    @Test
    void theSameKeyIsOneLabelAndAnotherKeyIsARevision() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = store.labelerService().next(ada, LEASE).orElseThrow().id();
        assertThat(store.labelerService().submit(ada, task, submission("key-11111", 1, 2)))
                .isEqualTo(1);
        assertThat(store.labelerService().submit(ada, task, submission("key-11111", 1, 2)))
                .isEqualTo(1);
        refused(Reason.CONFLICT, ada, task, submission("key-11111", 2, 1));
        assertThat(store.labelerService().submit(ada, task, submission("key-22222", 1, 1)))
                .isEqualTo(2);
        assertThat(store.labelerService().submit(ada, task, submission("key-11111", 1, 2)))
                .isEqualTo(1);
        assertThat(store.rankedTasks(null).getFirst().rankings())
                .extracting(Label::ranks)
                .containsExactly(List.of(1, 1));
        assertThat(store.labelerService().progress(ada, ZoneOffset.UTC).rankings())
                .isEqualTo(1);
    }

    @Test
    void foreignTasksAndInvalidRankingsAreRefused() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        long task = store.labelerService().next(ada, LEASE).orElseThrow().id();
        refused(Reason.NOT_YOURS, bo, task, submission("key-12345", 1, 2));
        refused(Reason.NOT_YOURS, ada, 999, submission("key-12345", 1, 2));
        refused(Reason.INVALID, ada, task, submission("key-12345", 1, 3));
        refused(Reason.INVALID, ada, task, submission("key-12345", 1, 2, 3));
        refused(Reason.INVALID, ada, task, new Submission("key-12345", List.of(1, 2), null, "no-such-version"));
        assertThat(store.rankedTasks(null)).isEmpty();
    }

    @Test
    void importedRankingsTakePlacesAndAHigherOverlapOpensNewOnes() {
        store.importTasks(List.of(Samples.task("a", 2, Label.ranking("Ada", List.of(1, 2)))), ImportOptions.defaults());
        assertThat(store.labelerService().next(bo, LEASE)).isEmpty();
        store.importTasks(List.of(Samples.task("a", 2)), new ImportOptions(ImportOptions.DEFAULT_BATCH, 2));
        assertThat(store.labelerService().next(ada, LEASE)).isEmpty();
        assertThat(store.labelerService().next(bo, LEASE)).isPresent();
    }

    @Test
    void aNameBelongsToOneKindOfLabeler() {
        for (Runnable invite : List.<Runnable>of(
                () -> store.access().invite("Ada", LabelerKind.SIMULATED, LEA),
                () -> person(" "),
                () -> person("a\nb"),
                () -> person("x".repeat(101)))) {
            assertThatThrownBy(invite::run).isInstanceOf(InputException.class);
        }
    }

    @Test
    void guidelinesAreVersionedByTheirText() {
        assertThat(store.guidelines()).isEmpty();
        Guidelines one = store.publishGuidelines("one");
        Guidelines two = store.publishGuidelines("two");
        assertThat(store.guidelines()).contains(two);
        assertThat(store.publishGuidelines("one")).isEqualTo(one);
        assertThat(store.guidelines()).contains(one);
    }

    @Test
    void aLabelNeedsTheCurrentGuidelines() {
        Guidelines one = store.publishGuidelines("one");
        store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults());
        long task = store.labelerService().next(ada, LEASE).orElseThrow().id();
        assertThat(store.labelerService().guidelinesSeen(ada)).isEmpty();
        refused(Reason.CONFLICT, ada, task, submission("key-12345", 1, 2));
        store.labelerService().sawGuidelines(ada, one.version());
        store.labelerService().sawGuidelines(ada, one.version());
        assertThat(store.labelerService().guidelinesSeen(ada)).contains(one.version());
        assertThat(store.labelerService().submit(ada, task, submission("key-12345", 1, 2)))
                .isEqualTo(1);

        Guidelines two = store.publishGuidelines("two");
        // A label made under the old version is acknowledged again; a new one is refused until the new version is read.
        assertThat(store.labelerService().submit(ada, task, submission("key-12345", 1, 2)))
                .isEqualTo(1);
        long next = store.labelerService().next(ada, LEASE).orElseThrow().id();
        refused(Reason.CONFLICT, ada, next, submission("key-22222", 1, 2));
        store.labelerService().sawGuidelines(ada, two.version());
        refused(Reason.CONFLICT, ada, next, new Submission("key-22222", List.of(1, 2), null, one.version()));
        store.labelerService().submit(ada, next, new Submission("key-22222", List.of(1, 2), null, two.version()));
        assertThat(store.rankedTasks(null))
                .extracting(ranked -> ranked.rankings().getFirst().judgement().guideline())
                .containsExactly(one.version(), two.version());
        assertThatThrownBy(() -> store.labelerService().sawGuidelines(ada, "never"))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void fiftyThreadsTakeEveryPlaceOnce() throws Exception {
        int overlap = 3;
        store.importTasks(Samples.tasks(30, 3), new ImportOptions("b", overlap));
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        AtomicInteger acknowledged = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            Labeler labeler = TestLabelers.simulated(store, "labeler " + i);
            threads.add(Thread.ofVirtual().unstarted(() -> {
                try {
                    for (var task = store.labelerService().next(labeler, LEASE);
                            task.isPresent();
                            task = store.labelerService().next(labeler, LEASE)) {
                        store.labelerService().submit(labeler, task.get().id(), submission("key-12345", 1, 2, 2));
                        acknowledged.incrementAndGet();
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        // Some may have stopped while others held the last places; no further labeler finds a task.
        assertThat(store.labelerService().next(ada, LEASE)).isEmpty();
        assertThat(acknowledged).hasValue(30 * overlap);
        assertThat(store.tasks(null))
                .allSatisfy(task -> assertThat(task.rankings()).hasSize(overlap));
    }

    @Test
    void fiftyThreadsThatAbandonSkipAndComeLateTakeEveryPlaceOnce() throws Exception {
        int overlap = 3;
        int tasks = 40;
        store.importTasks(Samples.tasks(tasks, 3), new ImportOptions("b", overlap));
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            Labeler labeler = TestLabelers.simulated(store, "labeler " + i);
            threads.add(Thread.ofVirtual().unstarted(() -> {
                SplittableRandom random = new SplittableRandom(number);
                try {
                    for (int step = 0; step < 20; step++) {
                        Optional<GivenTask> task = store.labelerService().next(labeler, LEASE);
                        // Leases of others expire while this labeler works.
                        now.updateAndGet(time -> time.plusSeconds(60 * random.nextInt(3)));
                        if (task.isEmpty() || random.nextInt(10) == 0) {
                            continue; // given up; asking again gives it back, if nobody has it by then
                        }
                        boolean skip = random.nextInt(10) == 0;
                        try {
                            store.labelerService()
                                    .submit(
                                            labeler,
                                            task.get().id(),
                                            skip
                                                    ? new Submission("key-12345", Judgement.skip("no"))
                                                    : submission("key-12345", 1, 2, 2));
                            acknowledged.addAndGet(skip ? 0 : 1);
                        } catch (RefusedException e) {
                            assertThat(e.reason()).isEqualTo(Reason.EXPIRED);
                            late.incrementAndGet();
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(store.tasks(null)).allMatch(task -> task.rankings().size() <= overlap);
        // Abandoned tasks are free again: a few later labelers find all of them.
        now.updateAndGet(time -> time.plus(LEASE));
        for (int i = 0; i < overlap; i++) {
            Labeler labeler = TestLabelers.person(store, "finisher " + i);
            for (var task = store.labelerService().next(labeler, LEASE);
                    task.isPresent();
                    task = store.labelerService().next(labeler, LEASE)) {
                store.labelerService().submit(labeler, task.get().id(), submission("key-12345", 1, 2, 2));
                acknowledged.incrementAndGet();
            }
        }
        assertThat(acknowledged).hasValue(tasks * overlap);
        assertThat(store.tasks(null))
                .allSatisfy(task -> assertThat(task.rankings()).hasSize(overlap));
        assertThat(store.labelerService().progress(ada, ZoneOffset.UTC).rankings())
                .isEqualTo(tasks * overlap);
        assertThat(late).as("some came late, or this tests little").hasPositiveValue();
    }
}
