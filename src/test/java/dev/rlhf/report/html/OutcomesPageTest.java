package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Interval;
import dev.rlhf.label.server.Browser;
import dev.rlhf.label.server.BrowserTest;
import dev.rlhf.report.console.ComparisonTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bars of answers on screens of several widths. */
@BrowserTest
class OutcomesPageTest {
    private static final ComparisonTable TABLE = new ComparisonTable(
            List.of("base model", "sft"),
            Map.of(
                    "known_accuracy", List.of(share(0.52), share(0.09)),
                    "over_refusal", List.of(share(0.38), share(0.90)),
                    "hallucination_rate", List.of(share(0.89), share(0)),
                    "unknown_refused", List.of(share(0.11), share(1))));

    @TempDir
    Path folder;

    private static Interval share(double value) {
        return new Interval(value, 0, 1, 100);
    }

    private void open(Browser browser) throws Exception {
        Path page = folder.resolve("report.html");
        Files.writeString(
                page,
                new Page("Report")
                        .section("answers", "Answers", Outcomes.of(TABLE, List.of()))
                        .toString());
        browser.open(page.toUri());
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 768, 1280})
    void noPercentageIsCutOff(int width, Browser browser) throws Exception {
        browser.size(width, 800);
        open(browser);
        assertThat(browser.script("""
                        return [...document.querySelectorAll('.stack i')]
                          .filter((part) => part.scrollWidth > part.clientWidth + 1)
                          .map((part) => `${part.textContent} in ${part.clientWidth} pixels`)""")).isEqualTo(List.of());
        assertThat(browser.texts(".stack span")).contains("52 %", "90 %", "100 %");
    }

    @Test
    void percentagesAreShownWhereTheyFit(Browser browser) throws Exception {
        browser.size(1280, 800);
        open(browser);
        assertThat(browser.texts(".stack span")).contains("10 %", "9 %", "11 %").doesNotContain("0 %", "1 %");
    }
}
