package dev.rlhf.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page as a labeler uses it, in Debian's chromium. */
@Tag("browser")
class RankingPageTest {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final String HOSTILE =
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    @TempDir
    Path folder;

    private LabelStore store;
    private LabelServer server;
    private ChromeDriver browser;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(
                CHROMIUM.canExecute() && DRIVER.canExecute(),
                "no /usr/bin/chromium and /usr/bin/chromedriver: apt-get install chromium chromium-driver");
        store = LabelStore.open(folder.resolve("labels"));
        store.publishGuidelines("# Rules\n\n- **True** first " + HOSTILE);
        server = LabelServer.start(store, "127.0.0.1", 0);
        ChromeOptions options = new ChromeOptions()
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1280,900",
                        "--user-data-dir=" + folder.resolve("profile"));
        options.setBinary(CHROMIUM);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (server != null) {
            server.close();
            store.close();
        }
    }

    private WebElement find(String css) {
        return new WebDriverWait(browser, Duration.ofSeconds(20))
                .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    private void waitForText(String css, String text) {
        new WebDriverWait(browser, Duration.ofSeconds(20))
                .until(ExpectedConditions.textToBe(By.cssSelector(css), text));
    }

    private List<String> answers() {
        return browser.findElements(By.cssSelector(".card .text")).stream()
                .map(WebElement::getText)
                .toList();
    }

    private void place(int card, int place) {
        browser.findElements(By.cssSelector(".card"))
                .get(card)
                .findElements(By.cssSelector(".places button"))
                .get(place - 1)
                .click();
    }

    private void press(CharSequence keys) {
        browser.switchTo().activeElement().sendKeys(keys);
    }

    private void join() {
        Invite invite = store.access().invite("Ada", LabelerKind.PERSON, Actor.commandLine());
        browser.get(invite.link(server.address()).toString());
        find("#task");
    }

    /** Ranks in the stored order, from ranks in the order the page showed. */
    private static List<Integer> stored(List<String> shown, Map<Integer, Integer> rankOfCard, RankedTask task) {
        return task.completions().stream()
                .map(completion -> rankOfCard.get(shown.indexOf(completion.text())))
                .toList();
    }

    @Test
    void aTaskIsRankedByClicksAndTheNextByKeysAlone() {
        store.importTasks(Samples.tasks(2, 4), ImportOptions.defaults());
        join();
        List<String> first = answers();
        assertThat(first).containsExactlyInAnyOrder("t0 answer 0", "t0 answer 1", "t0 answer 2", "t0 answer 3");
        assertThat(browser.getPageSource()).doesNotContain("secret-model");
        place(0, 4);
        place(1, 1);
        place(2, 2);
        assertThat(find("#submit").isEnabled()).isFalse();
        place(3, 2);
        assertThat(find("#order").getText()).isEqualTo("B  ›  C = D  ›  A");
        find("#submit").click();
        waitForText("#count", "1 by you · 1 of 2 in all");

        List<String> second = answers();
        // Places go to the first open card in turn; ArrowUp goes back, and the last card is set anew: a tie for second.
        press("3");
        press("1");
        press("2");
        press("4");
        press(Keys.ARROW_UP);
        press(Keys.ARROW_DOWN);
        press("2");
        assertThat(find("#order").getText()).isEqualTo("B  ›  C = D  ›  A");
        press(Keys.ENTER);
        waitForText("#rest-title", "All done. Thank you!");

        List<RankedTask> tasks = store.rankedTasks();
        assertThat(tasks.get(0).rankings().getFirst().ranks())
                .isEqualTo(stored(first, Map.of(0, 4, 1, 1, 2, 2, 3, 2), tasks.get(0)));
        assertThat(tasks.get(1).rankings().getFirst().ranks())
                .isEqualTo(stored(second, Map.of(0, 4, 1, 1, 2, 2, 3, 2), tasks.get(1)));
        Ranking ranking = tasks.get(0).rankings().getFirst();
        assertThat(ranking.labeler()).isEqualTo("Ada");
        assertThat(ranking.kind()).isEqualTo(LabelerKind.PERSON);
        assertThat(ranking.seconds()).isNotNull();
        assertThat(ranking.guideline())
                .isEqualTo(store.guidelines().orElseThrow().version());
    }

    @Test
    void enterAfterAClickSubmits() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        join();
        place(0, 1);
        place(1, 2);
        press(Keys.ENTER);
        waitForText("#rest-title", "All done. Thank you!");
        assertThat(store.rankedTasks()).hasSize(1);
    }

    @Test
    void aReloadKeepsTheSessionTheTaskAndWhatWasPlaced() {
        store.importTasks(Samples.tasks(2, 3), ImportOptions.defaults());
        join();
        List<String> shown = answers();
        place(0, 2);
        place(1, 1);
        browser.navigate().refresh();
        find("#task");
        assertThat(answers()).isEqualTo(shown);
        assertThat(find("#order").getText()).isEqualTo("B  ›  A");
        assertThat(find("#who").getText()).isEqualTo("Ada");
    }

    @Test
    void whenTheServerIsGoneTheRankingIsKeptAndSentOnce() throws Exception {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        join();
        place(0, 1);
        place(1, 1);
        int port = server.port();
        server.close();
        find("#submit").click();
        assertThat(find("#problem").getText()).contains("cannot be reached");
        assertThat(find("#order").getText()).isEqualTo("A = B");
        server = LabelServer.start(store, "127.0.0.1", port);
        find("#submit").click();
        waitForText("#rest-title", "All done. Thank you!");
        assertThat(store.rankedTasks().getFirst().rankings().getFirst().ranks()).containsExactly(1, 1);
    }

    @Test
    void markupFromAnywhereIsShownAsText() {
        store.importTasks(
                List.of(new RankedTask(
                        "x",
                        Prompt.text(HOSTILE),
                        List.of(new Completion("1", HOSTILE, null), new Completion("2", "**not bold**", null)),
                        List.of())),
                ImportOptions.defaults());
        join();
        assertThat(find("#prompt .text").getText()).isEqualTo(HOSTILE);
        assertThat(answers()).containsExactlyInAnyOrder(HOSTILE, "**not bold**");
        assertThat(find("#guidelines-text").getText()).contains("True first " + HOSTILE);
        assertThat(find("#guidelines-text strong").getText()).isEqualTo("True");
        assertThat(browser.findElements(By.cssSelector("main img, aside img, main script, aside script")))
                .isEmpty();
        assertThat(browser.getTitle()).isEqualTo("Rank completions");
    }
}
