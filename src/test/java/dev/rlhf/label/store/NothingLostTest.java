package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.server.Browser;
import dev.rlhf.label.server.BrowserTest;
import dev.rlhf.label.server.PageFixture;
import dev.rlhf.label.server.ServerOptions;
import java.nio.file.Path;
import java.util.List;
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

    private List<LabelHistory.Entry> labels() {
        return desk.store
                .labelerService()
                .history(desk.store.join("Ada", LabelerKind.PERSON), null, 10)
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

    @Test
    void withoutANetworkWorkContinuesAndIsSentOnce() {
        browser.press("2");
        waitUntilSaved();
        browser.offline(true);
        browser.press("13");
        browser.waitForText("#saved", "Kept in this browser");
        browser.press(Keys.ENTER);
        assertThat(browser.find("#problem").getText()).contains("will be sent when it is back");
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
        Labeler ada = desk.store.join("Ada", LabelerKind.PERSON);
        long task = desk.store
                .labelerService()
                .next(ada, ServerOptions.LEASE)
                .orElseThrow()
                .id();
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
}
