package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestBatches;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Tests the layout of the ranking page, and its counts of the work that is left. */
@BrowserTest
class LayoutPageTest extends PageTest {
    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog again and again. ";

    private static RankedTask task(String id, List<String> answers) {
        return new RankedTask(
                id,
                Prompt.text("Question " + id + "?"),
                IntStream.range(0, answers.size())
                        .mapToObj(i -> new Completion("c" + i, answers.get(i), null))
                        .toList(),
                List.of());
    }

    private double number(String expression) {
        return ((Number) Objects.requireNonNull(browser.script("return " + expression))).doubleValue();
    }

    private void pause(boolean paused) {
        TestBatches.change(desk.store, "default", Change.of().paused(paused).build());
    }

    @Test
    void fourAnswersOf120WordsFitWithTheirControls() {
        String words = SENTENCE.repeat(10);
        desk.with(
                List.of(task("q", List.of("A " + words, "B " + words, "C " + words, "D " + words))),
                PageFixture.asking(null, false, false, List.of("harmful", "sexual")));
        desk.enter("Ada");
        for (boolean guidelines : new boolean[] {true, false}) {
            assertThat(browser.visible("#guidelines")).isEqualTo(guidelines);
            double last = number(
                    "Math.max(...[...document.querySelectorAll('.card')].map(c => c.getBoundingClientRect().bottom))");
            assertThat(last)
                    .isLessThanOrEqualTo(number("document.getElementById('footer').getBoundingClientRect().top"));
            Screenshots.asItIs(browser, "four-" + guidelines);
            browser.press("g");
        }
        browser.press("g");
    }

    /** 1280 pixels are the border between beside the task and over it. */
    @Test
    void guidelinesNeverCoverATaskUnasked() {
        desk.with(Samples.tasks(1, 4));
        browser.size(1280, 800);
        desk.enter("Ada");
        assertThat(browser.visible("#guidelines")).isFalse();
        browser.size(1281, 800);
        browser.find("#guidelines");
        assertThat(number("document.querySelector('#guidelines').getBoundingClientRect().left"))
                .isGreaterThanOrEqualTo(number("document.querySelector('#main').getBoundingClientRect().right"));
    }

    @Test
    void theNumbersOfALongProjectFitOnAPhone() {
        desk.with(Samples.tasks(1, 2));
        browser.size(390, 844);
        desk.enter("Ada");
        browser.script("""
                document.getElementById('today').textContent = '123 today · 12 h 34 min';
                document.getElementById('left').textContent = '100+ left for you';
                document.getElementById('count').textContent = '123,456 of 200,000 in all';""");
        assertThat(number("document.documentElement.scrollWidth")).isEqualTo(390);
    }

    @Test
    void onAPhoneFivePlacesAndTheButtonsBesideThemAreInOneLine() {
        desk.with(Samples.tasks(1, 5));
        browser.size(390, 844);
        desk.enter("Ada");
        assertThat(number("document.querySelector('.card .raw').getBoundingClientRect().top"))
                .isBetween(
                        number("document.querySelector('.places').getBoundingClientRect().top"),
                        number("document.querySelector('.places').getBoundingClientRect().bottom"));
    }

    /** Backgrounds are replaced there, and with them everything that only a background shows. */
    @Test
    void inForcedColorsAChosenPlaceLooksDifferent() {
        desk.with(Samples.tasks(1, 3));
        browser.forcedColors();
        desk.enter("Ada");
        browser.press("1");
        browser.script("document.getAnimations().forEach((animation) => animation.finish())");
        String color = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor";
        for (String chosen : List.of(".places [aria-pressed='true']", "#strip .slots .chip")) {
            assertThat(browser.script(color, chosen))
                    .as(chosen)
                    .isNotEqualTo(browser.script(color, ".places [aria-pressed='false']"));
        }
    }

    /** 24 pixels are the least for a target (WCAG 2.5.8). */
    @ParameterizedTest
    @ValueSource(ints = {390, 768, 1280})
    void placesOfNineAnswersAreLargeEnough(int width) {
        desk.with(Samples.tasks(1, 9), PageFixture.asking(null, false, false, List.of("harmful")));
        browser.size(width, 800);
        desk.enter("Ada");
        for (String target : List.of(".slot", ".tray .chip", ".places button")) {
            assertThat(number("Math.min(...[...document.querySelectorAll('" + target
                            + "')].map(e => e.getBoundingClientRect().width))"))
                    .as(target)
                    .isGreaterThanOrEqualTo(24);
        }
        assertThat(browser.script("return [...document.querySelectorAll('.card')].filter((card) =>"
                        + " card.querySelector('.places').lastChild.getBoundingClientRect().right"
                        + " > card.getBoundingClientRect().right).length"))
                .isEqualTo(0L);
    }

    @Test
    void nothingOfATextIsHiddenWithoutAButtonThatShowsIt() {
        desk.with(List.of(task(
                "q",
                IntStream.range(12, 21)
                        .mapToObj(lines -> "```\n" + (lines + " x\n").repeat(lines) + "```")
                        .toList())));
        desk.enter("Ada");
        assertThat(browser.all(".card.cut")).isNotEmpty();
        assertThat(browser.all(".card:not(.cut)")).isNotEmpty();
        assertThat(browser.script("""
                        return [...document.querySelectorAll('.card')].filter((card) => {
                          const text = card.querySelector('.text');
                          return text.scrollHeight > text.clientHeight && card.querySelector('.more').hidden;
                        }).length""")).isEqualTo(0L);
    }

