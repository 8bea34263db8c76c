package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.learning.SecondOpinion;
import dev.rlhf.label.learning.SecondOpinionFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondOpinionsTest {
    private static final Duration LEASE = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelerService service;
    private Labeler ada;
    private Labeler bo;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"));
        service = store.labelerService();
        ada = TestLabelers.person(store, "Ada");
        bo = TestLabelers.person(store, "Bo");
        store.importTasks(Samples.tasks(4, 2), new ImportOptions("b", 1));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Ranks all tasks with these ranks in the stored order. */
    private void rankAll(Labeler labeler, List<Integer> stored) {
        for (GivenTask task = service.next(labeler, LEASE).orElse(null);
                task != null;
                task = service.next(labeler, LEASE).orElse(null)) {
            List<Integer> shown = task.shown().completions().stream()
                    .map(text -> stored.get(text.charAt(text.length() - 1) - '0'))
                    .toList();
            service.submit(labeler, task.id(), new Submission("key-%05d".formatted(task.id()), shown, null, null));
        }
    }

    private void opinions(BatchChange change) {
        store.importSecondOpinions(
                List.of(
                        new SecondOpinion("t0", List.of(2.0, 1.0)),
                        new SecondOpinion("t1", List.of(0.5, 0.5)),
                        new SecondOpinion("t2", List.of(-1.0, 3.0))),
                new ImportOptions("b", change),
                Actor.commandLine());
    }

    private static BatchChange disputedFirst(int overlap, boolean first) {
        return Change.of().overlap(overlap).disputedFirst(first).build();
    }

    private List<String> order(Labeler labeler) {
        List<String> prompts = new ArrayList<>();
        for (GivenTask task = service.next(labeler, LEASE).orElse(null);
                task != null;
                task = service.next(labeler, LEASE).orElse(null)) {
            prompts.add(task.shown().messages().getFirst().content());
            service.submit(
                    labeler, task.id(), new Submission("key-%05d".formatted(task.id()), List.of(1, 2), null, null));
        }
        return prompts;
    }

    @Test
    void eachLabelersAgreementWithTheModelIsCounted() {
        rankAll(ada, List.of(1, 2));
        opinions(BatchChange.NONE);
        LabelerStatus status = store.adminService().labelers("b").getFirst();
        assertThat(status.opinion().tasks()).isEqualTo(3);
        assertThat(status.opinion().pairs().tiesHalf())
                .as("one agrees, one is a tie, one is the opposite")
                .isEqualTo(0.5);
        assertThat(store.tasks("b")).as("not part of the tasks").allMatch(task -> task.adjudicated() == null);
    }

    @Test
    void theMostDisputedTasksAreHandedOutFirst() {
        rankAll(ada, List.of(1, 2));
        opinions(disputedFirst(2, true));
        assertThat(order(bo)).containsExactly("Question t2?", "Question t1?", "Question t0?", "Question t3?");
    }

    private void opinions(BatchChange change, SecondOpinion... opinions) {
        store.importSecondOpinions(List.of(opinions), new ImportOptions("b", change), Actor.commandLine());
    }

    @Test
    void aTaskWhoseLabelAgreesIsHandedOutInItsPlace() {
        rankAll(ada, List.of(1, 2));
        opinions(
                disputedFirst(2, true),
                new SecondOpinion("t2", List.of(0.5, 0.5)),
                new SecondOpinion("t3", List.of(2.0, 1.0)));
        assertThat(order(bo)).containsExactly("Question t2?", "Question t0?", "Question t1?", "Question t3?");
    }

    @Test
    void allLabelsOfATaskAreComparedWithItsSecondOpinion() {
        rankAll(ada, List.of(1, 2));
        TestBatches.change(store, "b", disputedFirst(3, false));
        rankAll(TestLabelers.person(store, "Cy"), List.of(2, 1));
        opinions(
                disputedFirst(3, true),
                new SecondOpinion("t1", List.of(2.0, 1.0)), // Ada agrees
                new SecondOpinion("t2", List.of(1.0, 2.0))); // Cy agrees
        assertThat(order(bo)).containsExactly("Question t1?", "Question t2?", "Question t0?", "Question t3?");
    }

    @Test
    void withoutTheSettingTasksAreHandedOutInTheirOrder() {
        rankAll(ada, List.of(1, 2));
        opinions(disputedFirst(2, true));
        TestBatches.change(store, "b", disputedFirst(2, false));
        assertThat(order(bo)).containsExactly("Question t0?", "Question t1?", "Question t2?", "Question t3?");
        assertThat(store.tasks("b")).extracting(task -> task.id()).containsExactly("t0", "t1", "t2", "t3");
    }

    @Test
    void scoresThatDoNotFitAreRefused() throws Exception {
        assertThatThrownBy(() -> store.importSecondOpinions(
                        List.of(new SecondOpinion("x", List.of(1.0))), new ImportOptions("b", 1), Actor.commandLine()))
                .isInstanceOf(InputException.class)
                .hasMessage("batch 'b' has no task 'x' to rank");
        assertThatThrownBy(() -> store.importSecondOpinions(
                        List.of(new SecondOpinion("t0", List.of(1.0))), new ImportOptions("b", 1), Actor.commandLine()))
                .hasMessage("task 't0' has 2 completions, but 1 scores");
        Path file = Files.writeString(folder.resolve("scores.jsonl"), "{\"id\": \"a\", \"scores\": [1, \"x\"]}");
        assertThatThrownBy(() -> SecondOpinionFile.read(file)).hasMessageContaining(":1: \"scores\" is not a list");
        Files.writeString(file, "{\"id\": 3, \"scores\": [1, 2.5]}");
        assertThat(SecondOpinionFile.read(file)).containsExactly(new SecondOpinion("3", List.of(1.0, 2.5)));
    }
}
