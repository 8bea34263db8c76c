package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The languages of all pages, and the layout and keys of one that is written from right to left. */
@BrowserTest
class LanguagesPageTest extends PageTest {
    /** Returns the names of all strings, with the number of values that each takes; pages and admin separately. */
    private static final String KEYS = """
            const done = arguments[1];
            Promise.all(['/strings/', '/admin/strings/'].map((folder) => import(`${folder}${arguments[0]}.js`)))
              .then((files) => done(files.map((file) => Object.entries(file.default)
                .map(([key, string]) => [key, typeof string, string.length > 0,
                  typeof string === 'function' ? string.length : ''].join(' '))
                .sort())));
            """;

    /** Returns texts and labels that contain two Latin letters in a row, except words that every language uses. */
    private static final String LATIN = """
            const usual = new RegExp('\\\\b(' + [
              'rlhf|label|restore|export|stats|invite|CSV|TRL|HH|Anthropic|UTC|Markdown|Argilla|Open Assistant|UltraFeedback',
              'HelpSteer|Nectar|Label Studio|prompt|chosen|rejected|gold|jsonl?|gz|bootstrap|summarize|from|feedback|Enter|Ctrl',
              'Tab|English|Deutsch|Studio|Europe|America|Etc|GMT'].join('|') + ')\\\\b', 'g');
            const found = new Set();
            const look = (text, where) => {
              const rest = text.replace(usual, '').replace(/\\b[0-9a-f]{12}\\b/g, '');
              if (/[A-Za-z]{2}/.test(rest)) found.add(`${where}: ${text.trim()}`);
            };
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
              const parent = texts.currentNode.parentElement;
              if (!parent.closest('script, style, noscript, svg, [data-foreign]')) {
                look(texts.currentNode.data, parent.tagName);
              }
            }
            for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
              for (const name of ['aria-label', 'title']) look(element.getAttribute(name) ?? '', name);
            }
            look(document.title, 'title');
            return [...found];
            """;

    private void speak(String language) {
        browser.open(desk.address());
        browser.find("#locked");
        browser.script("localStorage.setItem('rlhf-language', arguments[0])", language);
        browser.open(URI.create("about:blank"));
    }

    private Object style(String css, String property) {
        return browser.script(
                "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", css, property);
    }

    private double side(String css, String side) {
        return ((Number) Objects.requireNonNull(browser.script(
                        "return document.querySelector(arguments[0]).getBoundingClientRect()[arguments[1]]",
                        css,
                        side)))
                .doubleValue();
    }

    @SuppressWarnings("unchecked")
    private List<String> latin() {
        return (List<String>) Objects.requireNonNull(browser.script(LATIN));
    }

    private Object digit(int value) {
        return browser.module("/i18n.js", "m.whole(" + value + ")");
    }

    /** Fails for text that is wider than the page, at three widths. */
    private void fits(String state) {
        for (int width : new int[] {390, 820, 1440}) {
            browser.size(width, 900);
            assertThat(browser.script("return document.documentElement.scrollWidth - innerWidth"))
                    .as(state + " at " + width)
                    .isEqualTo(0L);
        }
        assertThat(browser.accessibilityProblems("html")).as(state).isEmpty();
    }

    @Test
    void everyLanguageHasEveryString() {
        browser.open(desk.address());
        browser.find("#locked");
        @SuppressWarnings("unchecked")
        List<String> languages = (List<String>) browser.module("/i18n.js", "Object.keys(m.languages)");
        assertThat(languages).containsExactly("en", "de", "ar");
        Object english = browser.asyncScript(KEYS, "en");
        for (String language : languages) {
            assertThat(browser.asyncScript(KEYS, language)).as(language).isEqualTo(english);
        }
        @SuppressWarnings("unchecked")
        List<List<String>> pages = (List<List<String>>) Objects.requireNonNull(english);
        assertThat(pages.get(1)).doesNotContainAnyElementsOf(pages.get(0)).hasSizeGreaterThan(200);
    }

