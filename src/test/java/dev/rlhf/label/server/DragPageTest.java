package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.store.Samples;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dragging with events that a mouse or a finger really sends: few moves, lost releases, replaced elements. */
@BrowserTest
class DragPageTest extends PageTest {
    private static final String CHIP = ".chip[data-index='0']";

    @BeforeEach
    void open() {
        desk.with(Samples.tasks(1, 3)).enter("Ada");
    }

    private void noGhostAndKeysWork() {
        browser.waitUntilGone(".ghost");
        assertThat(browser.all("body.dragging, .onto, .before, .after")).isEmpty();
        browser.click(Browser.card(1) + " .letter");
        browser.press("0");
        browser.waitUntilGone(".slot .chip[data-index='0']");
        browser.press("3");
        browser.find(".slot[data-place='3'] .chip[data-index='0']");
    }

    @Test
    void aFlickFromTheEdgeOfAChipDropsIt() {
        browser.flick(CHIP, ".slot[data-place='2']");
        browser.waitForText("#order", "A");
        browser.flick(".chip[data-index='1']", ".slot[data-place='1']");
        browser.waitForText("#order", "B  ›  A");
        browser.flick(Browser.card(3) + " .grip", ".slot[data-place='2']");
        browser.waitForText("#order", "B  ›  A = C");
        noGhostAndKeysWork();
    }

    @Test
    void aDragEndsWhenNoButtonIsHeldAnyMore() {
        browser.hold(CHIP);
        browser.hover(".slot[data-place='2']", true);
        browser.find(".ghost");
        browser.hover(".slot[data-place='3']", false);
        browser.waitUntilGone(".ghost");
        assertThat(browser.text("#order")).isEqualTo("–");
        noGhostAndKeysWork();
    }

    @Test
    void aDragEndsWhenItsChipIsReplaced() {
        browser.hold(CHIP);
        browser.press("1"); // paints the strip again
        browser.waitForText("#order", "A");
        browser.hover(".slot[data-place='3']", true);
        noGhostAndKeysWork();
    }

    @Test
    void aClickOnAChipIsNoDrag() {
        browser.click(CHIP);
        browser.press("2");
        browser.waitForText("#order", "A");
        noGhostAndKeysWork();
    }

    @Test
    void aFingerFlicksAndACancelledTouchLeavesNothing() {
        browser.size(390, 844);
        browser.touch("touchStart", CHIP, 0);
        browser.touch("touchMove", ".slot[data-place='3']", 0);
        browser.touch("touchEnd", List.of());
        browser.waitForText("#order", "A");
        browser.touch("touchStart", ".chip[data-index='1']", 0);
        browser.touch("touchMove", ".slot[data-place='1']", 0);
        browser.find(".ghost");
        browser.touch("touchCancel", List.of());
        browser.waitUntilGone(".ghost");
        assertThat(browser.text("#order")).isEqualTo("A");
        noGhostAndKeysWork();
    }
}
