package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import dev.rlhf.text.Message;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Actions of a labeler on the page, and their results in the store. */
@BrowserTest
class RankingPageTest extends PageTest {
    private static final String HOSTILE =
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    private void waitForOrder(String order) {
        browser.waitForText("#order", order);
    }

    private void waitUntilDone() {
        browser.waitForText("#rest-title", "All done. Thank you!");
    }

    @Test
    void twoLabelersSignInByTheirLinksAndRankEverythingIndependently() {
        desk.with(
                Samples.tasks(2, 3),
                Change.of()
                        .overlap(2)
                        .scores(true)
                        .flags(List.of("hallucinates"))
                        .build());
        String link = desk.invite("Ada");
        browser.open(URI.create(link));
        browser.click("#start");
        assertThat(browser.find("#gate-text strong").getText()).isEqualTo("True");
        browser.click("#seen");
        browser.find("#task");
        assertThat(browser.script("return location.href"))
                .as("the token is not in the address any more")
                .isEqualTo(desk.address().toString());
        assertThat(browser.text("#who")).isEqualTo("Ada");
        List<String> first = browser.texts(".card .text");
        assertThat(first).containsExactlyInAnyOrder("t0 answer 0", "t0 answer 1", "t0 answer 2");
        assertThat(browser.source()).doesNotContain("secret-model");

        browser.place(1, 3);
        browser.place(2, 1);
        assertThat(browser.find("#submit").isEnabled()).isFalse();
        browser.place(3, 2);
        assertThat(browser.texts(".card .place")).containsExactly("3rd · worst", "1st · best", "2nd");
        browser.click(Browser.card(2) + " .scores button:nth-child(7)");
        browser.click(Browser.card(1) + " .flags-toggle");
        browser.click(Browser.card(1) + " .flags .check");
        browser.click("#extras .check:has(#personal-data)");
        browser.type("#comment", "names a street");
        browser.click("#submit");
        browser.waitForText("#count", "1 of 4 in all");
        assertThat(browser.text("#today")).startsWith("1 today");

        // The other labeler, in the same browser.
        desk.signOut("Ada");
        desk.enter("Grace");
        assertThat(browser.find("#comment").getDomProperty("value")).isEmpty();
        assertThat(browser.texts(".card .place")).containsOnly("not placed");
        browser.press("123", Keys.ENTER);
        browser.waitForText("#count", "2 of 4 in all");
        browser.press("213", Keys.ENTER);
        browser.waitForText("#rest-title", "Nothing to rank right now");

        desk.signOut("Grace");
        desk.enter("Ada");
        browser.press("111", Keys.ENTER);
        waitUntilDone();

        assertThat(desk.ranks(0, "Ada")).isEqualTo(Map.of(first.get(0), 3, first.get(1), 1, first.get(2), 2));
        assertThat(desk.ranks(1, "Ada").values()).containsOnly(1);
        Label ranking = desk.ranking(0, "Ada");
        assertThat(ranking.labelerKind()).isEqualTo(LabelerKind.PERSON);
        assertThat(ranking.judgement().seconds()).isPositive();
        assertThat(ranking.judgement().guideline())
                .isEqualTo(desk.store.guidelines().orElseThrow().version());
        assertThat(ranking.judgement().flags())
                .filteredOn(words -> !words.isEmpty())
                .containsExactly(List.of("hallucinates"));
        assertThat(ranking.judgement().comment()).isEqualTo("names a street");
        assertThat(ranking.judgement().personalData()).isTrue();
        assertThat(desk.store.tasks(null))
                .allSatisfy(task -> assertThat(task.rankings()).hasSize(2));

        browser.open(URI.create("about:blank"));
        browser.open(URI.create(link));
        browser.find("#rest");
        assertThat(browser.text("#who")).as("a used link changes nothing").isEqualTo("Ada");
    }

    @Test
    void aUsedInviteIsRefused() {
        desk.with(Samples.tasks(1, 2));
        String link = desk.invite("Ada");
        browser.open(URI.create(link));
        browser.click("#start");
        browser.find("#gate");
        desk.signOut("Ada");
        browser.open(URI.create("about:blank"));
        browser.open(URI.create(link));
        browser.click("#start");
        browser.find("#locked");
        assertThat(browser.find("#problem").getText()).isNotEmpty();
        // Without the page: the link can also be pasted.
        browser.type("#link", desk.invite("Ada"));
        browser.click("#link-form button");
        browser.find("#gate");
    }

