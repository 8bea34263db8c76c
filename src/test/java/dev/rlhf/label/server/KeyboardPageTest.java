package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.store.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Ranking without a mouse, on keyboards of several layouts. */
@BrowserTest
class KeyboardPageTest extends PageTest {
    @Test
    void keysOfOtherLayoutsCountByTheirPlace() {
        desk.with(Samples.tasks(1, 3)).enter("Ada");
        browser.key("٢", "Digit2", false); // Arabic
        browser.waitForText("#order", "A");
        browser.key("&", "Digit1", false); // AZERTY, without Shift
        browser.waitForText("#order", "B  ›  A");
        browser.key("г", "KeyU", false); // Cyrillic
        browser.waitForText("#order", "A");
        browser.key("1", "Digit1", true); // AZERTY, with Shift
        browser.waitForText("#order", "C  ›  A");
        browser.key("١", "", false); // a keyboard on the screen, which names no place
        browser.waitForText("#order", "B = C  ›  A");
        browser.key("U", "KeyU", true);
        browser.waitForText("#order", "C  ›  A");
    }

    @Test
    void aTieMovesOnToTheNextAnswer() {
        desk.with(Samples.tasks(1, 4)).enter("Ada");
        browser.press("1=34");
        browser.waitForText("#order", "A = B  ›  C  ›  D");
        browser.press(Keys.ENTER);
        browser.waitForText("#rest-title", "All done. Thank you!");
    }

    @Test
    void enterSaysWhatIsMissing() {
        desk.with(Samples.tasks(1, 4)).enter("Ada");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#notice", "Not placed yet: C and D.");
        assertThat(browser.script("return document.activeElement.dataset.index"))
                .isEqualTo("2");
        browser.press("3");
        assertThat(browser.visible("#notice")).isFalse();
        browser.press("4", Keys.ENTER);
        browser.waitForText("#rest-title", "All done. Thank you!");
    }

    @Test
    void shiftAndADigitIsAScore() {
        desk.with(Samples.tasks(1, 2), PageFixture.asking(null, false, true, List.of()))
                .enter("Ada");
        browser.key("%", "Digit5", true);
        browser.press("1");
        browser.key("/", "Digit7", true); // German
        browser.press("2", Keys.ENTER);
        browser.waitForText("#rest-title", "All done. Thank you!");
        assertThat(desk.ranking(0, "Ada").judgement().scores()).containsExactlyInAnyOrder(5, 7);
    }

    @Test
    void anAnswerIsAtMostThreeTabStopsAndArrowsMoveInside() {
        desk.with(Samples.tasks(1, 4), PageFixture.asking(null, false, true, List.of("harmful", "sexual")))
                .enter("Ada");
        browser.press(Keys.ARROW_RIGHT);
        browser.press(Keys.TAB);
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        browser.press(" ");
        browser.waitForText("#order", "A");
        assertThat(browser.find(".slot[data-place='3'] .chip").getText()).isEqualTo("A");
        browser.press(Keys.SHIFT, Keys.TAB, Keys.SHIFT);
        int stops = 0;
        do {
            browser.press(Keys.TAB);
            stops++;
        } while ("0".equals(browser.script("return document.activeElement.closest('.card')?.dataset.index")));
        assertThat(stops).isLessThanOrEqualTo(3);
        browser.script("document.querySelector('.tray .chip').focus()");
        browser.press(Keys.TAB);
        assertThat(browser.script("return document.activeElement.closest('#strip')"))
                .as("all chips are one stop")
                .isNull();
    }

    @Test
    void keysAreChangedAndRemembered() {
        desk.with(Samples.tasks(1, 2)).enter("Ada");
        browser.press("?");
        browser.click("#keys [data-action='undo']");
        browser.press("R");
        assertThat(browser.text("#keys [data-action='undo']")).isEqualTo("R");
        assertThat(browser.text("#keys [data-action='redo']")).as("they swap").isEqualTo("U");
        browser.press(Keys.ESCAPE);
        browser.waitUntilGone("#keys");
        browser.reload();
        browser.find("#task");
        browser.press("12");
        browser.waitForText("#order", "A  ›  B");
        browser.press("r");
        browser.waitForText("#order", "A");
        browser.press("u");
        browser.waitForText("#order", "A  ›  B");
        browser.press("?");
        browser.click("#keys-reset");
        assertThat(browser.text("#keys [data-action='undo']")).isEqualTo("U");
    }
}
