package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.server.Browser;
import dev.rlhf.label.server.BrowserTest;
import dev.rlhf.label.server.PageFixture;
import dev.rlhf.label.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Labels and drafts survive everything that can go wrong while somebody ranks: reloads, networks, sessions, tabs. */
@BrowserTest
class NothingLostTest {
    @TempDir
    Path folder;

    private Browser browser;
    private PageFixture desk;

    @BeforeEach
    void open(Browser browser) throws Exception {
        this.browser = browser;
        desk = PageFixture.open(folder, browser).with(Samples.tasks(2, 3)).enter("Ada");
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private void waitForOrder(String order) {
        browser.waitForText("#order", order);
    }

    private void waitUntilSaved() {
        browser.waitForText("#saved", "Saved");
    }

    private Labeler ada() {
        return TestLabelers.person(desk.store, "Ada");
    }

    private long task() {
        return desk.store
                .labelerService()
                .next(ada(), ServerOptions.LEASE)
                .orElseThrow()
                .id();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until something is true in the store. */
    private static void await(BooleanSupplier condition) {
        for (int tries = 0; tries < 100 && !condition.getAsBoolean(); tries++) {
            pause(Duration.ofMillis(100));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /**
     * Replaces {@code fetch}.
     *
     * @param then what becomes of the answer {@code response} to a request with this method and path
     */
    private void answers(String method, String path, String then) {
        browser.script("""
                const real = window.fetch;
                const [method, path] = arguments;
                window.fetch = (url, options) => (options?.method === method && url.includes(path)
                  ? real(url, options).then((response) => %s) : real(url, options));
                """.formatted(then), method, path);
    }

    private List<LabelHistory.Entry> labels() {
        return desk.store
                .labelerService()
                .history(TestLabelers.person(desk.store, "Ada"), null, 10)
                .labels();
    }

    @Test
    void anImmediateReloadKeepsTaskPlacesAndRemarks() {
        List<String> shown = browser.texts(".card .text");
        browser.place(1, 2);
        browser.type("#comment", "so far");
        browser.place(2, 1);
        browser.reload();
        browser.find("#task");
        waitForOrder("B  ›  A");
        assertThat(browser.texts(".card .text")).isEqualTo(shown);
        assertThat(browser.find("#comment").getDomProperty("value")).isEqualTo("so far");
    }

    @Test
    void anotherBrowserContinuesWithTheServersDraft() {
        browser.press("23");
        waitUntilSaved();
        browser.script("localStorage.clear()");
        desk.signOut("Ada");
        desk.enter("Ada");
        waitForOrder("A  ›  B");
    }

    /** Tasks had other numbers before, and what is only in a browser survives an upgrade of the server. */
    @Test
    void whatAnEarlierVersionKeptInTheBrowserIsFound() {
        browser.script("window.fetch = () => Promise.reject(new TypeError('no network'))");
        browser.press("213");
        browser.waitForText("#saved", "Kept in this browser");
        browser.script("""
                const [slot] = Object.keys(localStorage).filter((key) => key.startsWith('rlhf-draft:Ada:'));
                localStorage.setItem('rlhf-draft:Ada:7', localStorage.getItem(slot));
                localStorage.setItem('rlhf-draft:Ada:8', '{"shown":"of another task","content":{}}');
                localStorage.setItem = () => {};
                localStorage.removeItem(slot);
                """);
        browser.reload();
        waitForOrder("B  ›  A  ›  C");
        await(() -> List.of("rlhf-draft:Ada:8")
                .equals(browser.script(
                        "return Object.keys(localStorage).filter((key) => key.startsWith('rlhf-draft:'))")));
    }

    @Test
    void withoutANetworkWorkContinuesAndIsSentOnce() {
        browser.press("2");
        waitUntilSaved();
        browser.offline(true);
        browser.press("13");
        browser.waitForText("#saved", "Kept in this browser");
        browser.press(Keys.ENTER);
        assertThat(browser.find("#problem").getText()).contains("tries again by itself");
        assertThat(labels()).isEmpty();
        browser.offline(false);
        browser.script("dispatchEvent(new Event('online'))");
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(browser.visible("#problem")).isFalse();
        assertThat(labels())
                .singleElement()
                .satisfies(label -> assertThat(label.revision()).isEqualTo(1));
    }

    @Test
    void aReloadBetweenSendingAndTheAnswerIsOneLabel() {
        browser.press("213");
        desk.stop();
        browser.press(Keys.ENTER);
        browser.find("#problem");
        desk.startAgain();
        browser.reload();
        browser.find("#task");
        waitForOrder("B  ›  A  ›  C");
        browser.press(Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(labels())
                .singleElement()
                .satisfies(label -> assertThat(label.revision()).isEqualTo(1));
    }

    @Test
    void afterASessionEndsANewLinkContinuesTheWork() {
        browser.press("2");
        waitUntilSaved();
        desk.signOut("Ada");
        browser.press("1");
        browser.find("#expired");
        browser.type("#new-link", "invite=0123456789abcdef0123456789abcdef");
        browser.click("#expired .primary");
        assertThat(browser.find("#expired-problem").getText()).isNotEmpty();
        browser.script("document.getElementById('new-link').value = ''");
        browser.type("#new-link", desk.invite("Ada"));
        browser.click("#expired .primary");
        browser.waitUntilGone("#expired");
        waitUntilSaved();
        waitForOrder("B  ›  A");
        browser.press("3");

        // Again, this time with the label itself.
        desk.signOut("Ada");
        browser.press(Keys.ENTER);
        browser.type("#new-link", desk.invite("Ada"));
        browser.click("#expired .primary");
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.ranking(0, "Ada").ranks()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void twoTabsAskWhichOrderCounts() {
        String first = browser.newTab();
        browser.open(desk.address());
        browser.find("#task");
        browser.press("1");
        waitUntilSaved();
        String second = browser.toTab(first);
        // This tab may have noticed already; then it shows the other tab's draft.
        browser.press("32");
        browser.find("#conflict[open], #saved[data-state='saved']");
        if (browser.visible("#conflict")) {
            assertThat(browser.text("#conflict-there")).isEqualTo("A");
            browser.click("#take-here");
            browser.waitUntilGone("#conflict");
        }
        waitUntilSaved();
        browser.press("1", Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        browser.toTab(second);
        browser.script("document.dispatchEvent(new Event('visibilitychange'))");
        browser.waitForText("#prompt", "Question t1?");
        assertThat(browser.find("#notice").getText()).contains("in another tab");
        assertThat(labels())
                .singleElement()
                .satisfies(label -> assertThat(label.revision()).isEqualTo(1));
    }

    @Test
    void aConflictCanBeResolvedEitherWay() {
        Labeler ada = ada();
        long task = task();
        browser.press("1");
        waitUntilSaved();
        desk.store.labelerService().saveDraft(ada, task, 1, "{\"places\": [3, 2, 1]}");
        browser.press("2");
        browser.find("#conflict");
        assertThat(browser.text("#conflict-there")).isEqualTo("C  ›  B  ›  A");
        assertThat(browser.text("#conflict-here")).isEqualTo("A  ›  B");
        browser.click("#take-there");
        waitForOrder("C  ›  B  ›  A");
        desk.store.labelerService().saveDraft(ada, task, 2, "{\"places\": [1, 1, 1]}");
        browser.place(1, 2);
        browser.click("#take-here");
        waitUntilSaved();
        waitForOrder("C  ›  A = B");
        assertThat(desk.store.labelerService().task(ada, task).draft().version())
                .isEqualTo(4);
    }

    /** On a slow network, a labeler types on while a draft is being saved, and reloads before its answer arrives. */
    @Test
    void aReloadWhileADraftIsBeingSavedKeepsWhatWasTypedSince() {
        long task = task();
        answers("PUT", "/draft", "new Promise(() => {})");
        browser.type("#comment", "so far");
        await(() -> {
            Draft draft = desk.store.labelerService().task(ada(), task).draft();
            return draft != null && draft.content().contains("so far");
        });
        browser.type("#comment", " and more");
        browser.reload();
        browser.find("#task");
        assertThat(browser.find("#comment").getDomProperty("value")).isEqualTo("so far and more");
        waitUntilSaved();
        assertThat(browser.visible("#conflict")).isFalse();
        assertThat(Objects.requireNonNull(
                                desk.store.labelerService().task(ada(), task).draft())
                        .content())
                .contains("so far and more");
    }

    @Test
    void aSavedDraftWhoseAnswerWasLostIsNotThatOfAnotherTab() {
        answers(
                "PUT",
                "/draft",
                "{ if (window.lost) return response; window.lost = true; throw new TypeError('lost'); }");
        browser.press("2");
        await(() -> Boolean.TRUE.equals(browser.script("return window.lost === true")));
        browser.press("1");
        waitUntilSaved();
        assertThat(browser.visible("#conflict")).isFalse();
        waitForOrder("B  ›  A");
    }

    @Test
    void whatAnotherDeviceSavedSinceIsAskedAboutAlsoAfterAReload() {
        long task = task();
        browser.script("window.fetch = ((real) => (url, options) => (options?.method === 'PUT'"
                + " ? Promise.reject(new TypeError('no network')) : real(url, options)))(window.fetch)");
        browser.press("1");
        browser.waitForText("#saved", "Kept in this browser");
        desk.store.labelerService().saveDraft(ada(), task, 0, "{\"places\": [3, 2, 1]}");
        browser.reload();
        browser.find("#conflict");
        assertThat(browser.text("#conflict-there")).isEqualTo("C  ›  B  ›  A");
        assertThat(browser.text("#conflict-here")).isEqualTo("A");
        browser.click("#take-here");
        waitUntilSaved();
        waitForOrder("A");
    }

    /** A page that missed the answer to a label keeps its content; later, the label is changed on another device. */
    @Test
    void whatWasKeptBeforeALabelDoesNotHideIt() {
        long task = task();
        answers("POST", "/label", "new Promise(() => {})");
        browser.press("213", Keys.ENTER);
        await(() -> labels().size() == 1);
        browser.reload();
        browser.waitForText("#prompt", "Question t1?");
        desk.store.labelerService().submit(ada(), task, new Submission("key-of-a-phone", List.of(3, 2, 1), null, null));
        browser.press("h");
        browser.click("#labels button");
        browser.waitForText("#prompt", "Question t0?");
        waitForOrder("C  ›  B  ›  A");
    }

    @Test
    void aClockThatIsSetBackDoesNotBlockTheLabel() {
        browser.script("const real = Date.now; Date.now = () => real() - 3_600_000;");
        pause(Duration.ofSeconds(2));
        browser.press("213", Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.ranking(0, "Ada").judgement().seconds()).isBetween(1.0, 600.0);
    }

    @Test
    void timeSpentReadingIsKeptWhenTheTaskIsLeft() {
        pause(Duration.ofSeconds(6));
        browser.press("h");
        browser.find("#history");
        browser.click("#to-task");
        browser.find("#task");
        browser.press("213", Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.ranking(0, "Ada").judgement().seconds()).isGreaterThan(5);
    }

    /** Somebody who reads for minutes and moves little still keeps the task. */
    @Test
    void aClaimIsRenewedAfterFiveMinutesHoweverLittleTheyWereActive() {
        long task = task();
        Instant before = desk.store.labelerService().task(ada(), task).leaseUntil();
        browser.script("const real = Date.now; Date.now = () => real() + 301_000;");
        browser.press("1");
        await(() -> desk.store.labelerService().task(ada(), task).leaseUntil().isAfter(before));
    }

    @Test
    void theQuestionWhyATaskIsSkippedEndsWithTheTask() {
        long task = task();
        browser.press("s");
        browser.find("#why");
        desk.store.labelerService().submit(ada(), task, new Submission("key-of-a-phone", List.of(1, 2, 3), null, null));
        browser.script("document.dispatchEvent(new Event('visibilitychange'))");
        browser.waitForText("#prompt", "Question t1?");
        assertThat(browser.visible("#why")).isFalse();
    }

    @Test
    void dictatedWordsAreActivity() {
        browser.script("const real = performance.now.bind(performance); performance.now = () => real() + 61_000;");
        browser.find("#paused");
        browser.script("document.getElementById('comment').dispatchEvent(new Event('input', { bubbles: true }))");
        browser.waitUntilGone("#paused");
    }
}
