package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestBatches;
import dev.rlhf.label.store.TestLabelers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** Whatever the server answers, the ranking page keeps working without a reload and without losing input. */
@BrowserTest
class ServerAnswersTest extends PageTest {
    /** Replaces the server's answer to the first matching request. Status 0: the network is down. */
    static final String ANSWER = """
            const real = window.fetch;
            let [method, path, status, body] = arguments;
            window.fetch = (url, options) => {
              if (method === null || !url.startsWith('/api/') || !url.includes(path) || options.method !== method) return real(url, options);
              method = null;
              window.answered = true;
              if (status === 0) return Promise.reject(new TypeError('no network'));
              return Promise.resolve(new Response(status === 204 ? null : body, { status }));
            };
            """;

    private static final String WAITS = " Your work is kept, and this page tries again by itself.";
    private static final String RESTART = "The server is not running at the moment. Perhaps it is being restarted.";
    private static final String FOREIGN = "Something other than the label server has answered. Perhaps this network"
            + " wants you to sign in first: open another website to see.";

    @BeforeEach
    void open() {
        desk.with(Samples.tasks(2, 3)).enter("Ada");
    }

    private void answer(String method, String path, int status, String body) {
        browser.script(ANSWER, method, path, status, body);
    }

    private void labelledOnce() {
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.store
                        .labelerService()
                        .history(TestLabelers.person(desk.store, "Ada"), null, 10)
                        .labels())
                .singleElement()
                .satisfies(label -> assertThat(label.revision()).isEqualTo(1));
        assertThat(desk.ranking(0, "Ada").judgement().comment()).isEqualTo("so far");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'error':'no','code':'invalid'}",
                "401 | {'error':'no','code':'signed_out'}",
                "403 | {'error':'no','code':'csrf'}",
                "403 | {'error':'no','code':'role'}",
                "403 | <html>",
                "404 | {'error':'not given to you','code':'not_yours'}",
                "404 | <html>",
                "409 | {'error':'no','code':'key'}",
                "409 | {'error':'no','code':'guidelines'}",
                "409 | {'error':'no','code':'exported'}",
                "409 | {'error':'no','code':'imported'}",
                "409 | {'error':'no','code':'removed'}",
                "410 | {'error':'no','code':'expired'}",
                "413 | <html>",
                "415 | {'error':'no','code':'type'}",
                "422 | {'error':'no','code':'http_422'}",
                "429 | {'error':'no','code':'too_many'}",
                "500 | {'error':'no','code':'http_500'}",
                "503 | <html>",
                "503 | {'error':'no','code':'store'}",
                "0 | -",
                "200 | <html>",
            })
    void aLabelIsStoredAfterEveryAnswer(int status, String body) {
        browser.press("213");
        browser.type("#comment", "so far");
        answer("POST", "/label", status, body.replace('\'', '"'));
        browser.click("#submit");
        for (int tries = 0; tries < 40; tries++) {
            if (browser.text("#count").contains("1 of 2 in all")) {
                break;
            }
            if (browser.visible("#expired")) {
                browser.type("#new-link", desk.invite("Ada"));
                browser.click("#expired .primary");
                browser.waitUntilGone("#expired");
            } else if (browser.visible("#gate")) {
                browser.click("#seen");
                browser.find("#task");
            } else if (Boolean.TRUE.equals(browser.script("return !document.getElementById('submit').disabled"))) {
                browser.waitForText("#order", "B  ›  A  ›  C");
                browser.click("#submit");
            }
            pause();
        }
        labelledOnce();
    }

    /** The page says why the label is not stored yet, and sends it again by itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | {'error':'the disk?','code':'store'} | The server cannot save anything at the moment, perhaps"
                        + " because its disk is full. Please tell the project lead.",
                "503 | <html> | " + RESTART,
                "502 | <html> | " + RESTART,
                "200 | <html>sign in here | " + FOREIGN,
                "511 | <html> | " + FOREIGN,
                "0 | - | The server cannot be reached.",
            })
    void theReasonForADelayIsTrue(int status, String body, String reason) {
        browser.press("213");
        browser.type("#comment", "so far");
        answer("POST", "/label", status, body.replace('\'', '"'));
        browser.click("#submit");
        browser.waitForText("#problem-text", reason + WAITS);
        assertThat(browser.text("#saved")).isEqualTo("Kept in this browser");
        browser.waitUntilGone("#problem");
        labelledOnce();
    }

    @Test
    void aServerThatDoesNotAnswerIsSlowAndADeviceWithoutANetworkIsOffline() {
        browser.press("213");
        browser.type("#comment", "so far");
        browser.script("""
                const [real, timeout] = [window.fetch, AbortSignal.timeout.bind(AbortSignal)];
                AbortSignal.timeout = () => timeout(300);
                let tries = 0;
                window.fetch = (url, options) => {
                  if (!url.includes('/label') || ++tries > 2) return real(url, options);
                  if (tries === 1) return new Promise((_, no) => options.signal.addEventListener('abort', () => no(options.signal.reason)));
                  Object.defineProperty(navigator, 'onLine', { value: false });
                  return Promise.reject(new TypeError('no network'));
                };""");
        browser.click("#submit");
        browser.waitForText("#problem-text", "The server has not answered for a while." + WAITS);
        browser.waitForText("#problem-text", "This device has no network." + WAITS);
        labelledOnce();
    }

    /** The browser's storage is full, and the server is away: what was entered is nowhere but on the page. */
    @Test
    void whatTheBrowserCannotKeepIsNotCalledKept() {
        browser.script("""
                Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
                const real = window.fetch;
                window.fetch = (url, options) => (window.reachable ? real(url, options) : Promise.reject(new TypeError('no network')));""");
        browser.press("213");
        browser.waitForText("#saved", "Only in this tab: keep it open");
        browser.script("window.reachable = true; dispatchEvent(new Event('online'))");
        browser.waitForText("#saved", "Saved");
    }

    /** An admin removes a label while its labeler changes it. */
    @Test
    void aLabelerWhoseLabelWasRemovedContinuesWithTheNextTask() {
        browser.press("213");
        browser.click("#submit");
        browser.waitForText("#count", "1 of 2 in all");
        browser.click("#back");
        browser.find("#editing");
        long label = desk.store
                .adminService()
                .labels(LabelQuery.ALL, null, 1)
                .labels()
                .getFirst()
                .id();
        desk.store.adminService().remove(label, null, Actor.commandLine());
        browser.press("321");
        browser.click("#submit");
        browser.waitForText("#problem-text", "The project lead has removed this label. The task is no longer yours.");
        assertThat(browser.visible("#submit")).isFalse();
        browser.click("#return");
        browser.find("#submit");
        browser.waitForText("#count", "0 of 2 in all");
        assertThat(desk.store.rankedTasks(null)).isEmpty();
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(400));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | {'error':'not given to you','code':'not_yours'}",
                "413 | {'error':'too large','code':'size'}",
                "500 | {'error':'no','code':'http_500'}",
                "200 | <html>",
                "0 | -",
            })
    void aRefusedDraftIsKept(int status, String body) {
        answer("PUT", "/draft", status, body.replace('\'', '"'));
        browser.type("#comment", "so far");
        browser.press(Keys.ESCAPE);
        browser.script("document.activeElement.blur()");
        browser.press("213");
        browser.waitForText("#order", "B  ›  A  ›  C");
        pause();
        pause();
        browser.waitForText("#order", "B  ›  A  ›  C");
        browser.click("#submit");
        labelledOnce();
    }

    @Test
    void failedRequestsCanBeTriedAgain() {
        answer("GET", "/api/history", 500, "{}");
        browser.click("#to-history");
        browser.click("#retry");
        browser.find("#history");
        browser.waitUntilGone("#problem");
        answer("POST", "/api/tasks/next", 500, "{}");
        browser.click("#to-task");
        browser.click("#retry");
        browser.waitForText("#prompt", "Question t0?");
    }

    @Test
    void anotherLabelersSessionInTheBrowserLosesNoInput() {
        browser.press("213");
        browser.type("#comment", "so far");
        String link = desk.invite("Bo");
        browser.script("""
                window.bo = fetch('/api/session', {
                  method: 'POST', headers: { 'Content-Type': 'application/json' },
                  body: JSON.stringify({ invite: arguments[0], key: 'key-of-another-tab' }) });
                """, link.substring(link.indexOf('=') + 1));
        pause();
        pause();
        pause();
        // Saving the draft may have noticed the other session already.
        if (!browser.visible("#expired")) {
            browser.click("#submit");
        }
        browser.type("#new-link", desk.invite("Ada"));
        browser.click("#expired .primary");
        browser.waitUntilGone("#expired");
        browser.waitForText("#order", "B  ›  A  ›  C");
        browser.click("#submit");
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.ranking(0, "Ada").judgement().comment()).isEqualTo("so far");
    }

    /** The project stops asking for a flag while a draft has it. */
    @Test
    void aFlagThatTheProjectRemovedDoesNotBlockTheTask() {
        browser.click(Browser.card(1) + " .flags-toggle");
        browser.click(Browser.card(1) + " .flags .check:has([value='harmful'])");
        browser.type("#comment", "so far");
        browser.script("document.activeElement.blur()");
        browser.press("213");
        browser.waitForText("#saved", "Saved");
        TestBatches.change(
                desk.store,
                ImportOptions.DEFAULT_BATCH,
                Change.of().flags(List.of()).build());
        browser.click("#submit");
        browser.find("#problem");
        browser.waitForText("#order", "B  ›  A  ›  C");
        browser.click("#submit");
        labelledOnce();
        assertThat(desk.ranking(0, "Ada").judgement().flags()).isEmpty();
    }
}
