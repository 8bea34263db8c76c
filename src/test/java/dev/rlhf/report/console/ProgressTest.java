package dev.rlhf.report.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long nanos;

    private Progress progress(long total, long done) {
        return new Progress("sft", total, "tok", done, new LineDisplay(console, () -> nanos), () -> nanos);
    }

    private String[] lines() {
        return bytes.toString(StandardCharsets.UTF_8).split("\\R");
    }

    @Test
    void printsALineAboutEveryTenSecondsAndOneAtTheEnd() {
        try (Progress progress = progress(1000, 0)) {
            for (int step = 1; step <= 250; step++) {
                nanos += 100_000_000L;
                progress.step(step, 400, "loss 1.23");
            }
        }

        assertThat(lines()).hasSize(4);
        assertThat(lines()[0])
                .startsWith("sft      1/1,000   0%  4k tok/s  eta 1m 40s  ")
                .endsWith("iB  loss 1.23");
        assertThat(lines()[2]).startsWith("sft    201/1,000  20%  4k tok/s  eta 1m 20s  ");
        assertThat(lines()[3]).isEqualTo("sft    250/1,000  25%  in 25.0 s  4k tok/s  loss 1.23");
    }

    @Test
    void stepsOfAnEarlierRunAreProgressButNotSpeed() {
        Progress progress = progress(1000, 500);
        nanos += 10_000_000_000L;
        progress.step(510, 100, "");

        assertThat(lines()[0]).startsWith("sft    510/1,000  51%  10 tok/s  eta 8m 10s  ");
    }

    @Test
    void speedIsThatOfTheLastSeconds() {
        Progress progress = progress(1000, 0);
        for (int step = 1; step <= 100; step++) {
            nanos += 1_000_000_000L;
            progress.step(step, step <= 50 ? 10 : 1000, "");
        }

        assertThat(lines()[lines().length - 1]).contains("  1k tok/s  ");
    }

    @Test
    void theBarIsClearedForNotesAndReplacedByASumAtTheEnd() {
        try (Progress progress = new Progress(
                "ppo", 10, "ep", 0, new BarDisplay(console, "ppo", 10, 0), () -> nanos += 1_000_000_000L)) {
            progress.step(5, 64, "reward 0.50");
            progress.note("saved state/step-000005");
            progress.step(10, 64, "reward 0.70");
        }

        String output = bytes.toString(StandardCharsets.UTF_8);
        assertThat(output).contains("\r\u001b[Ksaved state/step-000005" + System.lineSeparator());
        assertThat(output).contains("10/10").contains("reward 0.70");
        assertThat(output.substring(output.lastIndexOf("\u001b[K") + 3).strip())
                .startsWith("ppo  10/10 100%  in ")
                .endsWith("ep/s  reward 0.70");
    }
}