    @Test
    void rankingWorksWithTheKeyboardAlone() {
        desk.with(Samples.tasks(1, 4));
        desk.enter("Ada");
        List<String> shown = browser.texts(".card .text");
        // Places go to the first open answer in turn.
        browser.press("3142");
        waitForOrder("B  ›  D  ›  A  ›  C");
        browser.press(Keys.ARROW_UP);
        waitForOrder("D  ›  B  ›  A  ›  C");
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_DOWN);
        waitForOrder("D  ›  A  ›  B  ›  C");
        assertThat(browser.text("#announce")).isEqualTo("Answer B: place 3 of 4. All placed. Enter submits.");
        browser.press("=");
        waitForOrder("D  ›  A = B  ›  C");
        assertThat(browser.text("#announce")).contains("tied with A");
        browser.press("0");
        waitForOrder("D  ›  A  ›  C");
        assertThat(browser.find("#submit").isEnabled()).isFalse();
        browser.press("uur");
        waitForOrder("D  ›  A = B  ›  C");
        browser.press("?");
        assertThat(browser.find("#keys-list").getText()).contains("Enter");
        browser.press("4", Keys.ESCAPE);
        browser.waitUntilGone("#keys");
        waitForOrder("D  ›  A = B  ›  C");
        browser.press(Keys.ENTER);
        waitUntilDone();
        assertThat(desk.ranks(0, "Ada"))
                .isEqualTo(Map.of(shown.get(3), 1, shown.get(0), 2, shown.get(1), 2, shown.get(2), 4));
    }

    @Test
    void singleKeysCanBeSwitchedOff() {
        desk.with(Samples.tasks(1, 2));
        desk.enter("Ada");
        browser.press("?");
        browser.click("#keys .check");
        browser.press(Keys.ESCAPE);
        browser.waitUntilGone("#keys");
        browser.press("1");
        browser.place(2, 1);
        waitForOrder("B");
    }

    @Test
    void answersAreDraggedOntoPlacesBetweenThemAndAway() {
        desk.with(Samples.tasks(1, 4));
        desk.enter("Ada");
        List<String> shown = browser.texts(".card .text");
        browser.drag(Browser.card(1) + " .grip", ".slot[data-place='2']", 0.5);
        waitForOrder("A");
        browser.drag(Browser.card(2) + " .letter", ".slot[data-place='1']", 0.5);
        browser.drag(".tray .chip[data-index='2']", ".slot[data-place='2']", 0.5);
        waitForOrder("B  ›  A = C");
        browser.drag(".tray .chip[data-index='3']", ".slot[data-place='2']", 0.05);
        waitForOrder("B  ›  D  ›  A = C");
        browser.drag(".slot .chip[data-index='1']", ".tray-box, #strip", 0.01);
        browser.drag(".slot .chip[data-index='2']", ".slot[data-place='4']", 0.5);
        waitForOrder("B  ›  D  ›  A  ›  C");
        browser.click("#submit");
        waitUntilDone();
        assertThat(desk.ranks(0, "Ada"))
                .isEqualTo(Map.of(shown.get(1), 1, shown.get(3), 2, shown.get(0), 3, shown.get(2), 4));
    }

    @Test
    void answersAreDraggedByTouch() {
        desk.with(Samples.tasks(1, 2));
        browser.size(390, 844);
        desk.enter("Ada");
        browser.swipe(".tray .chip[data-index='1']", ".slot[data-place='1']");
        waitForOrder("B");
        browser.swipe(Browser.card(1) + " .grip", ".slot[data-place='2']");
        waitForOrder("B  ›  A");
    }

    @Test
    void onlyTheBestAreRankedIfTheTaskAllowsIt() {
        desk.with(Samples.tasks(1, 5), PageFixture.asking(2, false, false, List.of()));
        desk.enter("Ada");
        assertThat(browser.text("#answers-title")).isEqualTo("5 answers · place the best 2");
        List<String> shown = browser.texts(".card .text");
        browser.place(4, 1);
        browser.place(2, 2);
        browser.place(3, 2);
        assertThat(browser.find("#submit").isEnabled()).as("three are not two").isFalse();
        browser.place(3, 2);
        browser.click("#submit");
        waitUntilDone();
        Map<String, Integer> ranks = desk.ranks(0, "Ada");
        assertThat(ranks).containsEntry(shown.get(3), 1).containsEntry(shown.get(1), 2);
        assertThat(ranks.values()).containsExactlyInAnyOrder(1, 2, 3, 3, 3);
    }

    @Test
    void twoAnswersAreComparedOnAScale() {
        desk.with(Samples.tasks(2, 2), PageFixture.asking(null, true, false, List.of()));
        desk.enter("Ada");
        List<String> first = browser.texts(".card .text");
        browser.click(".steps label[data-strength='2']");
        assertThat(browser.find(".verdict").getText()).isEqualTo("B is better");
        assertThat(browser.texts(".card .place")).containsExactly("worse", "better");
        browser.click("#submit");
        browser.waitForText("#count", "1 of 2 in all");
        browser.press("4");
        browser.waitForText(".verdict", "About the same");
        browser.press(Keys.ENTER);
        waitUntilDone();
        assertThat(desk.ranks(0, "Ada")).isEqualTo(Map.of(first.get(0), 2, first.get(1), 1));
        assertThat(desk.ranks(1, "Ada").values()).containsOnly(1);
        assertThat(desk.ranking(0, "Ada").judgement().strength()).isIn(-2, 2);
    }

    @Test
    void aTaskIsSkippedWithAReasonOrCannotBeJudged() {
        desk.with(Samples.tasks(3, 2));
        desk.enter("Ada");
        browser.press("s");
        browser.click("#why-send");
        assertThat(browser.find("#why").isDisplayed()).as("a skip has a reason").isTrue();
        browser.click("#why .check:has([value='broken'])");
        browser.type("#why-words", "ends in mid-");
        browser.click("#why-send");
        browser.waitForText("#prompt", "Question t1?");
        browser.click("#cannot");
        browser.click("#why-send");
        browser.waitForText("#prompt", "Question t2?");

        List<LabelHistory.Entry> labels =
                desk.store.labelerService().history(ada(), null, 10).labels();
        assertThat(labels).extracting(LabelHistory.Entry::kind).containsExactly(LabelKind.CANNOT_JUDGE, LabelKind.SKIP);
        assertThat(desk.store
                        .labelerService()
                        .revisions(ada(), labels.getLast().task())
                        .getFirst()
                        .judgement()
                        .reason())
                .isEqualTo("broken: ends in mid-");
        assertThat(desk.store.rankedTasks(null)).isEmpty();
    }

    private Labeler ada() {
        return TestLabelers.person(desk.store, "Ada");
    }

    @Test
    void aLabelIsChangedFromTheHistoryAndByGoingBack() {
        desk.with(Samples.tasks(3, 2));
        desk.enter("Ada");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#count", "1 of 3 in all");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#count", "2 of 3 in all");
        String current = browser.text("#prompt");

        browser.press("b");
        browser.waitForText("#prompt", "Question t1?");
        browser.press("b");
        browser.waitForText("#prompt", "Question t0?");
        assertThat(browser.find("#editing").getText()).contains("You labelled this on");
        waitForOrder("A  ›  B");
        browser.place(2, 1);
        browser.press(Keys.ENTER);
        browser.waitForText("#prompt", current);
        assertThat(desk.ranking(0, "Ada").ranks()).containsExactly(1, 1);

        browser.press("h");
        browser.find("#labels strong");
        assertThat(browser.texts("#labels strong")).containsExactly("A = B", "A › B");
        browser.click("#labels li:first-child .quiet");
        browser.find("#revisions-list strong");
        assertThat(browser.texts("#revisions-list strong")).containsExactly("A › B", "A = B");
        browser.press(Keys.ESCAPE);
        browser.click("#labels li:last-child button");
        browser.waitForText("#prompt", "Question t1?");
        browser.click("#return");
        browser.waitForText("#prompt", current);
    }

    @Test
    void changedGuidelinesAreReadBeforeTheNextLabel() {
        desk.with(Samples.tasks(1, 2));
        desk.enter("Ada");
        browser.press("12");
        String version = desk.store.publishGuidelines("# Rules\n\nShort first").version();
        browser.press(Keys.ENTER);
        assertThat(browser.find("#gate-text").getText()).contains("Short first");
        assertThat(desk.store.rankedTasks(null)).isEmpty();
        browser.click("#seen");
        browser.find("#task");
        waitForOrder("A  ›  B");
        browser.click("#submit");
        waitUntilDone();
        assertThat(desk.ranking(0, "Ada").judgement().guideline()).isEqualTo(version);
    }

    @Test
    void theLabelersOwnTimeIsInTheHistory() {
        desk.with(Samples.tasks(2, 2));
        desk.enter("Ada");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#count", "1 of 2 in all");
        browser.click("#to-history");
        browser.click("#time summary");
        browser.find("#days tr");
        assertThat(browser.texts("#days td")).first().isEqualTo("1");
        assertThat(browser.text("#days td:last-child")).endsWith(" s");
        assertThat(browser.accessibilityProblems("#history")).isEmpty();
        browser.click("#to-task");
        browser.find("#task");
    }

    @Test
    void aDoubleClickIsOneLabel() {
        desk.with(Samples.tasks(2, 2));
        desk.enter("Ada");
        browser.press("12");
        browser.find("#submit:enabled");
        browser.script("const b = document.getElementById('submit'); b.click(); b.click(); b.click()");
        browser.waitForText("#count", "1 of 2 in all");
        assertThat(desk.store.labelerService().history(ada(), null, 10).labels())
                .singleElement()
                .satisfies(label -> assertThat(label.revision()).isEqualTo(1));
    }

    @Test
    void answersAreReadAsWrittenComparedInOrderAndInFull() {
        String poem = "line\n".repeat(60);
        desk.with(List.of(new RankedTask(
                "p",
                Prompt.text("A *poem*?"),
                List.of(
                        new Completion("1", "The **red** fox", null),
                        new Completion("2", "The **blue** fox", null),
                        new Completion("3", poem, null)),
                List.of())));
        desk.enter("Ada");
        int one = 1 + browser.texts(".card .text").indexOf("The red fox");
        int two = 1 + browser.texts(".card .text").indexOf("The blue fox");
        int three = 6 - one - two;
        assertThat(browser.texts("#prompt em")).containsExactly("poem");
        browser.press("p");
        assertThat(browser.find(Browser.card(one) + " .text").getText()).isEqualTo("The **red** fox");
        browser.press("p");
        assertThat(browser.find(Browser.card(three)).getDomAttribute("class")).contains("cut");
        browser.click(Browser.card(three) + " .more");
        assertThat(browser.find(Browser.card(three)).getDomAttribute("class")).doesNotContain("cut");

        browser.click("[data-view='differences']");
        browser.script(
                "const s = document.getElementById('compare-with'); s.value = arguments[0]; s.dispatchEvent(new "
                        + "Event('change'))",
                String.valueOf(one - 1));
        assertThat(browser.texts(Browser.card(two) + " del")).containsExactly("red");
        assertThat(browser.texts(Browser.card(two) + " ins")).containsExactly("blue");
        browser.press("d");
        assertThat(browser.all("ins, del")).isEmpty();

        browser.place(three, 1);
        browser.place(two, 2);
        browser.place(one, 3);
        browser.press("o");
        assertThat(browser.texts(".card .place")).containsExactly("1st · best", "2nd", "3rd · worst");
    }

    @Test
    void markupFromAnywhereIsShownAsText() {
        String markdown = HOSTILE + "\n\n# " + HOSTILE + "\n\n- " + HOSTILE + "\n\n`" + HOSTILE + "`\n\n|" + HOSTILE
                + "|b|\n|-|-|\n|c|d|\n\n[link](javascript:document.title='owned') ![image](x)";
        desk.store.publishGuidelines("# Rules " + HOSTILE + "\n\n" + markdown);
        desk.with(List.of(new RankedTask(
                "x",
                new Prompt(
                        List.of(
                                new Message("system", HOSTILE),
                                new Message("user", markdown),
                                new Message("user", HOSTILE)),
                        false),
                List.of(new Completion("1", markdown, null), new Completion("2", HOSTILE, null)),
                List.of())));
        browser.open(URI.create(desk.invite("<b>Eve</b>" + "'\"><img src=x>")));
        browser.click("#start");
        assertThat(browser.find("#gate-text").getText()).contains(HOSTILE);
        browser.click("#seen");
        browser.find("#task");
        assertThat(browser.text("#who")).isEqualTo("<b>Eve</b>'\"><img src=x>");
        assertThat(browser.texts("#prompt .text").getFirst()).isEqualTo(HOSTILE);
        assertThat(browser.texts(".card .text")).anyMatch(text -> text.equals(HOSTILE));
        browser.press("12");
        browser.press("dp", Keys.ENTER);
        waitUntilDone();
        browser.press("h");
        assertThat(browser.find("#labels .excerpt").getText()).contains("<script>");
        assertThat(browser.all("main img, aside img, nav img, main script, aside script, main a, aside a"))
                .isEmpty();
        assertThat(browser.title()).isEqualTo("Rank completions");
    }

    @Test
    void thePageIsTranslatedToGerman() {
        desk.with(Samples.tasks(1, 2));
        desk.enter("Ada");
        browser.click("#to-menu");
        browser.script(
                "const s = document.getElementById('language'); s.value = 'de'; s.dispatchEvent(new Event('change'))");
        browser.waitForText("#submit", "Abgeben");
        browser.find("#task");
        assertThat(browser.title()).isEqualTo("Antworten ordnen");
        assertThat(browser.script("return document.documentElement.lang")).isEqualTo("de");
        browser.press("21");
        browser.waitForText("#announce", "Antwort B: Platz 1 von 2. Alles geordnet. Enter gibt ab.");
    }
}
