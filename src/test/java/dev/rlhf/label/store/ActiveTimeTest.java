package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.ActiveDay;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.files.ActiveTimeCsv;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The active time by labeler and day, with a clock controlled by the test. */
class ActiveTimeTest extends StoreFixture {
    private static final DayRange ALL = DayRange.of(null, null, null);

    private LabelerService service;
    private Labeler ada;
    private int keys;

    ActiveTimeTest() {
        super("2026-10-24T21:30:00Z");
    }

    @BeforeEach
    void open() throws Exception {
        service = store.labelerService();
        ada = person("Ada");
        store.importTasks(Samples.tasks(20, 2), new ImportOptions("b", 2));
    }

    private void at(String time) {
        now.set(Instant.parse(time));
    }

    private void pass(int seconds) {
        now.updateAndGet(before -> before.plusSeconds(seconds));
    }

    private long claim(Labeler labeler) {
        return service.next(labeler, Duration.ofMinutes(30)).orElseThrow().id();
    }

    /** @param seconds as reported by the page, those of earlier revisions included */
    private void submit(Labeler labeler, long task, double seconds) {
        service.submit(labeler, task, new Submission("key-%05d".formatted(keys++), List.of(1, 2), seconds, null));
    }

    private double total(Labeler labeler) {
        return service.activeTime(labeler, ALL).stream()
                .mapToDouble(ActiveDay::seconds)
                .sum();
    }

    @Test
    void aDayBeginsAtMidnightInTheZoneAlsoWhenTheClocksChange() {
        // Berlin: summer time ends on 2026-10-25 at 01:00 UTC.
        for (String time : List.of(
                "2026-10-24T21:59:00Z", "2026-10-24T22:01:00Z", "2026-10-25T22:59:00Z", "2026-10-25T23:01:00Z")) {
            at(time);
            long task = claim(ada);
            pass(30);
            submit(ada, task, 30);
        }
        LocalDate day = LocalDate.parse("2026-10-24");
        assertThat(store.adminService().activeTime(DayRange.of(null, null, "Europe/Berlin")))
                .containsExactly(
                        new ActiveDay("Ada", day, 1, 30),
                        new ActiveDay("Ada", day.plusDays(1), 2, 60),
                        new ActiveDay("Ada", day.plusDays(2), 1, 30));
        assertThat(store.adminService().activeTime(ALL))
                .containsExactly(new ActiveDay("Ada", day, 2, 60), new ActiveDay("Ada", day.plusDays(1), 2, 60));
        assertThat(store.adminService().activeTime(DayRange.of("2026-10-25", "2026-10-26", "Europe/Berlin")))
                .containsExactly(new ActiveDay("Ada", day.plusDays(1), 2, 60));
        assertThat(store.adminService().activeTime(DayRange.of("2026-10-27", null, null)))
                .isEmpty();
    }

    @Test
    void skipsAndEditsCountAndEverybodySeesTheirOwn() {
        Labeler bo = person("Bo");
        long task = claim(ada);
        long bos = claim(bo);
        pass(100);
        submit(ada, task, 60);
        service.submit(
                bo, bos, new Submission("key-skips", Judgement.skip("unclear").with(40.0, null)));
        pass(20);
        submit(ada, task, 75);
        LocalDate day = LocalDate.parse("2026-10-24");
        assertThat(service.activeTime(ada, ALL)).containsExactly(new ActiveDay("Ada", day, 1, 75));
        assertThat(service.activeTime(bo, ALL)).containsExactly(new ActiveDay("Bo", day, 0, 40));
        assertThat(ActiveTimeCsv.text(store.adminService().activeTime(ALL)))
                .isEqualTo("labeler,day,rankings,seconds,hours\r\n"
                        + "Ada,2026-10-24,1,75.0,0.021\r\nBo,2026-10-24,0,40.0,0.011\r\n");
    }

    @Test
    void noLabelAddsMoreThanTheTimeOnTheClock() {
        long first = claim(ada);
        pass(10);
        submit(ada, first, 1e8);
        assertThat(total(ada)).isEqualTo(10);
        // An edit in a second tab, while the next task is open in the first: the 20 seconds count once.
        long second = claim(ada);
        pass(20);
        submit(ada, first, 2e8);
        submit(ada, second, 20);
        assertThat(total(ada)).isEqualTo(30);
        // Edits one after the other, all with forged times, add what has passed.
        for (int i = 0; i < 10; i++) {
            pass(1);
            submit(ada, first, 3e8 + i * 1000);
            submit(ada, second, 3e8 + i * 1000);
        }
        assertThat(total(ada)).isEqualTo(40);
        // Honest work on a task that was open while another was edited is not lost.
        long third = claim(ada);
        pass(50);
        submit(ada, first, 4e8);
        pass(30);
        submit(ada, third, 30);
        assertThat(total(ada)).isEqualTo(120);
        pass(-3600);
        submit(ada, third, 40);
        assertThat(total(ada)).as("the clock was set back").isEqualTo(120);
    }

    @Test
    void timeSurvivesARestart() throws Exception {
        long task = claim(ada);
        pass(10);
        submit(ada, task, 8);
        store.close();
        openStore();
        service = store.labelerService();
        pass(5);
        submit(ada, task, 100);
        assertThat(total(ada)).isEqualTo(13);
    }

    @Test
    void wrongDaysAndZonesAreRefused() {
        for (List<String> wrong : List.of(
                List.of("2026-13-01", "2027-01-01", "UTC"),
                List.of("2026-01-01", "tomorrow", "UTC"),
                List.of("2026-01-01", "2026-01-01", "UTC"),
                List.of("2026-01-01", "2026-01-02", "Berlin"))) {
            assertThatThrownBy(() -> DayRange.of(wrong.get(0), wrong.get(1), wrong.get(2)))
                    .as(String.join(" ", wrong))
                    .isInstanceOf(InputException.class)
                    .message()
                    .doesNotContain("\n");
        }
    }
}