    @Test
    void severalBlocksThatScrollAreNoLandmarks() {
        String wide = "```\n" + "word ".repeat(100) + "\n```";
        desk.with(List.of(task("q", List.of(wide + "\n\n" + wide, wide + "\n\nother"))))
                .enter("Ada");
        assertThat(browser.all(".text pre[tabindex]")).hasSize(3);
        assertThat(browser.accessibilityProblems("body")).isEmpty();
    }

    @Test
    void controlsAreInTheSamePlaceWhateverTheLengthOfTheText() {
        desk.with(List.of(task("q", List.of("short", SENTENCE.repeat(30))))).enter("Ada");
        assertThat(number("new Set([...document.querySelectorAll('.places')]"
                        + ".map(p => p.getBoundingClientRect().top)).size"))
                .isEqualTo(1);
    }

    @Test
    void showAllIsRemembered() {
        String poem = "line\n".repeat(60);
        desk.with(List.of(task("p", List.of(poem, "a")), task("q", List.of(poem, "b"))))
                .enter("Ada");
        browser.find(".card.cut");
        browser.press("a");
        browser.waitUntilGone(".card.cut");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#prompt", "Question q?");
        assertThat(browser.all(".card.cut")).isEmpty();
        browser.press("a");
        browser.find(".card.cut");
    }

    @Test
    void theQuestionStaysInReach() {
        String poem = "line\n".repeat(60);
        desk.with(List.of(task("q", List.of(poem, poem + "b")))).enter("Ada");
        browser.press("a");
        assertThat(browser.visible("#reminder")).isFalse();
        browser.script("scrollTo(0, 900)");
        assertThat(browser.find("#to-prompt").getText()).endsWith("Question q?");
        Screenshots.asItIs(browser, "reminder");
        browser.press("q");
        browser.waitUntilGone("#reminder");
        browser.press("a");
    }

    @Test
    void theBarAtTheBottomIsWithinTheContentAndInSightWhenEnlarged() {
        desk.with(Samples.tasks(1, 4)).enter("Ada");
        browser.size(3840, 2160);
        Screenshots.asItIs(browser, "wide");
        assertThat(number("document.querySelector('#strip').getBoundingClientRect().left"))
                .isEqualTo(number("document.querySelector('#main').getBoundingClientRect().left"));
        assertThat(number("document.querySelector('#submit').getBoundingClientRect().right"))
                .isCloseTo(
                        number("document.querySelector('#guidelines').getBoundingClientRect().right"),
                        within(0.001)); // Firefox computes with 32 bits
        browser.size(720, 450); // 1440 x 900 at 200 %
        Screenshots.asItIs(browser, "zoomed");
        assertThat(number("document.querySelector('#footer').getBoundingClientRect().bottom"))
                .isCloseTo(450, within(0.001));
        assertThat(number("document.querySelector('#footer').offsetHeight")).isLessThan(110);
    }

    @Test
    void identicalAnswersAreMarkedAndTied() {
        desk.with(List.of(task("q", List.of("same", "same ", "other")), task("r", List.of("same", "same"))))
                .enter("Ada");
        assertThat(browser.all(".twin")).hasSize(1);
        int other = 1 + browser.texts(".card .text").indexOf("other");
        browser.place(other, 2);
        browser.place(other == 1 ? 2 : 1, 1);
        assertThat(browser.text("#order")).contains(" = ").endsWith("›  " + (char) ('A' + other - 1));
        Screenshots.asItIs(browser, "twins");
        browser.press(Keys.ENTER);
        browser.waitForText("#prompt", "Question r?");
        browser.waitForText("#order", "A = B");
        browser.press(Keys.ENTER);
        browser.waitForText("#rest-title", "All done. Thank you!");
    }

    @Test
    void whatIsLeftForTheLabelerAndAPauseAreShown() {
        desk.with(Samples.tasks(3, 2)).enter("Ada");
        browser.waitForText("#left", "3 left for you");
        pause(true);
        browser.press("12", Keys.ENTER);
        browser.waitForText("#rest-title", "Nothing to rank right now");
        assertThat(browser.text("#rest-text"))
                .isEqualTo("The project lead has paused the work. 2 tasks wait for you; check again later.");
        pause(false);
        browser.click("#again");
        browser.waitForText("#left", "2 left for you");
    }

    /** From Enter to the next question the page waits for one request, however slow the network is. */
    @Test
    void aLabelAndTheNextTaskAreOneRequest() {
        int count = 10;
        int latency = 250;
        desk.with(Samples.tasks(count + 1, 3)).enter("Ada");
        browser.latency(latency);
        // Before the browser paints it, a new question is noted with the time.
        browser.script("""
                window.turns = [];
                let pressed = null;
                addEventListener('keydown', (event) => { if (event.key === 'Enter') pressed = performance.now(); }, true);
                new MutationObserver(() => {
                  if (pressed === null) return;
                  const shown = performance.now();
                  const requests = performance.getEntriesByType('resource')
                    .filter((entry) => entry.startTime >= pressed && entry.startTime <= shown)
                    .map((entry) => new URL(entry.name).pathname.replace(/\\d+/, 'ID'));
                  turns.push({ milliseconds: shown - pressed, requests });
                  pressed = null;
                }).observe(document.querySelector('#prompt'), { childList: true, subtree: true, characterData: true });
                """);
        for (int i = 0; i < count; i++) {
            browser.waitForText("#prompt", "Question t" + i + "?");
            browser.press("123", Keys.ENTER);
        }
        browser.waitForText("#prompt", "Question t" + count + "?");
        assertThat(browser.script("return turns.map((turn) => turn.requests.join(' '))"))
                .isEqualTo(Collections.nCopies(count, "/api/tasks/ID/label"));
        System.out.println("from Enter to the next question at a latency of " + latency + " ms: "
                + browser.script("return turns.map((turn) => Math.round(turn.milliseconds)).join(' ')"));
    }
}
