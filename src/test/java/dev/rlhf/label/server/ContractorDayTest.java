package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.LabelFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * Replays the key presses of a labeler's day, with {@code -Drlhf.day=200} tasks, and prints keys and milliseconds per
 * task. The tab must not grow: at the last task it has no more nodes and event listeners than at the 21st.
 *
 * <p>{@code -Drlhf.day.tasks=FILE} writes the tasks, which a server of another version can import;
 * {@code -Drlhf.day.invite=LINK} replays on that server, and {@code -Drlhf.day.old=true} with the keys of version
 * 0.1.0, which does not remember that long answers are shown, and stays at an answer after {@code =}.
 */
@BrowserTest
@EnabledIfSystemProperty(named = "rlhf.day", matches = "\\d+", disabledReason = "a measurement: -Drlhf.day=200")
class ContractorDayTest {
    private static final int FIRST = 20;
    private static final boolean OLD = Boolean.getBoolean("rlhf.day.old");
    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog again and again. ";

    @TempDir
    Path folder;

    private int keys;
    private final List<Double> turns = new ArrayList<>();

    /** A task of four answers: every third has a long one, every twentieth two equal ones. */
    private static RankedTask task(int i) {
        List<Completion> answers = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            boolean twin = i % 20 == 7 && c == 1;
            String text = "Answer " + (twin ? 0 : c) + " to " + i + ". " + SENTENCE.repeat(4 + (twin ? 0 : c));
            answers.add(new Completion("c" + c, i % 3 == 0 && c == 2 ? text + "\n\nline".repeat(60) : text, null));
        }
        return new RankedTask("t" + i, Prompt.text("Question " + i + "?"), answers, List.of());
    }

    @Test
    void aDayOfTasks(Browser browser) throws Exception {
        int day = Integer.parseInt(System.getProperty("rlhf.day", "200"));
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < day; i++) {
            tasks.add(task(i));
        }
        String file = System.getProperty("rlhf.day.tasks");
        if (file != null) {
            LabelFiles.write(Path.of(file), tasks);
        }
        String invite = System.getProperty("rlhf.day.invite");
        try (PageFixture desk = PageFixture.open(folder, browser)) {
            if (invite == null) {
                desk.with(tasks).enter("Ada");
            } else {
                PageFixture.enter(browser, URI.create(invite));
            }
            browser.script("performance.setResourceTimingBufferSize(10000)");
            if (!OLD) {
                press(browser, "a"); // show all of long answers; the page remembers it
            }
            Map<String, Double> start = browser.metrics();
            Map<String, Double> first = start;
            Map<String, Double> same = start;
            long submitted = 0;
            for (int i = 0; i < day; i++) {
                if (i == FIRST) {
                    first = browser.metrics();
                }
                browser.waitForText("#prompt", "Question " + i + "?");
                if (i > 0) {
                    turns.add((System.nanoTime() - submitted) / 1e6);
                }
                if (i == day - 1) {
                    same = browser.metrics();
                }
                rank(browser, i);
                submitted = System.nanoTime();
                press(browser, Keys.ENTER);
            }
            browser.waitForText("#rest-title", "All done. Thank you!");
            Map<String, Double> last = browser.metrics();
            System.out.printf(
                    Locale.ROOT,
                    "%d tasks: %.2f keys, %.1f ms of the page's main thread per task (%.1f of them script);"
                            + " heap %.1f MB after %d, %.1f MB at the end; nodes %.0f and %.0f,"
                            + " listeners %.0f and %.0f;"
                            + " median of submit-and-next %s ms in the first 40, %s ms in the last 40;"
                            + " median from Enter to the next question %.0f ms%n",
                    day,
                    (double) keys / day,
                    1000 * (of(last, "TaskDuration") - of(start, "TaskDuration")) / day,
                    1000 * (of(last, "ScriptDuration") - of(start, "ScriptDuration")) / day,
                    of(first, "JSHeapUsedSize") / 1e6,
                    FIRST,
                    of(last, "JSHeapUsedSize") / 1e6,
                    of(first, "Nodes"),
                    of(same, "Nodes"),
                    of(first, "JSEventListeners"),
                    of(same, "JSEventListeners"),
                    median(browser, "slice(0, 40)"),
                    median(browser, "slice(-40)"),
                    turns.stream().sorted().toList().get(turns.size() / 2));
            assertThat(of(same, "Nodes")).isLessThanOrEqualTo(of(first, "Nodes"));
            assertThat(of(same, "JSEventListeners")).isLessThanOrEqualTo(of(first, "JSEventListeners"));
        }
    }

    private static double of(Map<String, Double> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name));
    }

    private void rank(Browser browser, int i) {
        if (OLD && i % 3 == 0) {
            press(browser, "a");
        }
        if (i % 20 == 7) {
            // Equal answers share their place.
            int place = 1;
            while (browser.script("return document.querySelector('.card[data-tone=\"\"]') !== null")
                    .equals(true)) {
                press(browser, String.valueOf(place++));
            }
        } else {
            press(
                    browser,
                    i % 7 == 0
                            ? OLD ? "1=" + Keys.ARROW_RIGHT + "34" : "1=34"
                            : List.of("3142", "1234", "2143", "4321").get(i % 4));
        }
    }

    private void press(Browser browser, CharSequence typed) {
        keys += typed.length();
        browser.press(typed);
    }

    private static Object median(Browser browser, String part) {
        return Objects.requireNonNull(browser.script("const all = performance.getEntriesByType('resource')"
                + ".filter(e => e.name.includes('/label?'))." + part
                + ".map(e => e.duration).sort((a, b) => a - b);"
                + " return all.length === 0 ? 'no' : all[Math.floor(all.length / 2)].toFixed(1)"));
    }
}
