package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestBatches;
import dev.rlhf.label.store.TestLabelers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/**
 * The admin's pages in a browser. With {@code -Drlhf.screenshots=FOLDER} it also takes the pictures of
 * docs/images/labelling ({@link Screenshots}).
 */
@BrowserTest
class AdminPageTest {
    private static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\">";

    @TempDir
    Path folder;

    private final List<String> faults = new ArrayList<>();
    private volatile Duration past = Duration.ZERO;
    private Browser browser;
    private LabelStore store;
    private LabelServer server;

    @BeforeEach
    void open(Browser browser) throws Exception {
        this.browser = browser;
        store = LabelStore.open(folder.resolve("labels"), () -> Instant.now().minus(past), 1000);
        store.access().setAdmin("Lea", PageFixture.ADMIN_PASSWORD, Actor.commandLine());
        server = LabelServer.start(store, "127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    private void signOut() {
        browser.click("#to-menu");
        browser.click("#sign-out");
    }

    private void look(String state) {
        for (boolean dark : new boolean[] {false, true}) {
            browser.size(dark ? 390 : 1440, 900);
            browser.dark(dark);
            browser.accessibilityProblems("html").forEach(problem -> faults.add(state + ": " + problem));
            Number wide = (Number) browser.script("return document.documentElement.scrollWidth - innerWidth");
            if (wide.intValue() > 0) {
                faults.add(state + ": scrolls sideways by " + wide);
            }
        }
        browser.script("scrollTo(0, 0)");
        Screenshots.everywhere(browser, "admin-" + state);
        browser.size(1440, 900);
        browser.dark(false);
    }

    /**
     * Twelve tasks that three labelers rank, one of them gold, with hostile text wherever a labeler or a file can put
     * it.
     */
    private Path file() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            String text = i == 3
                    ? HOSTILE.replace("\"", "\\\"")
                    : (i == 4 ? "أي إجابة أفضل؟ " : "") + "Which of these is the better answer to question " + i + "?";
            lines.append("{\"id\":\"q")
                    .append(i)
                    .append("\",\"prompt\":\"")
                    .append(text)
                    .append("\",\"completions\":[");
            for (int c = 0; c < 3; c++) {
                lines.append(c == 0 ? "" : ",")
                        .append("{\"id\":\"c" + c + "\",\"text\":\"Answer " + c + " to question " + i
                                + "\",\"model\":\"sft-" + c + "\"}");
            }
            lines.append("],\"rankings\":[");
            String[] ranks = {"[1,2,3]", i % 3 == 0 ? "[2,1,3]" : "[1,2,3]", i % 2 == 0 ? "[3,2,1]" : "[1,1,3]"};
            for (int l = 0; l < 3; l++) {
                lines.append(l == 0 ? "" : ",")
                        .append("{\"labeler\":\""
                                + List.of("Ada", "Bo", "Cy <b>").get(l) + "\",\"ranks\":" + ranks[l] + ",\"seconds\":"
                                + (20 + 7 * i + l) + "}");
            }
            lines.append("]").append(i == 5 ? ",\"gold\":[1,2,3]" : "").append("}\n");
        }
        return Files.writeString(folder.resolve("tasks.jsonl"), lines);
    }

    @Test
    void anAdminImportsWatchesChangesAndInvites() throws Exception {
        browser.open(server.address().resolve("/admin/"));
        browser.find("#sign-in");
        look("sign-in");
        PageFixture.signInAsAdmin(browser, server.address());
        assertThat(browser.text("#view")).contains("There are no tasks yet");
        PageFixture.openAdminView(browser, "files");
        browser.find("#file").sendKeys(file().toString());
        browser.find("#import-batch").clear();
        browser.type("#import-batch", "pilot");
        browser.type("#overlap", "4");
        look("files");
        browser.click("#view form button.primary");
        browser.waitForText("#notice", "pilot: 12 new tasks, 0 already there; 36 new rankings, 0 already there");
        browser.click("section[aria-labelledby='export-title'] button");
        browser.waitForText("#notice", "12 tasks with 36 rankings. Labelers can still change them.");
        new Select(browser.find("#export-format")).selectByValue("csv");
        browser.click("#close");
        browser.click("section[aria-labelledby='export-title'] button");
        browser.waitForText("#notice", "108 places of 12 tasks with 36 rankings. These rankings are closed.");

        PageFixture.openAdminView(browser, "overview");
        assertThat(browser.text(".batch")).contains("33 of 44 rankings").contains("1 gold task");
        browser.find("table svg");
        assertThat(browser.text("table")).contains("Krippendorff’s alpha");
        assertThat(browser.text("section[aria-labelledby='agreement-title']")).containsPattern("Computed (now|.* ago)");
        look("overview");
        browser.size(820, 1180);
        assertThat(browser.script("return document.querySelector('.batch').offsetWidth"))
                .as("a batch is as wide as the page of a tablet")
                .isEqualTo(browser.script("return document.querySelector('#view').offsetWidth"));
        browser.size(1440, 900);
        browser.click(".batch .title-row button");
        browser.waitForText("#notice", "pilot is changed.");
        assertThat(TestBatches.settings(store, "pilot").paused()).isTrue();
        browser.click(".batch .title-row button");
        browser.find(".batch:not(:has(.badge))");
        browser.click(".batch summary");
        WebElement priority = browser.find("input[name='priority']");
        priority.clear();
        priority.sendKeys("7");
        browser.click(".settings button");
        browser.waitForText("#notice", "pilot is changed.");
        assertThat(TestBatches.settings(store, "pilot").priority()).isEqualTo(7);

        Labeler dora = TestLabelers.person(store, "Dora");
        for (int i = 0; i < 11; i++) {
            long task = store.labelerService()
                    .next(dora, Duration.ofMinutes(30))
                    .orElseThrow()
                    .shown()
                    .id();
            store.labelerService()
                    .sawGuidelines(dora, store.guidelines().orElseThrow().version());
            store.labelerService()
                    .submit(dora, task, new Submission("key-of-dora-" + i, List.of(1, 2, 3), 4.0 * i, null));
        }
        PageFixture.openAdminView(browser, "labelers");
        assertThat(browser.texts("tbody th")).containsExactly("Ada", "Bo", "Cy <b>", "Dora");
        assertThat(browser.find(".places-chart").getDomAttribute("aria-label"))
                .isEqualTo("Ranked first by Dora: place 1 100%, place 2 0%, place 3 0%");
        look("labelers");
        new Select(browser.find("#batch")).selectByValue("pilot");
        PageFixture.openAdminView(browser, "disagreements");
        browser.find(".said .words");
        assertThat(browser.all(".said .words:dir(rtl)"))
                .as("Arabic from the right")
                .hasSize(1);
        assertThat(browser.texts("article h3")).doesNotContain("q5").contains("q3", "q0");
        assertThat(browser.text("#view")).contains(HOSTILE);
        assertThat(browser.texts("article:first-of-type thead th"))
                .containsExactly("Answer", "Ada", "Bo", "Cy <b>", "Dora", "Common order");
        look("disagreements");
        PageFixture.openAdminView(browser, "gold");
        assertThat(browser.text("article")).contains("2 of 3 rankings exact");
        look("gold");

        PageFixture.openAdminView(browser, "time");
        assertThat(browser.texts("section[aria-labelledby='sums-title'] td")).startsWith("1", "11");
        look("time");

        PageFixture.openAdminView(browser, "people");
        browser.type("#invited", "Dora");
        browser.click("#view form button");
        String link = browser.find("#link").getDomProperty("value");
        browser.type("#token-name", "nightly-export");
        browser.click("section[aria-labelledby='tokens-title'] button[type='submit']");
        String token = browser.find("#token").getAttribute("value");
        assertThat(store.access().token(String.valueOf(token))).isPresent();
        look("people");
        browser.click("section[aria-labelledby='tokens-title'] td button");
        browser.waitForText("#notice", "The token nightly-export no longer works.");
        assertThat(store.access().token(String.valueOf(token))).isEmpty();
        assertThat(browser.all("#token")).isEmpty();
        PageFixture.openAdminView(browser, "guidelines");
        WebElement text = browser.find("#text");
        text.clear();
        text.sendKeys("# Rules " + HOSTILE + "\n\nBe **fair**.");
        assertThat(browser.text(".preview strong")).isEqualTo("fair");
        browser.click(".editor button");
        browser.waitForText("#notice", "Published. Labelers read it before their next label.");
        assertThat(store.guidelines().orElseThrow().text()).endsWith("Be **fair**.");
        assertThat(browser.all("#view details")).hasSize(2);
        look("guidelines");
        assertThat(((Number) browser.script("return document.querySelector('.editor .primary').offsetHeight"))
                        .intValue())
                .as("height of the button to publish")
                .isLessThan(60);
        PageFixture.openAdminView(browser, "audit");
        assertThat(browser.text("#view"))
                .contains("publish guidelines", "invite", "Dora", "change batch", "paused true", "import");
        look("audit");

        assertThat(browser.all("main img, main script")).isEmpty();
        assertThat(browser.title()).isEqualTo("Audit · Rank completions");
        assertThat(faults).isEmpty();
        signOut();
        browser.find("#sign-in");
        browser.open(URI.create(link));
        browser.find("#start, #task");
    }

    @Test
    void activeTimeIsAddedUpByLabelerAndDay() throws Exception {
        store.importTasks(Samples.tasks(2, 2), ImportOptions.defaults());
        try (TestClient ada = TestClient.invited(server, store, "Ada <b>")) {
            ada.seeGuidelines(store);
            long task = TestClient.json(ada.post("/api/tasks/next", "{}"))
                    .path("task")
                    .path("id")
                    .asLong();
            ada.post(
                    "/api/tasks/" + task + "/label",
                    "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"ranks\":[1,2],\"seconds\":0.01}");
        }
        PageFixture.signInAsAdmin(browser, server.address());
        PageFixture.openAdminView(browser, "time");
        assertThat(browser.texts("#view tbody th")).containsExactly("Ada <b>", "Ada <b>");
        assertThat(browser.texts("section[aria-labelledby='sums-title'] td")).containsExactly("1", "1", "0 s", "0.00");
        browser.click("#view form button:not(.primary)");
        browser.waitForText("#notice", "The file is made.");
        browser.script("document.querySelector('#until').value = '2026-01-01';"
                + " document.querySelector('#since').value = ''");
        browser.click("#view form button.primary");
        browser.waitForText("#view .stack", "Nobody worked on these days.");
        assertThat(faults).isEmpty();
    }

    @Test
    void anAdminReadsLabelsAndDecides() throws Exception {
        store.importFile(file(), new ImportOptions("pilot", BatchChange.overlap(4)));
        Labeler dora = TestLabelers.person(store, "Dora");
        String version = store.guidelines().orElseThrow().version();
        store.labelerService().sawGuidelines(dora, version);
        for (int i = 0; i < 3; i++) {
            long task = store.labelerService()
                    .next(dora, Duration.ofMinutes(30))
                    .orElseThrow()
                    .shown()
                    .id();
            store.labelerService()
                    .submit(
                            dora,
                            task,
                            new Submission(
                                    "key-of-dora-" + i,
                                    i == 2
                                            ? Judgement.skip("language: I do not read Welsh")
                                            : new Judgement(
                                                    LabelKind.RANKING,
                                                    List.of(1, 2, 3),
                                                    null,
                                                    null,
                                                    List.of(List.of("hallucinates"), List.of(), List.of()),
                                                    false,
                                                    i == 1,
                                                    null,
                                                    i == 0 ? "The first is wrong about Canberra. " + HOSTILE : null,
                                                    3.0 + 40 * i,
                                                    null)));
        }
        PageFixture.signInAsAdmin(browser, server.address());
        browser.waitForText("#unread", "2");
        PageFixture.openAdminView(browser, "labels");
        assertThat(browser.text("#view .notice")).contains("1 new comment, 1 new report of personal data");
        assertThat(browser.all("tbody tr")).hasSize(39);
        assertThat(browser.texts("tbody tr:first-child td").subList(0, 2)).containsExactly("Dora", "Skipped");
        look("labels");
        browser.click("#view .notice button");
        browser.find("tbody tr:nth-child(2):last-child");
        assertThat(browser.text("#view summary")).isEqualTo("Filters (1)");
        new Select(browser.find("#filter-labeler")).selectByValue("Ada");
        browser.waitForText("#view .panel:not(details)", "No label matches.");
        browser.click("input[name='unread']");
        browser.find("tbody tr:nth-child(12):last-child");
        new Select(browser.find("#filter-labeler")).selectByValue("Dora");
        browser.find("tbody tr:nth-child(3):last-child");

        browser.click("tbody tr:nth-child(3) button");
        browser.find(".label-card");
        assertThat(browser.text("#view .reviews")).contains("The first is wrong about Canberra. " + HOSTILE);
        look("label");
        List<WebElement> cards = browser.all(".label-card");
        assertThat(cards).hasSize(4);
        WebElement doras = cards.get(3);
        assertThat(doras.getText()).contains("Dora", "A: hallucinates");
        doras.findElement(By.tagName("summary")).click();
        doras.findElement(By.tagName("textarea")).sendKeys("Canberra is right");
        doras.findElement(By.xpath(".//button[normalize-space()='Send back']")).click();
        browser.waitForText("#notice", "Sent back. Dora gets the task again.");
        assertThat(browser.all(".label-card").get(3).getText()).contains("sent back", "Your note: Canberra is right");
        String task = browser.text("article h3");
        assertThat(store.adminService().batches().getFirst().claims()).isEqualTo(1);

        browser.click("thead th:nth-child(2) button");
        new Select(browser.all("td select").get(0)).selectByValue("3");
        new Select(browser.all("td select").get(2)).selectByValue("2");
        browser.click("article .primary");
        browser.waitForText("#notice", "Decided. This order replaces the rankings in training and exports.");
        assertThat(browser.text("article .badge")).isEqualTo("decided");
        assertThat(store.tasks(null).stream()
                        .filter(one -> one.id().equals(task))
                        .findFirst()
                        .orElseThrow()
                        .adjudicated())
                .as("ranks of 3, 2, 2")
                .containsExactly(3, 1, 1);
        browser.click("#to-list");
        browser.find("tbody tr:nth-child(3):last-child");
        browser.click("#view .notice button:last-child");
        browser.find("#nav a:has(#unread[hidden])");
        PageFixture.openAdminView(browser, "disagreements");
        browser.click("article a");
        browser.find(".label-card");
        assertThat(browser.all("main img, main script")).isEmpty();

        String link = store.access()
                .invite("Dora", LabelerKind.PERSON, Actor.commandLine())
                .link(server.address())
                .toString();
        signOut();
        browser.find("#sign-in");
        browser.open(URI.create(link));
        browser.click("#start");
        browser.find("#task:not([hidden]), #gate:not([hidden])");
        assertThat(browser.text("#sent-back-note")).isEqualTo("Canberra is right");
        look("sent-back");
        assertThat(faults).isEmpty();
    }

    /** A labeler who did not read: all their labels are taken out, and count again if that was a mistake. */
    @Test
    void anAdminTakesAllLabelsOfALabelerOut() throws Exception {
        store.importFile(file(), new ImportOptions("pilot", 4));
        PageFixture.signInAsAdmin(browser, server.address());
        PageFixture.openAdminView(browser, "labelers");
        browser.click("tbody tr:nth-child(2) a");
        browser.find("#view[data-view='labels'] tbody tr:nth-child(12):last-child");
        browser.size(1000, 900);
        assertThat(browser.script("const table = document.querySelector('#view .scroll');"
                        + " return table.scrollWidth - table.clientWidth"))
                .as("sideways")
                .isEqualTo(0L);
        browser.size(1440, 900);
        String all = "#view details:has(#note-all) ";
        browser.click(all + "summary");
        browser.waitForText(all + "[role='status']", "The filters select 12 labels.");
        assertThat(browser.texts(all + ".row button")).as("imported labels").containsExactly("Remove 12 labels");
        browser.type("#note-all", "random");
        look("correct-all");
        browser.click(all + ".row button");
        browser.waitForText("#notice", "Removed 12 labels.");
        assertThat(store.rankedTasks(null))
                .hasSize(11)
                .flatExtracting(RankedTask::rankings)
                .extracting(Label::labeler)
                .doesNotContain("Bo");
        new Select(browser.find("#filter-status")).selectByValue("counted");
        browser.waitForText(all + "[role='status']", "The filters select 0 labels.");
        assertThat(browser.all(all + ".row button")).isEmpty();
        new Select(browser.find("#filter-status")).selectByValue("removed");
        browser.waitForText(all + "[role='status']", "The filters select 12 labels.");
        browser.click(all + ".row button");
        browser.waitForText("#notice", "12 labels count again.");
        assertThat(store.rankedTasks(null).getFirst().rankings()).hasSize(3);
        assertThat(faults).isEmpty();
    }

    @Test
    void anAdminWatchesQualityAndLiftsAPause() throws Exception {
        past = Duration.ofDays(6);
        store.importFile(file(), new ImportOptions("pilot", BatchChange.overlap(5)));
        past = Duration.ofDays(2);
        rankTwoTasks("Fay");
        past = Duration.ZERO;
        Labeler eve = TestLabelers.person(store, "Eve");
        store.labelerService()
                .sawGuidelines(eve, store.guidelines().orElseThrow().version());
        PageFixture.signInAsAdmin(browser, server.address());
        PageFixture.openAdminView(browser, "quality");
        assertThat(browser.text("#view")).contains("Nobody is paused.");
        browser.type("#line-agreement", "60");
        browser.find("#line-after").clear();
        browser.type("#line-after", "3");
        browser.click(".settings button");
        browser.waitForText("#notice", "Saved.");
        assertThat(store.adminService().qualityLines()).isEqualTo(new QualityLines(null, 0.6, 3, 0));
        for (int i = 0; i < 3; i++) {
            GivenTask task =
                    store.labelerService().next(eve, Duration.ofMinutes(30)).orElseThrow();
            List<Integer> worst = task.shown().completions().stream()
                    .map(text -> 3 - Integer.parseInt(text.substring(7, 8)))
                    .toList();
            store.labelerService().submit(eve, task.id(), new Submission("key-of-eve-" + i, worst, 1.0 + i, null));
        }
        browser.script("location.hash = 'overview'");
        browser.find("#view[data-view='overview']");
        PageFixture.openAdminView(browser, "quality");
        assertThat(browser.texts("section:first-of-type tbody th")).containsExactly("Eve");
        assertThat(browser.text("section:first-of-type tbody"))
                .contains("of pairs as ordered by the others, on 3 tasks");
        browser.find("svg.days");
        look("quality");
        new Select(browser.find("#days-of")).selectByValue("Eve");
        browser.waitForText("section[aria-labelledby='days-title'] tbody td:nth-child(2)", "3");
        browser.click("section[aria-labelledby='pace-title'] tbody a");
        browser.find("#view[data-view='labels'] tbody tr");
        assertThat(browser.texts("tbody tr td:nth-child(2)")).containsOnly("Eve");
        assertThat(browser.text("#view summary")).isEqualTo("Filters (2)");

        String link = store.access()
                .invite("Eve", LabelerKind.PERSON, Actor.commandLine())
                .link(server.address())
                .toString();
        signOut();
        browser.find("#sign-in");
        browser.open(URI.create(link));
        browser.click("#start");
        browser.waitForText("#rest-title", "Your work is paused");
        assertThat(browser.text("#rest-text"))
                .contains("On the last 3 tasks that others have ranked too")
                .contains("60%");
        look("stopped");
        store.access().disable("Eve", Actor.commandLine());
        store.access().enable("Eve", Actor.commandLine());
        PageFixture.signInAsAdmin(browser, server.address());
        PageFixture.openAdminView(browser, "quality");
        browser.click("section:first-of-type tbody button");
        browser.waitForText("#notice", "Eve can continue. Earlier rankings do not count towards the next pause.");
        assertThat(store.labelerService().next(eve, Duration.ofMinutes(30))).isPresent();
        assertThat(faults).isEmpty();
    }

    private void rankTwoTasks(String name) {
        Labeler labeler = TestLabelers.person(store, name);
        store.labelerService()
                .sawGuidelines(labeler, store.guidelines().orElseThrow().version());
        for (int i = 0; i < 2; i++) {
            GivenTask task =
                    store.labelerService().next(labeler, Duration.ofMinutes(30)).orElseThrow();
            List<Integer> best = task.shown().completions().stream()
                    .map(text -> 1 + Integer.parseInt(text.substring(7, 8)))
                    .toList();
            store.labelerService().submit(labeler, task.id(), new Submission("key-two-" + i, best, 30.0, null));
        }
    }

    @Test
    void theAdminPageRefusesLabelers() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        Invite invite = store.access().invite("Ada", LabelerKind.PERSON, Actor.commandLine());
        browser.open(server.address());
        browser.script(
                "return fetch('/api/session', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                        + " body: JSON.stringify({invite: arguments[0]})}).then(answer => answer.status)",
                invite.token());
        browser.open(server.address().resolve("/admin/#people"));
        browser.find("#forbidden");
        look("forbidden");
        assertThat(browser.visible("#nav")).isFalse();
        assertThat(browser.visible("#view")).isFalse();
        assertThat(browser.script("return fetch('/api/admin/users').then(answer => answer.status)"))
                .isEqualTo(403L);
        assertThat(faults).isEmpty();
        browser.type("#name", "Lea");
        browser.type("#password", "not the password");
        browser.click("#sign-in button");
        assertThat(browser.find("#problem").getText()).isNotEmpty();
        assertThat(browser.all("#view *")).isEmpty();
        assertThat(browser.find("#name").findElement(By.xpath("..")).isDisplayed())
                .isTrue();
    }

    /** Whatever the server answers, the admin can continue without a reload and without losing what was typed. */
    @Test
    void theAdminCanContinueAfterEveryAnswer() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        PageFixture.signInAsAdmin(browser, server.address());
        PageFixture.openAdminView(browser, "guidelines");
        for (String answer : List.of(
                "400 {\"error\":\"no\",\"code\":\"invalid\"}",
                "401 {\"error\":\"no\",\"code\":\"signed_out\"}",
                "403 {\"error\":\"no\",\"code\":\"csrf\"}",
                "403 {\"error\":\"no\",\"code\":\"role\"}",
                "403 <html>",
                "404 <html>",
                "405 {\"error\":\"no\",\"code\":\"method\"}",
                "409 {\"error\":\"no\",\"code\":\"conflict\"}",
                "413 {\"error\":\"no\",\"code\":\"size\"}",
                "415 {\"error\":\"no\",\"code\":\"type\"}",
                "429 {\"error\":\"no\",\"code\":\"too_many\"}",
                "500 {\"error\":\"no\",\"code\":\"server\"}",
                "503 <html>",
                "0 -",
                "200 <html>")) {
            WebElement text = browser.find("#text");
            text.clear();
            text.sendKeys("Rules after " + answer);
            answer("POST", "/api/admin/guidelines", answer);
            browser.click(".editor button");
            proceedUntil(
                    () -> store.guidelines().orElseThrow().text().equals("Rules after " + answer), ".editor button");
        }
        for (String answer : List.of("401 {}", "403 {\"code\":\"role\"}", "500 {}", "200 <html>", "0 -")) {
            PageFixture.openAdminView(browser, "guidelines");
            answer("GET", "/api/admin/agreement", answer);
            browser.click("#nav a[href='#overview']");
            proceedUntil(
                    () -> browser.text("#view").contains("No task was ranked by two labelers yet."),
                    "section[aria-labelledby='agreement-title'] button");
            answer("GET", "/api/admin/batches", answer);
            signOut();
            signInAgain();
            proceedUntil(() -> browser.visible("#view .batch"), null);
        }
        PageFixture.openAdminView(browser, "files");
        answer("POST", "/api/admin/backup", "200 <html>");
        browser.click("section[aria-labelledby='backup-title'] button");
        assertThat(browser.find("#problem").getText()).contains("Something other than the server answered");
        proceedUntil(() -> browser.visible("#notice"), null);
        browser.waitForText("#notice", "The backup is made.");
    }

    private void answer(String method, String path, String answer) {
        int status = Integer.parseInt(answer.substring(0, answer.indexOf(' ')));
        browser.script(ServerAnswersTest.ANSWER, method, path, status, answer.substring(answer.indexOf(' ') + 1));
    }

    /** Uses what the page offers until {@code done}: signs in again, tries again, or clicks the view's own button. */
    private void proceedUntil(BooleanSupplier done, @Nullable String button) {
        for (int tries = 0; tries < 40 && !done.getAsBoolean(); tries++) {
            if (browser.visible("#sign-in")) {
                signInAgain();
            } else if (browser.visible("#retry")) {
                browser.click("#retry");
            } else if (button != null && !browser.visible("#notice") && browser.visible(button)) {
                browser.click(button);
            }
            pause(200);
        }
        assertThat(done.getAsBoolean()).isTrue();
    }

    private void signInAgain() {
        browser.find("#name").clear();
        browser.type("#name", "Lea");
        browser.type("#password", PageFixture.ADMIN_PASSWORD);
        browser.click("#sign-in button");
        // If the server's next answer ends the session again, the form may be gone only for a moment.
        for (int tries = 0; tries < 10 && browser.visible("#sign-in"); tries++) {
            pause(100);
        }
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
