package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.learning.SecondOpinion;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.support.ui.Select;

/** A reward model's order: the admin sees how labelers agree with it, and labelers see nothing of it. */
@BrowserTest
class SecondOpinionPageTest extends PageTest {
    /** Scores that nothing else contains. */
    private static final List<Double> SCORES = List.of(31.415926, -27.182818);

    @BeforeEach
    void open() {
        desk.with(Samples.tasks(3, 2), Change.of().overlap(2).build()).withAdmin();
    }

    /** Bo ranks all tasks as the model does, in the stored order. */
    private void rankAsTheModel() {
        var bo = TestLabelers.person(desk.store, "Bo");
        var service = desk.store.labelerService();
        service.sawGuidelines(bo, desk.store.guidelines().orElseThrow().version());
        for (var task = service.next(bo, Duration.ofMinutes(30)); task.isPresent(); ) {
            List<Integer> ranks = task.get().shown().completions().stream()
                    .map(text -> text.endsWith("0") ? 1 : 2)
                    .toList();
            service.submit(
                    bo, task.get().id(), new Submission("key-" + task.get().id() + "-of-bo", ranks, 4.0, null));
            task = service.next(bo, Duration.ofMinutes(30));
        }
    }

    @Test
    void theAdminSeesTheAgreementAndTheLabelerNothing() throws Exception {
        rankAsTheModel();
        Path file = Files.writeString(
                folder.resolve("scores.jsonl"),
                "{\"id\":\"t0\",\"scores\":" + SCORES + "}\n{\"id\":\"t1\",\"scores\":" + SCORES + "}\n");
        desk.enterAsAdmin();
        PageFixture.openAdminView(browser, "files");
        browser.find("#file").sendKeys(file.toString());
        browser.find("#import-batch").clear();
        browser.type("#import-batch", ImportOptions.DEFAULT_BATCH);
        new Select(browser.find("#format")).selectByValue("second_opinion");
        browser.click("#view form button.primary");
        browser.waitForText("#notice", "default: 0 new tasks, 2 already there; 0 new rankings, 0 already there");
        PageFixture.openAdminView(browser, "overview");
        browser.click(".batch summary");
        browser.click("input[name='disputed_first']");
        browser.click(".settings button");
        browser.waitForText("#notice", "default is changed.");
        PageFixture.openAdminView(browser, "labelers");
        assertThat(browser.texts("thead th")).contains("Reward model");
        assertThat(browser.texts("tbody tr:nth-child(1) td").get(6)).isEqualTo("100% on 2");
        browser.click("#to-menu");
        browser.click("#sign-out");
        browser.find("#sign-in");

        // Ada orders the pair the other way.
        desk.enter("Ada");
        for (int task = 0; task < 3; task++) {
            hidden();
            String best = browser.texts(".card .text").getFirst().endsWith("1") ? "12" : "21";
            browser.press(best, Keys.ENTER);
            browser.waitForText("#count", (4 + task) + " of 6 in all");
        }
        browser.press("h");
        browser.find("#labels strong");
        hidden();
        assertThat(desk.store
                        .adminService()
                        .labelers(null)
                        .getFirst()
                        .opinion()
                        .pairs()
                        .tiesHalf())
                .isZero();
        desk.signOut("Ada");
        desk.enterAsAdmin();
        PageFixture.openAdminView(browser, "labelers");
        assertThat(browser.texts("tbody tr:nth-child(1) td").get(6)).isEqualTo("0% on 2");
    }

    /** Nothing that the browser has, shown or hidden, holds a score. */
    private void hidden() {
        String all = String.valueOf(browser.script("return document.documentElement.outerHTML"
                + " + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })"));
        assertThat(all).contains("Question t").doesNotContain("31.4", "27.1", "second_opinion");
    }

    /** Every answer that a labeler can get. */
    @Test
    void noAnswerToALabelerHoldsAScore() throws Exception {
        rankAsTheModel();
        desk.store.importSecondOpinions(
                List.of(
                        new SecondOpinion("t0", SCORES),
                        new SecondOpinion("t1", SCORES),
                        new SecondOpinion("t2", SCORES)),
                new ImportOptions(
                        ImportOptions.DEFAULT_BATCH,
                        Change.of().disputedFirst(true).build()),
                Actor.commandLine());
        List<String> answers = new ArrayList<>();
        try (TestClient ada = new TestClient(desk.address())) {
            String link = desk.invite("Ada");
            answers.add(body(ada.signIn("{\"invite\":\"" + link.substring(link.indexOf('=') + 1) + "\"}")));
            ada.seeGuidelines(desk.store);
            String task = "/api/tasks/" + next(ada, answers);
            answers.add(body(ada.send("PUT", task + "/draft", "{\"version\":0,\"content\":{\"a\":1}}")));
            answers.add(body(ada.get(task)));
            answers.add(body(ada.send("DELETE", task + "/draft", "{}")));
            answers.add(body(ada.post(task + "/heartbeat", "{}")));
            answers.add(body(ada.post(
                    task + "/label?next=true", "{\"key\":\"key-12345\",\"kind\":\"ranking\",\"ranks\":[2,1]}")));
            for (String path : List.of(
                    task,
                    task + "/revisions",
                    "/api/history",
                    "/api/progress",
                    "/api/time",
                    "/api/session",
                    "/api/guidelines")) {
                answers.add(body(ada.get(path)));
            }
            for (String path : List.of("labelers", "labels", "tasks/1", "batches", "disputes")) {
                HttpResponse<String> refused = ada.get("/api/admin/" + path);
                assertThat(refused.statusCode()).as(path).isEqualTo(403);
                answers.add(refused.body());
            }
        }
        assertThat(answers)
                .hasSizeGreaterThan(15)
                .allSatisfy(answer -> assertThat(answer).doesNotContain("31.4", "27.1", "second_opinion", "disputed"));
    }

    private static long next(TestClient ada, List<String> answers) throws Exception {
        HttpResponse<String> response = ada.post("/api/tasks/next", "{}");
        answers.add(body(response));
        JsonNode task = TestClient.json(response).path("task");
        assertThat(task.path("completions")).hasSize(2);
        return task.path("id").asLong();
    }

    private static String body(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}
