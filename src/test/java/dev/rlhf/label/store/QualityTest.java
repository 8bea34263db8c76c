package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelerPause;
import dev.rlhf.label.api.LabelerPause.Measure;
import dev.rlhf.label.api.Pace;
import dev.rlhf.label.api.QualityDay;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.Submission;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Labelers who are paused below a line, the quiz, and quality by day. */
class QualityTest extends StoreFixture {
    private int keys;

    QualityTest() {
        super("2026-11-27T08:00:00Z");
    }

    /** Imports gold tasks whose first completion is best, and others that Bo ranked so. */
    private void importTasks(int golds, int others) {
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < golds; i++) {
            RankedTask task = Samples.task("gold" + i, 2);
            tasks.add(
                    new RankedTask(task.id(), task.prompt(), task.completions(), List.of(), List.of(), List.of(1, 2)));
        }
        for (int i = 0; i < others; i++) {
            tasks.add(Samples.task("t" + i, 2, Label.ranking("Bo", List.of(1, 2), 10.0)));
        }
        store.importTasks(tasks, new ImportOptions("b", BatchChange.overlap(3)));
    }

    /** Ranks the next task; returns its prompt, or empty if none is given. */
    private Optional<String> rank(String name, boolean right, double seconds) {
        Optional<GivenTask> given = store.labelerService().next(person(name), LEASE);
        given.ifPresent(task -> {
            boolean first = task.shown().completions().getFirst().endsWith("0");
            store.labelerService()
                    .submit(
                            person(name),
                            task.id(),
                            new Submission(
                                    "key-%06d".formatted(keys++),
                                    Judgement.ranking(first == right ? List.of(1, 2) : List.of(2, 1))
                                            .with(seconds, null)));
        });
        return given.map(task -> task.shown().messages().getFirst().content());
    }

    private Optional<LabelerPause> pause(String name) {
        return store.labelerService().pause(person(name));
    }

    @Test
    void aLabelerBelowTheLineOfAgreementIsPausedAndFreesTheirTasks() throws Exception {
        importTasks(0, 10);
        store.adminService().setQualityLines(new QualityLines(null, 0.6, 4, 0), LEA);
        rank("Ada", true, 5);
        rank("Ada", false, 5);
        rank("Ada", false, 5);
        assertThat(pause("Ada")).as("too few tasks").isEmpty();
        rank("Cy", true, 5);
        long held =
                store.labelerService().next(person("Ada"), LEASE).orElseThrow().id();
        rank("Ada", false, 5);
        LabelerPause pause = pause("Ada").orElseThrow();
        assertThat(pause.measure()).isEqualTo(Measure.AGREEMENT);
        assertThat(pause.tasks()).isEqualTo(4);
        assertThat(pause.share()).isLessThan(0.6);
        assertThat(store.adminService().pauses()).containsExactly(pause);
        assertThat(rank("Ada", true, 5)).isEmpty();
        assertThat(pause("Cy")).isEmpty();
        assertThat(store.adminService().batches().getFirst().claims()).isZero();
        assertThat(held).isPositive();

        store.close();
        openStore();
        assertThat(pause("Ada")).as("a pause survives a restart").isPresent();
        now.updateAndGet(time -> time.plusSeconds(60));
        store.adminService().liftPause("Ada", LEA);
        for (int i = 0; i < 3; i++) {
            now.updateAndGet(time -> time.plusSeconds(60));
            assertThat(rank("Ada", false, 5)).isPresent();
        }
        assertThat(pause("Ada")).as("earlier rankings do not count").isEmpty();
        rank("Ada", false, 5);
        assertThat(pause("Ada")).isPresent();
        assertThatThrownBy(() -> store.adminService().liftPause("Cy", LEA)).isInstanceOf(InputException.class);
        assertThat(store.access().audit(null, 5).getFirst().detail())
                .isEqualTo("agreement 0.000 on 4 tasks, below 0.600");
    }

    @Test
    void theQuizComesFirstAndEndsWithTheCheckOfGold() {
        importTasks(5, 5);
        store.adminService().setQualityLines(new QualityLines(0.6, null, 10, 3), LEA);
        for (String name : List.of("Ada", "Cy")) {
            for (int i = 0; i < 3; i++) {
                assertThat(rank(name, name.equals("Cy") || i == 0, 5).orElseThrow())
                        .contains("gold");
                assertThat(pause(name).isPresent()).isEqualTo(name.equals("Ada") && i == 2);
            }
        }
        assertThat(rank("Ada", true, 5)).isEmpty();
        assertThat(rank("Cy", true, 5).orElseThrow()).doesNotContain("gold");
    }

    @Test
    void nobodyIsPausedWithoutALine() {
        importTasks(5, 5);
        store.adminService().setQualityLines(new QualityLines(null, null, 1, 5), LEA);
        for (int i = 0; i < 10; i++) {
            assertThat(rank("Ada", false, 5)).isPresent();
        }
    }

    @Test
    void qualityIsComputedByDay() {
        importTasks(2, 4);
        store.adminService().setQualityLines(new QualityLines(null, null, 1, 2), LEA);
        rank("Ada", true, 5);
        rank("Ada", false, 5);
        now.set(Instant.parse("2026-11-28T08:00:00Z"));
        rank("Ada", true, 5);
        rank("Ada", true, 5);
        rank("Ada", false, 5);
        List<QualityDay> days = store.adminService().qualityByDay("b", "Ada");
        assertThat(days)
                .extracting(QualityDay::day)
                .containsExactly(LocalDate.of(2026, 11, 27), LocalDate.of(2026, 11, 28));
        assertThat(days.get(0).gold().tasks()).isEqualTo(2);
        assertThat(days.get(0).gold().pairs().asWritten()).isEqualTo(0.5);
        assertThat(days.get(0).rankings()).isZero();
        assertThat(days.get(1).agreementTasks()).isEqualTo(3);
        assertThat(days.get(1).agreement().tiesHalf()).isEqualTo(2.0 / 3);
        assertThat(store.adminService().qualityByDay(null, null).getFirst().rankings())
                .as("the imported rankings of Bo")
                .isEqualTo(4);
        assertThatThrownBy(() -> store.adminService().qualityByDay("none", null))
                .isInstanceOf(InputException.class);
    }

    @Test
    void paceIsComparedWithTheMedianOfTheBatch() {
        importTasks(0, 5);
        rank("Ada", true, 2);
        rank("Ada", true, 2);
        rank("Cy", true, 50);
        List<Pace> pace = store.adminService().pace("b");
        assertThat(pace)
                .containsExactly(new Pace("Ada", 2, 0.2, 2, 0), new Pace("Bo", 5, 1, 0, 0), new Pace("Cy", 1, 5, 0, 1));
        assertThat(store.adminService().pace(null)).isEqualTo(pace);
    }

    @Test
    void aQuizWithTooFewGoldTasksIsCheckedAfterTheLast() {
        importTasks(3, 5);
        store.adminService().setQualityLines(new QualityLines(0.6, null, 10, 5), LEA);
        for (String name : List.of("Ada", "Cy")) {
            for (int i = 0; i < 3; i++) {
                assertThat(pause(name)).isEmpty();
                assertThat(rank(name, name.equals("Cy"), 5).orElseThrow()).contains("gold");
            }
        }
        assertThat(pause("Ada").orElseThrow().tasks()).isEqualTo(3);
        assertThat(pause("Cy")).isEmpty();
        now.updateAndGet(time -> time.plusSeconds(60));
        store.adminService().liftPause("Ada", LEA);
        assertThat(rank("Ada", false, 5).orElseThrow()).doesNotContain("gold");
        assertThat(pause("Ada")).as("the quiz is over").isEmpty();
    }

    @Test
    void whoSkipsTheLastGoldTaskOfTheQuizIsChecked() {
        importTasks(3, 5);
        store.adminService().setQualityLines(new QualityLines(0.6, null, 10, 3), LEA);
        rank("Ada", false, 5);
        rank("Ada", false, 5);
        assertThat(pause("Ada")).isEmpty();
        GivenTask last = store.labelerService().next(person("Ada"), LEASE).orElseThrow();
        store.labelerService()
                .submit(person("Ada"), last.id(), new Submission("key-of-a-skip", Judgement.skip("unclear")));
        assertThat(pause("Ada").orElseThrow().tasks()).isEqualTo(2);
    }
}