    @Test
    void theBrowsersRegionDecidesTheDigitsAndNumbersTakeTheirPluralForms() {
        browser.languages("ar-EG,ar;q=0.9,en;q=0.8");
        browser.open(desk.address());
        browser.find("#locked");
        String some = "[0, 1, 2, 3, 11, 100].map((n) => m.default['n.tasks'](n)).join('|')";
        assertThat(browser.module("/admin/strings/ar.js", some))
                .isEqualTo("لا مهام|مهمة واحدة|مهمتان|٣ مهام|١١ مهمة|١٠٠ مهمة");
        assertThat(browser.module("/admin/strings/de.js", some))
                .isEqualTo("0 Aufgaben|1 Aufgabe|2 Aufgaben|3 Aufgaben|11 Aufgaben|100 Aufgaben");
        assertThat(browser.module("/strings/ar.js", "m.default['answers']({count: 4, top: 2})"))
                .isEqualTo("٤ إجابات · رتِّب أفضل إجابتين");
        assertThat(browser.module("/i18n.js", "[m.percent(0.726), m.decimal(0.5), m.date('2026-11-27')].join(' ')"))
                .asString()
                .contains("٧٣", "٠٫٥٠", "٢٠٢٦")
                .doesNotContainPattern("[0-9]");
    }

