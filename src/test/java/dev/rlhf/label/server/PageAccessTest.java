package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import dev.rlhf.text.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * Every page and state passes axe-core (WCAG 2.2 A and AA), wide in light and narrow in dark. With
 * {@code -Drlhf.screenshots=FOLDER} it also takes the pictures of docs/images/labelling ({@link Screenshots}).
 */
@BrowserTest
class PageAccessTest {
    private static final String CODE = """
            Use slicing:

            ```python
            values = [1, 2, 3]
            print(values[::-1])  # [3, 2, 1]; the list itself stays as it is, and this line is a long one
            ```

            It makes a **copy**; `values.reverse()` works in place.""";
    private static final String TABLE = """
            | way | new list |
            |---|---|
            | `reversed(values)` | no, an iterator |
            | `values[::-1]` | yes |

            So: `list(reversed(values))`.""";

    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();
    private Browser browser;
    private PageFixture desk;

    @BeforeEach
    void open(Browser browser) throws Exception {
        this.browser = browser;
        desk = PageFixture.open(folder, browser);
        desk.store.publishGuidelines(new String(
                PageFixture.class
                        .getResourceAsStream("/dev/rlhf/label/server/guidelines.md")
                        .readAllBytes(),
                StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private void check(String state) {
        look(state + ", wide and light");
        browser.size(390, 844);
        browser.dark(true);
        look(state + ", narrow and dark");
        browser.size(1440, 900);
        browser.dark(false);
        Screenshots.everywhere(browser, state);
    }

    private void look(String state) {
        // What lies over the page hides the rest of it; what the bar at the bottom hides can be scrolled.
        browser.script("document.getElementById('footer').style.position = 'static'");
        browser.accessibilityProblems(browser.visible("#menu") ? "#menu" : "html")
                .forEach(problem -> problems.add(state + ": " + problem));
        browser.script("document.getElementById('footer').style.position = ''");
        Object wide = browser.script("return document.documentElement.scrollWidth - innerWidth");
        if (((Number) wide).intValue() > 0) {
            problems.add(state + ": scrolls sideways by " + wide);
        }
    }

    private static RankedTask conversation() {
        return new RankedTask(
                "python",
                new Prompt(
                        List.of(
                                new Message("system", "You are a careful assistant."),
                                new Message("user", "How do I reverse a list in Python?"),
                                new Message("assistant", "Do you want a new list, or to change it in place?"),
                                new Message("user", "A new one, please. And explain it in one sentence.")),
                        false),
                List.of(
                        new Completion("1", CODE, null),
                        new Completion("2", TABLE, null),
                        new Completion("3", "I don't know.", null),
                        new Completion(
                                "4", "# Reversing\n\n" + "1. One more way to do it, in some words\n".repeat(30), null)),
                List.of());
    }

    private static RankedTask moons() {
        return new RankedTask(
                "moons",
                Prompt.text("Which is the largest moon of Saturn?"),
                List.of(
                        new Completion(
                                "1",
                                "Titan is the largest moon of Saturn, and the second largest in the Solar System.",
                                null),
                        new Completion(
                                "2",
                                "The largest moon of Saturn is Ganymede, which is the largest in the Solar System.",
                                null)),
                List.of());
    }

    @Test
    void signInAndTaskAreAccessible() {
        desk.with(List.of(conversation(), moons()), PageFixture.asking(null, true, true, BatchSettings.DEFAULT_FLAGS));
        browser.open(desk.address());
        browser.find("#locked");
        check("locked");
        browser.open(URI.create(desk.invite("Ada Example")));
        browser.find("#welcome");
        check("welcome");
        browser.click("#start");
        browser.find("#gate");
        check("guidelines");
        browser.click("#seen");
        browser.find("#task");
        check("task");
        browser.press("214");
        browser.click(Browser.card(1) + " .flags-toggle");
        browser.click(Browser.card(1) + " .flags .check");
        browser.click(Browser.card(1) + " .scores button:nth-child(6)");
        browser.script("scrollTo(0, 420)");
        check("ranked");
        browser.press("d");
        check("differences");
        browser.press("d?");
        browser.find("#keys");
        check("keys");
        browser.press(Keys.ESCAPE);
        browser.press("s");
        browser.find("#why");
        check("skip");
        browser.press(Keys.ESCAPE);
        browser.press("x");
        browser.find("#why");
        check("cannot-judge");
        browser.press(Keys.ESCAPE);
        browser.click("#to-menu");
        check("menu");
        browser.press(Keys.ESCAPE);
        browser.place(4, 3);
        browser.click("#submit");
        browser.find(".steps");
        browser.press("2");
        check("two");
        assertThat(problems).isEmpty();
    }

    @Test
    void laterStatesAndErrorsAreAccessible() {
        desk.with(
                List.of(Samples.task("rivers", 9), conversation(), moons()),
                PageFixture.asking(3, false, false, List.of()));
        desk.enter("Ada Example");
        browser.press("123");
        check("best-three");
        browser.press(Keys.ENTER);
        browser.waitForText("#count", "1 of 3 in all");
        browser.press("b");
        browser.find("#editing");
        browser.place(3, 3);
        browser.place(9, 3);
        check("editing");
        browser.click("#submit");
        browser.waitUntilGone("#editing");
        browser.press("h");
        browser.find("#labels li");
        check("history");
        browser.click("#labels .quiet");
        check("versions");
        browser.press(Keys.ESCAPE);
        browser.waitUntilGone("#revisions");
        browser.click("#to-task");
        browser.find("#task");
        browser.press("1");
        browser.waitForText("#saved", "Saved");
        Labeler ada = TestLabelers.person(desk.store, "Ada Example");
        GivenTask task =
                desk.store.labelerService().next(ada, ServerOptions.LEASE).orElseThrow();
        desk.store
                .labelerService()
                .saveDraft(ada, task.shown().id(), task.draft().version(), "{\"places\": [2, 1, null, null]}");
        browser.press("2");
        browser.find("#conflict");
        check("two-tabs");
        browser.click("#take-there");
        browser.offline(true);
        browser.press("3");
        browser.press(Keys.ENTER);
        browser.find("#problem");
        check("offline");
        browser.offline(false);
        browser.script("dispatchEvent(new Event('online'))");
        browser.waitForText("#count", "2 of 3 in all");
        desk.signOut("Ada Example");
        browser.press("1");
        browser.find("#expired");
        check("signed-out");
        browser.type("#new-link", desk.invite("Ada Example"));
        browser.press(Keys.ENTER);
        browser.waitUntilGone("#expired");
        browser.press("2", Keys.ENTER);
        browser.find("#rest");
        check("done");
        assertThat(problems).isEmpty();
    }

    @Test
    void theFocusedElementIsNeverBehindTheBottomBar() {
        desk.with(
                List.of(Samples.task("rivers", 9)), PageFixture.asking(null, false, true, BatchSettings.DEFAULT_FLAGS));
        browser.size(390, 844);
        desk.enter("Ada");
        for (int tab = 0; tab < 60; tab++) {
            browser.press(Keys.TAB);
            assertThat(browser.script("""
                            const at = document.activeElement, box = at.getBoundingClientRect();
                            const bar = document.getElementById('footer').getBoundingClientRect();
                            return at === document.body || at.closest('#footer') !== null || box.top < bar.top - 20
                                ? 'seen' : at.outerHTML.slice(0, 200)""")).isEqualTo("seen");
        }
    }

    @Test
    void coloursAreMeasuredAfterTransitions() {
        browser.open(desk.address());
        browser.find("#locked");
        browser.script("""
                const text = document.querySelector('#locked p');
                text.style.color = 'white';
                getComputedStyle(text).color;
                text.style.transition = 'color 600s';
                text.style.color = 'black';
                """);
        assertThat(browser.accessibilityProblems("#locked")).isEmpty();
    }
}
