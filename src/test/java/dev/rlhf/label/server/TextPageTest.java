package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** Texts are shown as they were written: right-to-left scripts, formulas, tables, blanks. */
@BrowserTest
class TextPageTest extends PageTest {
    private void show(String prompt, String... answers) {
        List<Completion> completions = IntStream.range(0, answers.length)
                .mapToObj(i -> new Completion("c" + i, answers[i], null))
                .toList();
        desk.with(List.of(new RankedTask("x", Prompt.text(prompt), completions, List.of())));
        desk.enter("Ada");
    }

    private String card(String text) {
        return Browser.card(1
                + browser.texts(".card .text").stream()
                        .map(shown -> shown.contains(text))
                        .toList()
                        .indexOf(true));
    }

    @Test
    void everyBlockHasTheDirectionOfItsText() {
        show(
                "ما هو أكبر قمر لكوكب زحل؟",
                "أكبر أقمار زحل هو **تيتان**.\n\n- قطره 5150 كم\n- له غلاف جوي\n\nTitan is its name in English.",
                "הירח הגדול ביותר הוא טיטאן.\n\n| שם | קוטר |\n|---|---|\n| טיטאן | 5150 |",
                "Titan, in English.");
        assertThat(browser.script("return document.querySelector('#prompt p').matches(':dir(rtl)')"))
                .isEqualTo(true);
        assertThat(browser.script("return getComputedStyle(document.querySelector('#prompt .turn')).direction"))
                .isEqualTo("rtl");
        assertThat(browser.script("return document.querySelectorAll('.card :is(p, ul, table):dir(rtl)').length"))
                .isEqualTo(4L);
        assertThat(browser.texts(".card p:dir(ltr)"))
                .containsExactlyInAnyOrder("Titan is its name in English.", "Titan, in English.");
        assertThat(browser.script("""
                        const item = document.querySelector('.card li');
                        const range = document.createRange();
                        range.selectNodeContents(item);
                        return item.getBoundingClientRect().right - range.getBoundingClientRect().right < 2""")).as("starts at the right").isEqualTo(true);
        browser.type("#comment", "جيد");
        assertThat(browser.script("return document.getElementById('comment').matches(':dir(rtl)')"))
                .isEqualTo(true);
        browser.press("p");
        Screenshots.asItIs(browser, "arabic");
    }

    @Test
    void formulasAreDrawnAndRawTextIsAsWritten() {
        String text = "For \\(a \\ne 0\\) and $b$:\n\n\\[\nx = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}\n\\]\n\n"
                + "$$\\int_0^1 x\\,dx = \\tfrac12$$\n\n"
                + "\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}\n\nIt costs $5.";
        show("What is $x$?", text, "Bad: \\(\\frac{\\) and \\[\\href{https://x.org}{y}\\]", "Plain \\{x\\} \\& y");
        browser.find("#prompt math");
        String drawn = card("It costs");
        assertThat(browser.all(drawn + " math")).hasSize(5);
        assertThat(browser.all(drawn + " .math.display math")).hasSize(3);
        assertThat(browser.find(drawn + " .text").getText()).endsWith("It costs $5.");
        String bad = card("Bad:");
        assertThat(browser.find(bad + " .text").getText()).contains("\\(\\frac{\\)");
        assertThat(browser.all("main a")).as("a formula makes no link").isEmpty();
        assertThat(browser.find(card("Plain") + " .text").getText()).isEqualTo("Plain \\{x\\} \\& y");
        Screenshots.asItIs(browser, "formulas");
        browser.click(drawn + " .raw");
        assertThat(browser.text(drawn + " .text")).isEqualTo(text);
        assertThat(browser.all("#prompt math")).as("only this answer").hasSize(1);
    }

    @Test
    void wordsInTablesStayWholeAndBlankAnswersSaySo() {
        String row = "| Extraordinary | Characteristics | Responsibilities | Telecommunication | Misunderstanding |\n";
        show("Tables?", row + "|---|:-:|--:|---|---|\n" + row, " \n\t\n", "", "\u200b\u2060\0 \u202e");
        browser.size(820, 1180);
        List<WebElement> cells = browser.all(card("Extraordinary") + " td");
        assertThat(cells)
                .hasSize(5)
                .allSatisfy(cell -> assertThat(cell.getSize().getHeight()).isLessThan(45));
        assertThat(browser.script(
                        "const t = document.querySelector('.card .table'); return t.scrollWidth > t.clientWidth"
                                + " && t.tabIndex === 0"))
                .isEqualTo(true);
        assertThat(browser.texts(".card .text"))
                .contains("(empty answer)")
                .filteredOn(text -> text.equals("(only blanks and invisible characters)"))
                .hasSize(2);
        Screenshots.asItIs(browser, "table");
    }

    @Test
    void differencesInBlanksAloneAreMarkedAndShownBySigns() {
        show("q", "if x:\n  return 1", "if x:\n    return 1", "if x:\n\n\u00a0\treturn\u200b 1", "other");
        assertThat(browser.texts(".twin")).hasSize(2).allMatch(mark -> mark.matches("differs from . only in blanks"));
        List<String> cards = browser.texts(".card");
        String first = cards.stream()
                .filter(card -> card.contains("if x") && !card.contains("only in blanks"))
                .findFirst()
                .orElseThrow();
        browser.click(Browser.card(1 + cards.indexOf(first)) + " .text");
        browser.press("d");
        assertThat(browser.texts(".card del, .card ins"))
                .anyMatch(text -> text.contains("····"))
                .anyMatch(text -> text.contains("↵↵⍽→"));
        assertThat(browser.texts(".card :is(del, ins) .blanks")).contains("U+200B");
    }

    @Test
    void linksInGuidelinesAreLiveAndInAnswersAreNot() {
        desk.store.publishGuidelines("Read [the paper](https://arxiv.org/abs/2203.02155), https://example.org/a_b.");
        desk.with(List.of(new RankedTask(
                "x",
                Prompt.text("[a](https://example.org)"),
                List.of(new Completion("1", "https://example.org", null), new Completion("2", "b", null)),
                List.of())));
        browser.open(URI.create(desk.invite("Ada")));
        browser.click("#start");
        browser.find("#gate-text a");
        assertThat(browser.all("#gate-text a"))
                .extracting(link -> link.getDomAttribute("href") + " " + link.getDomAttribute("rel"))
                .containsExactly(
                        "https://arxiv.org/abs/2203.02155 noopener noreferrer",
                        "https://example.org/a_b noopener noreferrer");
        browser.click("#seen");
        browser.find("#task");
        assertThat(browser.all("#task a")).isEmpty();
        assertThat(browser.find("#prompt .text").getText()).isEqualTo("[a](https://example.org)");
    }
}