    @Test
    void rankingByKeyboardFollowsTheReadingDirection() {
        desk.with(Samples.tasks(2, 4), PageFixture.asking(null, false, true, List.of("harmful", "sexual")));
        speak("ar");
        desk.enter("Ada");
        assertThat(browser.script("return document.documentElement.dir + document.documentElement.lang"))
                .isEqualTo("rtlar");
        assertThat(side(".card[data-index='0']", "left")).isGreaterThan(side(".card[data-index='1']", "left"));
        List<String> shown = browser.texts(".card .text");
        browser.press("3142");
        browser.waitForText("#order", "ب  ›  د  ›  أ  ›  ج");
        browser.press(Keys.HOME);
        browser.click(Browser.card(2) + " .letter");
        browser.press(Keys.ARROW_LEFT);
        assertThat(browser.script("return document.activeElement.dataset.index"))
                .as("the next answer is at the left")
                .isEqualTo("2");
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_UP);
        browser.waitForText("#order", "ب  ›  أ  ›  د  ›  ج");
        assertThat(browser.text("#announce"))
                .isEqualTo(
                        "الإجابة أ: المرتبة %s من %s. رُتِّبت كلها. اضغط Enter للإرسال.".formatted(digit(2), digit(4)));
        // Inside the controls of an answer, too.
        browser.press(Keys.TAB);
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        assertThat(browser.script("return document.activeElement.dataset.value"))
                .isEqualTo("3");
        browser.press(Keys.ARROW_RIGHT);
        assertThat(browser.script("return document.activeElement.dataset.value"))
                .isEqualTo("2");
        browser.click(Browser.card(1) + " .letter");
        browser.press(Keys.ENTER);
        browser.waitForText("#prompt", "Question t1?");
        assertThat(desk.ranks(0, "Ada"))
                .isEqualTo(Map.of(shown.get(1), 1, shown.get(0), 2, shown.get(3), 3, shown.get(2), 4));
        browser.key("١", "Digit1", false);
        browser.key("٢", "Digit2", false);
        browser.key("ع", "KeyU", false);
        browser.waitForText("#order", "أ");
    }

    @Test
    void draggingFollowsTheReadingDirection() {
        desk.with(Samples.tasks(1, 3));
        speak("ar");
        desk.enter("Ada");
        assertThat(side(".slot[data-place='1']", "left")).isGreaterThan(side(".slot[data-place='3']", "left"));
        assertThat(side("#submit", "left")).isLessThan(side("#strip", "left"));
        browser.drag(".tray .chip[data-index='0']", ".slot[data-place='2']", 0.5);
        browser.waitForText("#order", "أ");
        browser.drag(".tray .chip[data-index='1']", ".slot[data-place='2']", 0.95);
        browser.waitForText("#order", "ب  ›  أ");
        browser.flick(".tray .chip[data-index='2']", ".slot[data-place='3']");
        browser.waitForText("#order", "ب  ›  أ = ج");
        browser.drag(".slot .chip[data-index='2']", ".slot[data-place='1']", 0.5);
        browser.waitForText("#order", "ج  ›  ب  ›  أ");
    }

    @Test
    void thePagesOfALabelerAreInArabicThroughout() {
        List<Completion> answers = List.of(
                new Completion("1", "أكبر أقمار زحل هو **تيتان**.\n\n- قطره ٥١٥٠ كم\n- له غلاف جوي كثيف", null),
                new Completion("2", "```\nprint(1)\n```\n\nأكبر أقمار زحل هو ريا.", null),
                new Completion("3", "لا أعرف.", null));
        desk.store.publishGuidelines("# القواعد\n\n- **الصواب** أولًا\n- ثم الوضوح");
        desk.with(
                List.of(new RankedTask("x", Prompt.text("ما هو أكبر قمر لكوكب زحل؟"), answers, List.of()), pair()),
                PageFixture.asking(null, true, true, List.of("harmful", "sexual")));
        speak("ar");
        browser.open(URI.create(desk.invite("ليلى")));
        browser.find("#welcome");
        Screenshots.everywhere(browser, "arabic-welcome");
        assertThat(latin()).isEmpty();
        browser.click("#start");
        browser.click("#seen");
        browser.find("#task");
        browser.script("document.querySelectorAll('pre, kbd').forEach((each) => { each.dataset.foreign = ''; })");
        assertThat(latin()).isEmpty();
        assertThat(style("#undo svg", "transform")).asString().startsWith("matrix(-1");
        assertThat(style(".label", "letterSpacing")).isIn("normal", "0px");
        browser.press("21");
        fits("task");
        Screenshots.everywhere(browser, "arabic-task");
        browser.press("?");
        browser.find("#keys");
        fits("keys");
        Screenshots.everywhere(browser, "arabic-keys");
        browser.press(Keys.ESCAPE);
        browser.press("s");
        browser.find("#why");
        fits("skip");
        browser.press(Keys.ESCAPE);
        browser.press("3", Keys.ENTER);
        browser.find(".steps");
        browser.press("2");
        browser.waitForText(".verdict", "أ أفضل");
        assertThat(side("label[data-strength='-3']", "left")).isGreaterThan(side("label[data-strength='3']", "left"));
        fits("two");
        Screenshots.everywhere(browser, "arabic-two");
        browser.press(Keys.ENTER);
        browser.find("#rest");
        browser.press("h");
        browser.find("#labels strong");
        browser.click("#time summary");
        browser.find("#days tr");
        fits("history");
        Screenshots.everywhere(browser, "arabic-history");
        assertThat(latin()).isEmpty();
    }

    private static RankedTask pair() {
        return new RankedTask(
                "y",
                Prompt.text("كم عدد أقمار المريخ؟"),
                List.of(new Completion("1", "اثنان: فوبوس وديموس.", null), new Completion("2", "ثلاثة.", null)),
                List.of());
    }

    /** Every admin view in Arabic, over a store whose names and texts are Arabic. */
    @Test
    void thePagesOfAnAdminAreInArabicThroughout() {
        desk.store.access().setAdmin("لينا", PageFixture.ADMIN_PASSWORD, Actor.commandLine());
        desk.store.publishGuidelines("# القواعد\n\n- **الصواب** أولًا");
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tasks.add(new RankedTask(
                    "م" + i,
                    Prompt.text("ما هو أكبر قمر للكوكب رقم " + i + "؟"),
                    List.of(
                            new Completion("أ", "تيتان هو الأكبر " + i, null),
                            new Completion("ب", "ريا هو الأكبر " + i, null),
                            new Completion("ج", "لا أعرف " + i, null)),
                    List.of(),
                    List.of(),
                    i == 5 ? List.of(1, 2, 3) : null));
        }
        desk.store.importTasks(tasks, new ImportOptions("تجربة", BatchChange.overlap(4)));
        for (String name : List.of("ليلى", "سامي", "نور")) {
            rank(name);
        }
        desk.store.adminService().setQualityLines(new QualityLines(null, 0.9, 2, 0), Actor.commandLine());
        rank("هدى");
        desk.store.access().invite("كريم", LabelerKind.PERSON, Actor.commandLine());
        desk.store.importTasks(
                List.of(pair()),
                new ImportOptions("أطباء", Change.of().tags(List.of("طب")).build()));
        desk.store.adminService().setTags("ليلى", List.of("عربية"), Actor.commandLine());
        desk.store
                .adminService()
                .setProjectQuota(new ProjectQuota(new Quota(4, 0, 240), ZoneId.of("Asia/Riyadh")), Actor.commandLine());
        speak("ar");
        browser.open(desk.address().resolve("/admin/"));
        browser.find("#sign-in");
        assertThat(latin()).isEmpty();
        fits("sign-in");
        browser.type("#name", "لينا");
        browser.type("#password", PageFixture.ADMIN_PASSWORD);
        browser.click("#sign-in button");
        browser.find("#view #title");
        for (String view : List.of(
                "overview",
                "labelers",
                "labels",
                "quality",
                "disagreements",
                "gold",
                "time",
                "files",
                "people",
                "guidelines",
                "audit")) {
            browser.click("#nav a[href='#" + view + "']");
            browser.find("#view[data-view='" + view + "']");
            if (view.equals("overview")) {
                browser.find("table svg");
            } else if (view.equals("people")) {
                browser.type("#invited", "كريم");
                browser.click("#view form button");
                browser.find("#link");
                browser.type("#token-name", "7");
                browser.click("section[aria-labelledby='tokens-title'] button[type='submit']");
                browser.find("#token");
                browser.click("section[aria-labelledby='assignment-title'] td button");
                browser.find("#one-tags");
            } else if (view.equals("guidelines")) {
                // An earlier version is in English.
                browser.script("document.querySelectorAll('details .prose')"
                        + ".forEach((each) => { each.dataset.foreign = ''; })");
            } else if (view.equals("audit")) {
                // Details are as the server wrote them.
                browser.script("document.querySelectorAll('td:nth-child(5), td:nth-child(6), td:nth-child(2)')"
                        + ".forEach((each) => { each.dataset.foreign = ''; })");
            }
            assertThat(latin()).as(view).isEmpty();
            fits(view);
            Screenshots.everywhere(browser, "arabic-admin-" + view);
        }
        browser.click("#nav a[href='#labels']");
        browser.find("#view[data-view='labels']");
        browser.click("tbody tr button");
        browser.find(".label-card");
        assertThat(latin()).isEmpty();
        fits("label");
        Screenshots.everywhere(browser, "arabic-admin-label");
        browser.click("#to-menu");
        browser.script("const s = document.getElementById('language'); s.value = 'de';"
                + " s.dispatchEvent(new Event('change'))");
        browser.waitForText("#nav a[href='#overview']", "Überblick");
        assertThat(browser.script("return document.documentElement.dir")).isEqualTo("ltr");
    }

    private void rank(String name) {
        Labeler labeler = TestLabelers.person(desk.store, name);
        desk.store
                .labelerService()
                .sawGuidelines(labeler, desk.store.guidelines().orElseThrow().version());
        for (int i = 0; i < 4; i++) {
            Optional<GivenTask> given = desk.store.labelerService().next(labeler, Duration.ofMinutes(30));
            if (given.isEmpty()) {
                return; // paused for little agreement
            }
            List<Integer> ranks = IntStream.range(0, 3)
                    .map(at -> name.equals("هدى") ? 3 - at : at + 1)
                    .boxed()
                    .toList();
            desk.store
                    .labelerService()
                    .submit(
                            labeler,
                            given.get().id(),
                            new Submission(
                                    "key-of-" + name.codePointAt(0) + "-" + i,
                                    new Judgement(
                                            LabelKind.RANKING,
                                            ranks,
                                            null,
                                            null,
                                            List.of(List.of("hallucinates"), List.of(), List.of()),
                                            false,
                                            i == 1,
                                            null,
                                            i == 0 ? "الأولى ناقصة" : null,
                                            3.0 + 40 * i,
                                            null)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "de, 'Dieser Link gilt nicht: Er ist verbraucht, abgelaufen oder hier unbekannt. Bitten Sie um einen neuen.'",
        "ar, هذا الرابط لا يعمل: استُعمل من قبل أو انتهت مدته أو هو غير معروف هنا. اطلب رابطًا جديدًا.",
    })
    void aRefusedLinkIsExplainedInTheLabelersLanguage(String language, String words) {
        speak(language);
        browser.open(desk.address().resolve("#invite=0123456789abcdef0123456789abcdef"));
        browser.click("#start");
        browser.waitForText("#problem-text", words);
    }
}
