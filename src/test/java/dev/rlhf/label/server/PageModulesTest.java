package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's modules without user interface: places, differences, Markdown, words. */
@BrowserTest
class PageModulesTest {
    @TempDir
    Path folder;

    private Browser browser;
    private PageFixture desk;

    @BeforeEach
    void open(Browser browser) throws Exception {
        this.browser = browser;
        desk = PageFixture.open(folder, browser);
        browser.open(desk.address());
        browser.find("#locked");
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private String places(String expression) {
        return String.valueOf(browser.module("/places.js", "JSON.stringify(" + expression + ")"));
    }

    private String markdown(String text) {
        return String.valueOf(browser.module(
                "/markdown.js",
                "(() => { const box = document.createElement('div'); box.append(m.render(" + quoted(text)
                        + ", 2)); return box.innerHTML.replaceAll(' dir=\"auto\"', '')"
                        + ".replaceAll(' dir=\"ltr\"', ''); })()"));
    }

    private static String quoted(String text) {
        return Json.mapper().valueToTree(text).toString();
    }

    @Test
    void insertingBetweenOthersMovesAsFewAsPossible() {
        assertThat(places("m.insert([1, 2, 3, null], 4, 3, 1)")).isEqualTo("[2,3,4,1]");
        assertThat(places("m.insert([1, 2, 3, 4], 4, 3, 2)")).isEqualTo("[1,3,4,2]");
        assertThat(places("m.insert([2, 3, 4, 1], 4, 3, 5)")).isEqualTo("[1,2,3,4]");
        assertThat(places("m.insert([1, 1, 3, 4], 4, 0, 2)")).isEqualTo("[2,1,3,4]");
        assertThat(places("m.insert([1, 2, 3, null], 3, 3, 1)"))
                .as("of the best three one falls out")
                .isEqualTo("[2,3,null,1]");
    }

    @Test
    void stepsLeaveTiesPassNeighboursAndStopAtTheEnds() {
        assertThat(places("m.step([1, 1, 3], 3, 1, 1)")).isEqualTo("[1,2,3]");
        assertThat(places("m.step([1, 2, 2], 3, 2, -1)")).isEqualTo("[1,3,2]");
        assertThat(places("m.step([1, 2, 3], 3, 2, -1)")).isEqualTo("[1,3,2]");
        assertThat(places("m.step([1, 2, 3], 3, 0, -1)")).isEqualTo("[1,2,3]");
        assertThat(places("m.step([null, 1, null], 3, 0, -1)")).isEqualTo("[2,1,null]");
        assertThat(places("m.step([null, 1, null], 3, 0, 1)")).isEqualTo("[3,1,null]");
        assertThat(places("m.step([1, 2, null], 2, 1, 1)"))
                .as("out of the best two")
                .isEqualTo("[1,null,null]");
    }

    @Test
    void ranksAreCompetitionRanksAndColoursGoFromBestToWorst() {
        assertThat(places("m.ranks([2, 4, 4, 9])")).isEqualTo("[1,2,2,4]");
        assertThat(places("m.ranks([null, 3, 1])")).isEqualTo("[null,2,1]");
        assertThat(places("m.tones([1, 2, 2, 4])")).isEqualTo("[0,2,2,4]");
        assertThat(places("m.tones([1, 1])")).isEqualTo("[2,2]");
        assertThat(places("m.tie([1, 2, null], 2)")).isEqualTo("[1,2,2]");
        assertThat(places("m.tie([1, 2, 3], 0)")).isEqualTo("[2,2,3]");
    }

    @Test
    void anyInsertionLeavesTheOthersInTheirOrder() {
        Object wrong = browser.module("/places.js", """
                (() => {
                  let seed = 7;
                  const below = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
                  for (let round = 0; round < 5000; round++) {
                    const count = 2 + below(8), slots = 1 + below(count), who = below(count), place = 1 + below(slots + 1);
                    const before = Array.from({length: count}, () => below(3) === 0 ? null : 1 + below(slots));
                    const after = m.insert(before, slots, who, place);
                    const others = after.map((p, i) => i).filter((i) => i !== who && after[i] !== null);
                    const kept = others.every((i) => others.every((j) => Math.sign(before[i] - before[j]) === Math.sign(after[i] - after[j])));
                    const alone = after[who] === null ? place > slots : others.every((i) => after[i] !== after[who]);
                    if (!kept || !alone || after.some((p) => p !== null && (p < 1 || p > slots))) return JSON.stringify([before, slots, who, place, after]);
                  }
                  return 'none';
                })()""");
        assertThat(wrong).isEqualTo("none");
    }

    @Test
    void differencesAreByWordAndGiveBothTextsBack() {
        assertThat(browser.module(
                        "/diff.js",
                        "m.diff('The largest moon is Titan, yes.', 'The second largest moon is Ganymede, yes.')"
                                + ".map(r => r.kind[0] + ':' + r.text).join('|')"))
                .isEqualTo("s:The |n:second |s:largest moon is |g:Titan|n:Ganymede|s:, yes.");
        assertThat(browser.module("/diff.js", """
                (() => {
                  let seed = 3;
                  const below = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
                  const text = () => Array.from({length: below(40)}, () => 'ab \\n'[below(4)].repeat(1 + below(2))).join('');
                  for (let round = 0; round < 500; round++) {
                    const a = text(), b = text(), runs = m.diff(a, b);
                    const side = (kind) => runs.filter((run) => run.kind !== kind).map((run) => run.text).join('');
                    if (side('new') !== a || side('gone') !== b) return JSON.stringify([a, b]);
                  }
                  return 'none';
                })()""")).isEqualTo("none");
        // The browser stops a script after 30 seconds; a quadratic one takes hours.
        assertThat(browser.module(
                        "/diff.js",
                        "(() => { const w = (k) => Array.from({length: 200000}, (_, i) => 'w' + i * k % "
                                + "9973).join(' '); return m.diff(w(7), w(11)).length > 0; })()"))
                .as("two long texts without a common word")
                .isEqualTo(true);
    }

    @Test
    void markdownBecomesElements() {
        assertThat(markdown("# A\n\nb **c** *d* `e` ~~f~~\ng"))
                .isEqualTo(
                        "<h2 class=\"md-1\">A</h2><p>b <strong>c</strong> <em>d</em> <code>e</code> <s>f</s>\ng</p>");
        assertThat(markdown("### A\n\n#### B\n\n# C"))
                .as("no level is left out")
                .isEqualTo("<h2 class=\"md-3\">A</h2><h3 class=\"md-4\">B</h3><h2 class=\"md-1\">C</h2>");
        assertThat(markdown("#  A # b ## \n\n## #\n\n#c"))
                .isEqualTo("<h2 class=\"md-1\">A # b</h2><h3 class=\"md-2\"></h3><p>#c</p>");
        assertThat(markdown("~~~ c++ x\na\n~~~\n\n``` a`b ```"))
                .isEqualTo("<pre data-language=\"c++\"><code>a</code></pre><p><code> a`b </code></p>");
        assertThat(markdown("- a\n- b\n  - c\n\n3. d"))
                .isEqualTo("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol start=\"3\"><li>d</li></ol>");
        assertThat(markdown("```py\nif a < b:\n    *c*\n```\nd"))
                .isEqualTo("<pre data-language=\"py\"><code>if a &lt; b:\n    *c*</code></pre><p>d</p>");
        assertThat(markdown("> a\n> b")).isEqualTo("<blockquote><p>a\nb</p></blockquote>");
        assertThat(markdown("a|b\n-|-\n1|`x`"))
                .isEqualTo("<div class=\"table\"><table><thead><tr><th scope=\"col\">a</th><th "
                        + "scope=\"col\">b</th></tr></thead>"
                        + "<tbody><tr><td>1</td><td><code>x</code></td></tr></tbody></table></div>");
        assertThat(markdown("a | b\n:-:|-:\n1 \\| 2 | `x|y`"))
                .isEqualTo("<div class=\"table\"><table><thead><tr><th scope=\"col\" class=\"ac\">a</th><th "
                        + "scope=\"col\" class=\"ar\">b</th></tr></thead>"
                        + "<tbody><tr><td class=\"ac\">1 | 2</td><td class=\"ar\"><code>x|y</code></td></tr></tbody>"
                        + "</table></div>");
        assertThat(markdown("• a\n• b\n\t- c"))
                .as("bullets as models write them, and an indent of a tab")
                .isEqualTo("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
        assertThat(markdown("a {\\bf b} \\{c\\} d\\\\e \\% f"))
                .as("backslashes that escape nothing stay")
                .isEqualTo("<p>a {\\bf b} \\{c\\} d\\\\e \\% f</p>");
        assertThat(markdown("it costs $5 and $6, or 7$ and 8$; $HOME and $PATH"))
                .as("no formulas")
                .isEqualTo("<p>it costs $5 and $6, or 7$ and 8$; $HOME and $PATH</p>");
        assertThat(markdown("2 * 3 * 4, snake_case_name, \\*no\\*"))
                .isEqualTo("<p>2 * 3 * 4, snake_case_name, *no*</p>");
        assertThat(markdown("[a](http://x) <b>c</b>")).isEqualTo("<p>[a](http://x) &lt;b&gt;c&lt;/b&gt;</p>");
    }

    /** The browser stops a script after 30 seconds; a quadratic one takes longer. */
    @Test
    void noTextMakesMarkdownSlow() {
        for (String unit : List.of(
                "**a ",
                "*a ",
                "`a ",
                "> ",
                "- ",
                "_a ",
                "~~a ",
                "[",
                "|",
                "$a ",
                "\\(a ",
                "\\[a\n",
                "$$\n",
                "[a](",
                "http://",
                "\\begin{align}\n")) {
            assertThat(browser.module("/markdown.js", "m.render(" + quoted(unit) + ".repeat(20000)).nodeType"))
                    .as(unit)
                    .isEqualTo(11L);
        }
        for (String run : List.of(" ", "~", "#", "-", "a", "`")) {
            for (String text : List.of("# a%sb", "a|b\n%s b", "a%sb", "```%s`", "~~~%s`")) {
                assertThat(browser.module(
                                "/markdown.js",
                                "m.render(" + quoted(text) + ".replace('%s', " + quoted(run)
                                        + ".repeat(20000))).nodeType"))
                        .as(text + run)
                        .isEqualTo(11L);
            }
        }
    }

    /** The admin page shows times in the browser's zone; a day is one there, also when the clocks change. */
    @Test
    void labelsAreFilteredByDaysOfTheBrowsersZone() {
        browser.zone("America/Los_Angeles");
        assertThat(browser.module("/admin/api.js", """
                (() => {
                  let asked = null;
                  window.fetch = (url) => { asked = url; return new Promise(() => {}); };
                  m.labels({ since: '2026-11-01', to: '2026-11-01', text: '' });
                  return decodeURIComponent(asked);
                })()"""))
                .isEqualTo("/api/admin/labels?since=2026-11-01T07:00:00.000Z&until=2026-11-02T08:00:00.000Z");
    }
}
