package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.Dispute;
import dev.rlhf.label.api.GoldTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.api.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdminServiceTest extends StoreFixture {
    private static Label ranking(String labeler, Integer... ranks) {
        return Label.ranking(labeler, List.of(ranks));
    }

    private static RankedTask gold(String id, Integer... known) {
        RankedTask task = Samples.task(id, known.length);
        return new RankedTask(id, task.prompt(), task.completions(), List.of(), List.of(), List.of(known));
    }

    private LabelerStatus standing(String name) {
        return store.adminService().labelers(null).stream()
                .filter(labeler -> labeler.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void progressCountsPlacesClaimsAndSkipsSeparately() {
        store.importTasks(
                List.of(Samples.task("a", 2), Samples.task("b", 2), Samples.task("c", 2), gold("g", 1, 2)),
                new ImportOptions("pilot", 2));
        Labeler ada = person("Ada");
        Labeler bo = person("Bo");
        long first =
                store.labelerService().next(ada, LEASE).orElseThrow().shown().id();
        store.labelerService().submit(ada, first, new Submission("key-of-ada-1", List.of(1, 2), 20.0, null));
        long second =
                store.labelerService().next(ada, LEASE).orElseThrow().shown().id();
        store.labelerService().submit(ada, second, new Submission("key-of-ada-2", Judgement.skip("unclear")));
        store.labelerService().next(bo, LEASE).orElseThrow();
        BatchStatus pilot = store.adminService().batches().getFirst();
        assertThat(pilot)
                .isEqualTo(new BatchStatus(
                        "pilot", TestBatches.settings(store, "pilot"), 3, 6, 1, 1, 1, 1, false, List.of()));
        now.set(now.get().plus(LEASE).plusSeconds(1));
        assertThat(store.adminService().batches().getFirst().claims()).isZero();
        LabelerStatus standing = standing("Ada");
        assertThat(standing.rankings()).isEqualTo(1);
        assertThat(standing.skips()).isEqualTo(1);
        assertThat(standing.skipRate()).isEqualTo(0.5);
        assertThat(standing.medianSeconds()).isEqualTo(20);
    }

    @Test
    void positionBiasUsesThePlacesShown() {
        store.importTasks(Samples.tasks(12, 2), ImportOptions.defaults());
        Labeler ada = person("Ada");
        for (int i = 0; i < 12; i++) {
            long task = store.labelerService()
                    .next(ada, LEASE)
                    .orElseThrow()
                    .shown()
                    .id();
            // The first completion shown wins eleven times; 6 and 6 are expected: 25 / 6 twice.
            store.labelerService()
                    .submit(
                            ada,
                            task,
                            new Submission("key-" + i + "-long", i == 0 ? List.of(2, 1) : List.of(1, 2), 1.0, null));
        }
        assertThat(standing("Ada").bias().places().getFirst().first()).isEqualTo(11);
        assertThat(standing("Ada").bias().chiSquare()).isCloseTo(50 / 6.0, within(1e-12));
        assertThat(standing("Ada").bias().p()).isLessThan(0.004);
    }

    @Test
    void goldTasksMeasureLabelersAndNotAgreement() {
        RankedTask known = gold("g", 1, 2, 3);
        store.importTasks(
                List.of(
                        new RankedTask(
                                "g",
                                known.prompt(),
                                known.completions(),
                                List.of(ranking("Ada", 1, 2, 3), ranking("Bo", 2, 1, 3)),
                                List.of(),
                                List.of(1, 2, 3)),
                        Samples.task("a", 2, ranking("Ada", 1, 2), ranking("Bo", 1, 2))),
                ImportOptions.defaults());
        assertThat(standing("Ada").gold().exact()).isEqualTo(1);
        assertThat(standing("Bo").gold().exact()).isZero();
        assertThat(standing("Bo").gold().pairs().asWritten()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(standing("Bo").rankings()).isEqualTo(1);
        AgreementReport agreement = store.adminService().agreement(null);
        assertThat(agreement.tasks()).isEqualTo(1);
        assertThat(agreement.pairwise().value()).isEqualTo(1);
        GoldTask task = store.adminService().gold("default").getFirst();
        assertThat(task.id()).isEqualTo("g");
        assertThat(task.score().tasks()).isEqualTo(2);
        assertThat(task.score().exact()).isEqualTo(1);
    }

    @Test
    void disputesComeWithAllRankingsTheWorstFirst() {
        store.importTasks(
                List.of(
                        Samples.task("agreed", 2, ranking("Ada", 1, 2), ranking("Bo", 1, 2)),
                        Samples.task("some", 3, ranking("Ada", 1, 2, 3), ranking("Bo", 2, 1, 3)),
                        Samples.task("opposite", 2, ranking("Ada", 1, 2), ranking("Bo", 2, 1), ranking("Cy", 2, 1)),
                        Samples.task("alone", 2, ranking("Ada", 1, 2))),
                ImportOptions.defaults());
        List<Dispute> disputes = store.adminService().disputes(null, 10);
        assertThat(disputes).extracting(Dispute::id).containsExactly("opposite", "some");
        assertThat(disputes.getFirst().ranks())
                .isEqualTo(Map.of("Ada", List.of(1, 2), "Bo", List.of(2, 1), "Cy", List.of(2, 1)));
        assertThat(disputes.getFirst().common()).containsExactly(2, 1);
        assertThat(store.adminService().disputes(null, 1)).hasSize(1);
        assertThatThrownBy(() -> store.adminService().disputes("none", 1)).isInstanceOf(InputException.class);
    }

    @Test
    void changesAreInTheAuditTable() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        store.adminService()
                .change(
                        "default",
                        Change.of().overlap(3).priority(7).paused(true).build(),
                        LEA);
        store.publishGuidelines("# One", LEA);
        store.publishGuidelines("# Two", LEA);
        store.publishGuidelines("# One", LEA);
        store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults(), LEA);
        store.adminService().backup(folder.resolve("b.zip"), LEA);
        assertThat(store.access().audit(null, 10))
                .extracting(AuditEntry::action)
                .containsExactly(
                        "backup",
                        "import",
                        "publish_guidelines",
                        "publish_guidelines",
                        "publish_guidelines",
                        "change_batch",
                        "import");
        AuditEntry change = store.access().audit(null, 10).get(5);
        assertThat(change.subject()).isEqualTo("default");
        assertThat(change.detail()).isEqualTo("overlap 3, priority 7, paused true");
        assertThat(change.actor()).isEqualTo(LEA);
        assertThat(TestBatches.settings(store, "default").paused()).isTrue();
        assertThat(store.adminService().guidelines())
                .extracting(version -> version.guidelines().text() + version.current())
                .containsExactly("# Onetrue", "# Twofalse");
    }

    @Test
    void aBackupDuringWritesContainsAllThatWasAcknowledgedBefore() throws Exception {
        store.importTasks(Samples.tasks(600, 2), ImportOptions.defaults());
        AtomicInteger acknowledged = new AtomicInteger();
        CountDownLatch underWay = new CountDownLatch(60);
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            Labeler labeler = TestLabelers.simulated(store, "writer " + w);
            writers.add(Thread.ofPlatform().start(() -> {
                for (var task = store.labelerService().next(labeler, LEASE);
                        task.isPresent();
                        task = store.labelerService().next(labeler, LEASE)) {
                    long id = task.get().shown().id();
                    store.labelerService()
                            .submit(labeler, id, new Submission("key-of-" + id, List.of(1, 2), 1.0, null));
                    acknowledged.incrementAndGet();
                    underWay.countDown();
                }
            }));
        }
        underWay.await();
        int before = acknowledged.get();
        store.adminService().backup(folder.resolve("b.zip"), LEA);
        int after = acknowledged.get();
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(before).isLessThan(600);
        AdminService.restore(folder.resolve("b.zip"), folder.resolve("new/copy"));
        try (LabelStore copy = LabelStore.openExisting(folder.resolve("new/copy"))) {
            assertThat(copy.metrics().labels()).isBetween((long) before, (long) after + 4);
            assertThat(copy.tasks(null)).hasSize(600);
            assertThat(copy.rankedTasks(null)).hasSize((int) copy.metrics().labels());
        }
        assertThat(store.metrics().labels()).isEqualTo(600);
    }

    @Test
    void aRestoreNeverReplacesAStoreAndRefusesOtherFiles() throws Exception {
        store.adminService().backup(folder.resolve("b.zip"), LEA);
        store.close();
        byte[] bytes = Files.readAllBytes(folder.resolve("labels.mv.db"));
        assertThatThrownBy(() -> AdminService.restore(folder.resolve("b.zip"), folder.resolve("labels")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is there already");
        assertThat(folder.resolve("labels.mv.db")).hasBinaryContent(bytes);
        Path text = Files.writeString(folder.resolve("text.zip"), "no zip");
        assertThatThrownBy(() -> AdminService.restore(text, folder.resolve("x")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no backup");
        byte[] whole = Files.readAllBytes(folder.resolve("b.zip"));
        Path half = Files.write(folder.resolve("half.zip"), Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> AdminService.restore(half, folder.resolve("x")))
                .isInstanceOf(InputException.class);
        assertThatThrownBy(() -> AdminService.restore(folder.resolve("none.zip"), folder.resolve("x")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no such file");
        assertThat(Files.list(folder).map(file -> file.getFileName().toString()))
                .containsExactlyInAnyOrder("labels.mv.db", "b.zip", "text.zip", "half.zip");
    }
}
