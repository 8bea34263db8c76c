package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.assignment.QuotaMet;
import dev.rlhf.label.assignment.QuotaMet.Measure;
import dev.rlhf.label.assignment.QuotaUse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labelers who have met a quota are given no new tasks. */
class QuotaTest extends StoreFixture {
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
        store.importTasks(Samples.tasks(30, 2), new ImportOptions("b", 2));
    }

    private static Quota perDay(int tasks) {
        return new Quota(tasks, null, null);
    }

    private void project(Quota quota) {
        admin.setProjectQuota(new ProjectQuota(quota, ZoneOffset.UTC), LEA);
    }

    private void label(Labeler labeler, GivenTask task, double seconds) {
        service.submit(labeler, task.id(), new Submission("key-" + task.id() + "-abc", List.of(1, 2), seconds, null));
    }

    /** Labels until no more tasks are given, and returns how many were. */
    private int work(Labeler labeler) {
        int count = 0;
        for (Optional<GivenTask> task = service.next(labeler, LEASE);
                task.isPresent();
                task = service.next(labeler, LEASE)) {
            now.updateAndGet(time -> time.plusSeconds(30));
            label(labeler, task.get(), 30);
            count++;
        }
        return count;
    }

    @Test
    void aQuotaPerDayEndsWithTheDayInTheProjectsZone() {
        admin.setProjectQuota(new ProjectQuota(perDay(3), ZoneId.of("Asia/Kolkata")), LEA);
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(3, 0));
        assertThat(work(ada)).isEqualTo(3);
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(0, 0));
        // The day ends at 18:30 UTC.
        Instant midnight = Instant.parse("2026-11-21T18:30:00Z");
        assertThat(service.quotaMet(ada)).contains(new QuotaMet(Measure.TASKS_PER_DAY, 3, midnight));
        assertThat(service.quotaMet(bo)).isEmpty();
        now.set(midnight.minusSeconds(1));
        assertThat(service.next(ada, LEASE)).isEmpty();
        now.set(midnight);
        assertThat(service.quotaMet(ada)).isEmpty();
        assertThat(work(ada)).isEqualTo(3);
        assertThat(admin.projectQuota()).isEqualTo(new ProjectQuota(new Quota(3, 0, 0), ZoneId.of("Asia/Kolkata")));
    }

    @Test
    void aLabelersOwnQuotaReplacesTheProjects() {
        project(new Quota(3, 5, null));
        admin.setQuota("Bo", new Quota(0, 4, null), LEA);
        assertThat(work(bo)).isEqualTo(4);
        assertThat(service.quotaMet(bo)).contains(new QuotaMet(Measure.TASKS_TOTAL, 4, null));
        assertThat(work(ada)).isEqualTo(3);
        now.updateAndGet(time -> time.plus(Duration.ofDays(1)));
        assertThat(work(ada)).isEqualTo(2);
        assertThat(service.quotaMet(ada)).contains(new QuotaMet(Measure.TASKS_TOTAL, 5, null));
        assertThat(work(bo)).isZero();
        admin.setQuota("Bo", Quota.NONE, LEA);
        assertThat(work(bo)).isEqualTo(1);
        assertThat(store.access().users())
                .filteredOn(user -> user.labeler().equals(bo))
                .singleElement()
                .satisfies(user -> assertThat(user.quota()).isEqualTo(new QuotaUse(Quota.NONE, 1, 30, 5)));
    }

    @Test
    void minutesOfActiveTimeAreAQuota() {
        project(new Quota(null, null, 2));
        assertThat(work(ada)).isEqualTo(4);
        assertThat(service.quotaMet(ada))
                .contains(new QuotaMet(Measure.MINUTES_PER_DAY, 2, Instant.parse("2026-11-22T00:00:00Z")));
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(0, 0));
        now.updateAndGet(time -> time.plus(Duration.ofDays(1)));
        assertThat(work(ada)).isEqualTo(4);
    }

    @Test
    void skipsDoNotCountAndCannotBecomeLabelsBeyondTheQuota() {
        project(perDay(2));
        GivenTask skipped = service.next(ada, LEASE).orElseThrow();
        service.submit(ada, skipped.id(), new Submission("key-skip-01", Judgement.skip("unclear")));
        assertThat(work(ada)).isEqualTo(2);
        assertThatThrownBy(() -> label(ada, skipped, 1))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo("quota"));
        assertThat(service.progress(ada, ZoneOffset.UTC).yours()).isEqualTo(2);
        // An edit of a label is no new label.
        long labelled = service.history(ada, null, 10).labels().getFirst().task();
        service.submit(ada, labelled, new Submission("key-edit-01", List.of(2, 1), 5.0, null));
        assertThat(service.progress(ada, ZoneOffset.UTC).yours()).isEqualTo(2);
    }

    @Test
    void aTaskThatIsHeldIsFinishedAndCounts() {
        GivenTask held = service.next(ada, LEASE).orElseThrow();
        project(new Quota(1, null, null));
        assertThat(service.next(ada, LEASE).orElseThrow().id()).isEqualTo(held.id());
        assertThat(service.left(ada)).isEqualTo(new TasksLeft(1, 0));
        label(ada, held, 1);
        assertThat(service.next(ada, LEASE)).isEmpty();
    }

    @Test
    void aTaskOfAPausedBatchDoesNotComeOnTopOfTheQuota() {
        store.importTasks(
                List.of(Samples.task("first", 2)),
                new ImportOptions("urgent", Change.of().priority(1).build()));
        project(perDay(3));
        GivenTask held = service.next(ada, LEASE).orElseThrow();
        TestBatches.change(store, "urgent", Change.of().paused(true).build());
        assertThat(work(ada)).isEqualTo(2);
        TestBatches.change(store, "urgent", Change.of().paused(false).build());
        assertThat(service.next(ada, LEASE).orElseThrow().id()).isEqualTo(held.id());
        assertThat(work(ada)).isEqualTo(1);
        assertThat(service.progress(ada, ZoneOffset.UTC).yours()).isEqualTo(3);
    }

    @Test
    void aLabelSentBackIsGivenAgainWhateverTheQuota() {
        project(new Quota(null, 2, null));
        assertThat(work(ada)).isEqualTo(2);
        admin.sendBack(
                admin.labels(LabelQuery.ALL, null, 10).labels().getFirst().id(), "look again", LEA);
        now.updateAndGet(time -> time.plus(LEASE).plus(LEASE));
        GivenTask again = service.next(ada, LEASE).orElseThrow();
        assertThat(again.sentBack()).isNotNull();
        service.submit(ada, again.id(), new Submission("key-again-01", List.of(2, 1), 5.0, null));
        assertThat(service.next(ada, LEASE)).isEmpty();
    }

    /** Eight tabs of one labeler claim and label at the same time. */
    @Test
    void manyTabsDoNotExceedAQuota() throws Exception {
        project(perDay(20));
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService tabs = Executors.newFixedThreadPool(8)) {
            for (int tab = 0; tab < 8; tab++) {
                int number = tab;
                tabs.submit(() -> {
                    start.await();
                    for (Optional<GivenTask> task = service.next(ada, LEASE);
                            task.isPresent();
                            task = service.next(ada, LEASE)) {
                        Submission label = new Submission(
                                "key-of-tab-%d-%d".formatted(number, task.get().id()), List.of(1, 2), 1.0, null);
                        service.submit(ada, task.get().id(), label);
                    }
                    return true;
                });
            }
            start.countDown();
        }
        assertThat(service.progress(ada, ZoneOffset.UTC).yours()).isEqualTo(20);
        assertThat(service.next(ada, LEASE)).isEmpty();
    }

    @Test
    void boundsHoldAndChangesAreAudited() {
        for (Runnable wrong : List.<Runnable>of(
                () -> perDay(-1), () -> new Quota(null, 1_000_001, null), () -> new Quota(null, null, 1441))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new Quota(1_000_000, 1_000_000, 1440).minutesPerDay()).isEqualTo(1440);
        assertThatThrownBy(() -> admin.setQuota("Cy", perDay(1), LEA)).isInstanceOf(InputException.class);
        admin.setQuota("Ada", new Quota(200, 0, null), LEA);
        assertThat(store.access().audit(null, 1))
                .extracting(AuditEntry::action, AuditEntry::subject, AuditEntry::detail)
                .containsExactly(
                        tuple("set_quota", "Ada", "tasks_per_day 200, tasks_total none, minutes_per_day default"));
    }

    /** In Cairo a day in April begins at 1:00; in Havana midnight comes twice on a day in November. */
    @Test
    void aDayBeginsWhereTheClocksChangeAtMidnight() {
        admin.setProjectQuota(new ProjectQuota(perDay(3), ZoneId.of("Africa/Cairo")), LEA);
        now.set(Instant.parse("2026-04-24T10:00:00Z"));
        assertThat(work(ada)).isEqualTo(3);
        assertThat(service.quotaMet(ada))
                .contains(new QuotaMet(Measure.TASKS_PER_DAY, 3, Instant.parse("2026-04-24T21:00:00Z")));
        admin.setProjectQuota(new ProjectQuota(perDay(3), ZoneId.of("America/Havana")), LEA);
        now.set(Instant.parse("2026-11-01T04:30:00Z"));
        assertThat(work(bo)).isEqualTo(3);
        now.set(Instant.parse("2026-11-01T12:00:00Z"));
        assertThat(work(bo)).isZero();
    }
}
