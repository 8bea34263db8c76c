package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.store.Samples;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A reset browser keeps nothing of an earlier test, even if the next server has the address of the earlier one. */
@BrowserTest
class BrowserResetTest {
    /** The number of items in each kind of storage, and everything that a tab can be left with. */
    private static final String STATE = """
            const done = arguments[arguments.length - 1];
            (async () => done(JSON.stringify([
              localStorage.length, sessionStorage.length, document.cookie, history.length,
              (await indexedDB.databases()).length, (await caches.keys()).length,
              (await navigator.serviceWorker.getRegistrations()).length, window.name, navigator.onLine,
              innerWidth, innerHeight, visualViewport.scale, devicePixelRatio,
              matchMedia('(prefers-color-scheme: dark)').matches,
            ])))();
            """;

    private static final String POLLUTE = """
            const done = arguments[0];
            (async () => {
              sessionStorage.setItem('a', 'b');
              window.name = 'earlier';
              await caches.open('earlier');
              await new Promise((resolve) => { indexedDB.open('earlier').onsuccess = resolve; });
              setInterval(() => { localStorage.setItem('a', 'b'); document.cookie = 'a=b'; }, 1);
              done();
            })();
            """;

    @TempDir
    Path folder;

    private Browser browser;
    private PageFixture desk;

    @BeforeEach
    void open(Browser browser) throws Exception {
        this.browser = browser;
        desk = PageFixture.open(folder, browser).with(Samples.tasks(1, 3));
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private String state() {
        return String.valueOf(browser.asyncScript(STATE));
    }

    @Test
    void languageKeysPanelsAndDraftsOfAnEarlierTestAreGone() {
        desk.enter("Ada");
        String before = browser.text("#count");
        browser.press("g");
        browser.press("?");
        browser.click("#keys [data-action='undo']");
        browser.press("R", Keys.ESCAPE);
        browser.script("document.getElementById('language').value = 'de';"
                + "document.getElementById('language').dispatchEvent(new Event('change'))");
        browser.waitForText("#submit", "Abgeben");
        browser.waitForText("#prompt", "Question t0?");
        browser.offline(true); // a draft that was sent is no longer in the storage
        browser.press("12");
        browser.waitForText("#order", "A  ›  B");
        browser.waitForStorage(4);

        browser.reset();
        desk.enter("Ada");
        assertThat(browser.text("#count")).isEqualTo(before).contains("in all");
        assertThat(browser.visible("#guidelines")).isTrue();
        assertThat(browser.text("#keys [data-action='undo']")).isEqualTo("U");
    }

    @Test
    void noStorageAndNoPropertyOfATabIsLeft() {
        browser.open(desk.address());
        browser.find("#locked");
        String fresh = state();
        browser.asyncScript(POLLUTE);
        browser.size(390, 844);
        browser.dark(true);
        browser.script("history.pushState(null, '', '#earlier')");
        browser.newTab();
        browser.open(desk.address());
        browser.find("#locked");
        assertThat(state()).isNotEqualTo(fresh);
        browser.offline(true);
        browser.script("addEventListener('beforeunload', (event) => event.preventDefault());"
                + "setTimeout(() => alert('left open'))");

        browser.reset();
        browser.open(desk.address());
        browser.find("#locked");
        assertThat(state()).isEqualTo(fresh);
    }
}
