package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.store.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Verdicts on one answer, and better answers that labelers write. */
@BrowserTest
class JudgingPageTest extends PageTest {
    private void judging() {
        desk.store.importJudging(
                List.of(
                        new JudgingTask("a", "Capital of France?", List.of("Paris", "Lutetia"), "**Lyon**."),
                        new JudgingTask("b", "Who was there?", List.of(), "I don't know."),
                        new JudgingTask("c", "Two and two?", List.of("4"), "Four.")),
                new ImportOptions("judged", 1),
                Actor.commandLine());
        desk.enter("Ada");
    }

    private Map<String, Verdict> verdicts(int task) {
        return desk.store
                .labelerService()
                .exportVerdicts(ExportFilter.all("judged"), false, Actor.commandLine())
                .tasks()
                .get(task)
                .verdicts();
    }

    @Test
    void verdictsAreGivenWithoutAMouse() {
        judging();
        assertThat(browser.texts("#references li")).containsExactly("Paris", "Lutetia");
        assertThat(browser.text("#answers-title")).isEqualToIgnoringCase("Answer to judge");
        assertThat(browser.visible("#strip")).isFalse();
        assertThat(browser.visible("#all-bad")).isFalse();
        browser.press(Keys.ENTER);
        browser.waitForText("#notice", "Choose a verdict first: 1 right, 2 wrong, 3 refused.");
        browser.press("1");
        browser.waitForText("#order", "Right");
        browser.press("2");
        browser.waitForText("#order", "Wrong");
        browser.press("u");
        browser.waitForText("#order", "Right");
        browser.press("2", Keys.ENTER);
        browser.waitForText("#references li", "Nobody can know the answer.");
        browser.press("3", Keys.ENTER);
        browser.waitForText("#references li", "4");
        assertThat(verdicts(0)).isEqualTo(Map.of("Ada", Verdict.WRONG));
        assertThat(verdicts(1)).isEqualTo(Map.of("Ada", Verdict.REFUSED));
    }

    @Test
    void verdictsAreGivenWithAMouseChangedAndListed() {
        judging();
        browser.click("label[for='verdict-correct']");
        browser.waitForText("#order", "Right");
        browser.reload();
        browser.waitForText("#order", "Right");
        browser.click("#submit");
        browser.waitForText("#references li", "Nobody can know the answer.");
        browser.click("#to-history");
        browser.waitForText("#labels .facts strong", "Right");
        browser.click("#labels button");
        browser.waitForText("#order", "Right");
        browser.click("label[for='verdict-wrong']");
        browser.press(Keys.ENTER);
        browser.waitForText("#references li", "Nobody can know the answer.");
        assertThat(verdicts(0)).isEqualTo(Map.of("Ada", Verdict.WRONG));
        assertThat(browser.accessibilityProblems("html")).isEmpty();
    }

    @Test
    void aBetterAnswerIsWrittenKeptAndSent() {
        desk.with(Samples.tasks(2, 2), Change.of().demonstrations(true).build()).enter("Ada");
        browser.press("w");
        browser.press("Better, 1 2 3.");
        browser.waitForText("#saved", "Saved");
        browser.reload();
        browser.find("#task");
        assertThat(browser.script("return document.querySelector('#demonstration').value"))
                .isEqualTo("Better, 1 2 3.");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.ranking(0, "Ada").judgement().demonstration()).isEqualTo("Better, 1 2 3.");
        assertThat(browser.script("return document.querySelector('#demonstration').value"))
                .isEqualTo("");
        assertThat(browser.accessibilityProblems("html")).isEmpty();
    }

    @Test
    void theFieldIsAbsentUnlessTheBatchAsksForIt() {
        desk.with(Samples.tasks(1, 2)).enter("Ada");
        assertThat(browser.visible("#demonstration")).isFalse();
    }

    @Test
    void adminsReadVerdictsAndBetterAnswers() {
        judging();
        browser.press("2", Keys.ENTER);
        browser.waitForText("#references li", "Nobody can know the answer.");
        desk.withAdmin();
        browser.click("#to-menu");
        browser.click("#sign-out");
        browser.find("#link-form"); // leaving the page earlier would cancel the request
        desk.enterAsAdmin();
        browser.find("#verdicts-title");
        browser.waitForText(
                "#verdicts-title + p", "0 right · 1 wrong · 0 refused · two labelers of a task agree: – (0 tasks)");
        assertThat(browser.texts(".batch .badge")).contains("judging");
        browser.click("#nav a[href='#labels']");
        browser.click("[data-label]");
        browser.find(".label-card h3");
        assertThat(browser.text(".label-card h3")).isEqualTo("Ada");
        assertThat(browser.text(".label-card .hint")).startsWith("Wrong");
        assertThat(browser.text(".panel.task")).contains("Lyon", "Paris");
        assertThat(browser.accessibilityProblems("html")).isEmpty();
    }

    @Test
    void theLongestBetterAnswerIsSavedInEveryScript() {
        desk.with(Samples.tasks(1, 2), Change.of().demonstrations(true).build()).enter("Ada");
        browser.script("""
                const field = document.getElementById('demonstration');
                field.value = 'ب'.repeat(16000);
                field.dispatchEvent(new Event('input', { bubbles: true }));
                document.getElementById('prompt-title').focus();""");
        browser.waitForText("#saved", "Saved");
        // Also with the label that was refused.
        browser.script(ServerAnswersTest.ANSWER, "POST", "/label", 400, "{\"error\":\"no\",\"code\":\"invalid\"}");
        browser.press("12", Keys.ENTER);
        browser.find("#problem");
        browser.waitForText("#saved", "Saved");
        browser.press(Keys.ENTER);
        browser.waitForText("#rest-title", "All done. Thank you!");
        assertThat(desk.ranking(0, "Ada").judgement().demonstration()).hasSize(16000);
    }
}
