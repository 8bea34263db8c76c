package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.User;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestBatches;
import dev.rlhf.label.store.TestLabelers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tags and quotas as an admin sets them and a labeler meets them. */
@BrowserTest
class AssignmentPageTest extends PageTest {
    private static final String PANEL = "section[aria-labelledby='assignment-title']";
    private static final String ROW =
            "{\"id\":\"%1$s\",\"prompt\":\"%1$s?\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                    + "\"text\":\"Y\"}],\"tags\":%2$s}\n";

    @BeforeEach
    void addAdmin() {
        desk.withAdmin();
    }

    private void replace(String css, String text) {
        browser.find(css).clear();
        browser.type(css, text);
    }

    private User user(String name) {
        return desk.store.access().users().stream()
                .filter(user -> user.labeler().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAdminAssignsTasksByTag() throws Exception {
        TestLabelers.person(desk.store, "Ada");
        TestLabelers.person(desk.store, "Bo <b>");
        Path file = Files.writeString(
                folder.resolve("tasks.jsonl"),
                ROW.formatted("a", "[\"DE\"]") + ROW.formatted("b", "[\"de\",\"law\"]") + ROW.formatted("c", "[]"));
        desk.enterAsAdmin();
        PageFixture.openAdminView(browser, "files");
        browser.find("#file").sendKeys(file.toString());
        replace("#import-batch", "court");
        browser.type("#overlap", "2");
        browser.type("#tags", "Sworn");
        browser.click("#view form button.primary");
        browser.waitForText("#notice", "court: 3 new tasks, 0 already there; 0 new rankings, 0 already there");
        assertThat(TestBatches.settings(desk.store, "court").overlap()).isEqualTo(2);

        PageFixture.openAdminView(browser, "overview");
        assertThat(browser.text(".batch")).contains("Only for labelers with the tags sworn");
        String nobody = " Nobody has these tags; give them to labelers";
        assertThat(browser.texts(".demand li"))
                .containsExactlyInAnyOrder(
                        "sworn: 1 open task · 0 labelers" + nobody,
                        "de, sworn: 1 open task · 0 labelers" + nobody,
                        "de, law, sworn: 1 open task · 0 labelers" + nobody);
        assertThat(browser.accessibilityProblems("html")).isEmpty();
        browser.click(".demand a");
        browser.find("#view[data-view='people']");
        assertThat(browser.texts(PANEL + " tbody th")).containsExactly("Ada", "Bo <b>");
        browser.click(PANEL + " tbody tr:nth-child(1) button");
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("one-tags");
        browser.press("sworn, De", Keys.ENTER);
        browser.waitForText("#notice", "The tags and the quota of Ada are saved.");
        assertThat(user("Ada").tags()).containsExactly("de", "sworn");
        assertThat(browser.texts(PANEL + " tbody tr:nth-child(1) td").getFirst())
                .isEqualTo("de, sworn");
        assertThat(browser.accessibilityProblems("html")).isEmpty();

        PageFixture.openAdminView(browser, "overview");
        assertThat(browser.texts(".demand li"))
                .contains(
                        "de, sworn: 1 open task · 1 labeler Fewer labelers than each task needs",
                        "de, law, sworn: 1 open task · 0 labelers" + nobody);
        browser.click(".batch summary");
        replace("input[name='tags']", " ");
        browser.click(".settings button");
        browser.waitForText("#notice", "court is changed.");
        assertThat(TestBatches.settings(desk.store, "court").tags()).isEmpty();
        assertThat(browser.texts(".demand li"))
                .contains("de: 1 open task · 1 labeler Fewer labelers than each task needs")
                .hasSize(2);

        desk.store.labelerService().sawGuidelines(TestLabelers.person(desk.store, "Ada"), version());
        signOut();
        browser.open(URI.create(desk.invite("Ada")));
        browser.click("#start");
        browser.waitForText("#prompt", "a?");
        browser.waitForText("#left", "2 left for you");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#prompt", "c?");
        browser.press("12", Keys.ENTER);
        browser.find("#rest");
        assertThat(browser.text("#rest-title")).isEqualTo("Nothing to rank right now");
        desk.store.adminService().setTags("Ada", List.of("de", "law"), Actor.commandLine());
        browser.click("#rest button");
        browser.waitForText("#prompt", "b?");
    }

    private String version() {
        return desk.store.guidelines().orElseThrow().version();
    }

    private void signOut() {
        browser.click("#to-menu");
        browser.click("#sign-out");
        browser.find("#sign-in");
    }

    @Test
    void anAdminSetsQuotasAndSeesTheirUse() {
        desk.with(Samples.tasks(6, 2)).enter("Ada");
        browser.press("12", Keys.ENTER);
        browser.waitForText("#count", "1 of 6 in all");
        desk.signOut("Ada");
        desk.enterAsAdmin();
        PageFixture.openAdminView(browser, "people");
        assertThat(browser.texts(PANEL + " tbody td").subList(0, 3)).containsExactly("–", "1", "1");
        browser.type("#all-tasks_per_day", "3");
        replace("#all-zone", "Asia/Tokyo");
        browser.click(PANEL + " form button.primary");
        browser.waitForText("#notice", "The quota of all labelers is saved.");
        assertThat(desk.store.adminService().projectQuota().quota()).isEqualTo(new Quota(3, 0, 0));
        assertThat(desk.store.adminService().projectQuota().zone().getId()).isEqualTo("Asia/Tokyo");
        assertThat(browser.text(PANEL + " tbody td:nth-child(3)")).isEqualTo("1 of 3");
        browser.click(PANEL + " td button");
        assertThat(browser.find("#one-tasks_per_day").getDomAttribute("placeholder"))
                .isEqualTo("3");
        browser.type("#one-tasks_per_day", "0");
        browser.type("#one-tasks_total", "1");
        browser.click(PANEL + " form[aria-label='Tags and quota of Ada'] button.primary");
        browser.waitForText("#notice", "The tags and the quota of Ada are saved.");
        assertThat(user("Ada").quota().own()).isEqualTo(new Quota(0, 1, null));
        assertThat(browser.text(PANEL + " tbody td:nth-child(3)")).isEqualTo("1");
        assertThat(browser.text(PANEL + " tbody td:nth-child(4)")).startsWith("1 of 1");
        assertThat(browser.text(PANEL + " tbody .badge")).isEqualTo("reached");
        assertThat(browser.accessibilityProblems("html")).isEmpty();
        replace("#all-zone", "Mars");
        browser.click(PANEL + " form button.primary");
        browser.waitForText("#problem-text", "\"zone\" is 'Mars'; it is Europe/Berlin, +01:00 or UTC");
        PageFixture.openAdminView(browser, "audit");
        assertThat(browser.text("#view")).contains("set quota", "set tags", "tasks_total 1");
    }

    @Test
    void aLabelerIsToldInTheirLanguageWhichQuotaTheyHaveMet() {
        Map<String, String> titles =
                Map.of("en", "You have reached your quota", "de", "Ihr Kontingent ist erreicht", "ar", "بلغت حصتك");
        desk.with(Samples.tasks(4, 2));
        project(new Quota(1, null, null));
        desk.enter("Ada");
        browser.waitForText("#left", "1 left for you");
        browser.press("12", Keys.ENTER);
        browser.find("#rest");
        for (String language : List.of("ar", "de", "en")) {
            browser.script("localStorage.setItem('rlhf-language', arguments[0])", language);
            browser.reload();
            browser.waitForText("#rest-title", titles.get(language));
            assertThat(browser.text("#rest-text"))
                    .as(language)
                    .contains(
                            language.equals("ar")
                                    ? "حصة اليوم"
                                    : language.equals("de") ? "für heute" : "today’s 1 task")
                    .doesNotContain("undefined", "null");
            if (language.equals("ar")) {
                assertThat(browser.text("#rest")).doesNotContainPattern("[A-Za-z]");
            }
            assertThat(browser.accessibilityProblems("html")).isEmpty();
        }
        project(new Quota(null, 1, null));
        browser.click("#rest button");
        browser.waitForText(
                "#rest-text", "You have done the one task that the project lead planned for you. Thank you!");
        project(new Quota(null, 2, null));
        browser.click("#rest button");
        browser.find("#task");
        browser.waitForText("#left", "1 left for you");
    }

    private void project(Quota quota) {
        desk.store.adminService().setProjectQuota(new ProjectQuota(quota, ZoneOffset.UTC), Actor.commandLine());
    }
}
