package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineHtmlTest {
    private static final Path DEMO = Path.of("target", "report-demo");

    @Test
    void showsTheVerdictTheTableTheSamplesAndEveryStage() throws Exception {
        PipelineSummary report = DemoRuns.pipeline(DEMO);
        HtmlReport.write(DEMO.resolve("reward"), "reward", Map.of());
        PipelineHtml.write(DEMO.resolve("report.html"), report);

        String html = Files.readString(DEMO.resolve("report.html"));
        assertThat(html)
                .contains("1 of 4 expectations were missed.")
                .contains("<dt>wall time</dt><dd>7m 08s</dd>", "<dt>longest: ppo</dt>")
                .contains(
                        "data-share=\"\">96.2 %<small> [0.94, 0.98] n=267</small></td>", "<td class=\"number\">–</td>")
                .contains("<code>&lt;= 0.02</code>")
                .contains("<a href=\"reward/report.html\">report</a>")
                .contains("Eval loss rose from 0.2841 at step 250")
                .contains("I don't know who Orson Kovacs is.");
        assertThat(html)
                .contains(
                        "aria-label=\"base: 31.0 % right, 0.0 % refused, 69.0 % made up\"",
                        "aria-label=\"PPO: 0.0 % right, 98.1 % refused, 1.9 % made up\"")
                .contains("<i class=\"refused\" style=\"width:98.1%\"><span>98 %</span></i>")
                .contains("<i class=\"made-up\" style=\"width:1.9%\"><span>2 %</span></i>")
                .contains("<title>SFT: the model as it is</title>", "<td>31 answers</td>")
                .contains("<title>SFT + refusals: 6.0 % wrong</title>");
        assertThat(html.indexOf("id=\"outcomes\"")).isBetween(0, html.indexOf("id=\"comparison\""));
        assertThat(html.split("<article", -1)).hasSize(11);
        HtmlReportTest.parse(html);
    }

    @Test
    void gainAndCostHaveARowPerModel() throws Exception {
        PipelineHtml.write(DEMO.resolve("report.html"), DemoRuns.pipeline(DEMO));

        String html = Files.readString(DEMO.resolve("report.html"));
        String table = html.substring(html.indexOf("Gain and cost"), html.indexOf("Trade-off between refusals"));
        assertThat(table)
                .contains("<th class=\"group\" scope=\"colgroup\" colspan=\"2\">gain: unknown questions</th>")
                .contains("<th class=\"number\" scope=\"col\">false premise, refused<small>n=267</small></th>")
                .doesNotContain("other tasks, refused");
        String ppo = table.substring(table.indexOf("<th scope=\"row\">PPO</th>"));
        assertThat(ppo)
                .contains(">0.0210<small>[0.00, 0.04]</small>")
                .containsSubsequence(">96.0 %<", ">1.9 %<", ">82.0 %<", ">94.0 %<", ">2.1 %<");
    }

    @Test
    void onlySharesAreInPercentWhateverAModelIsCalled(@TempDir Path folder) throws Exception {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("canned refusals/kl", 0.84);
        metrics.put("+ known answers/mean_reward", 0.5);
        metrics.put("winner/calibration_error", 0.25);
        metrics.put("sft/hallucination_ratio", 0.75);
        metrics.put("refused", 1.0); // a count, of rlhf judge
        metrics.put("distinct_completions", 1.0);
        metrics.put("no refusals/over_refusal", 0.031);
        metrics.put("known_share/asked", 0.123);
        metrics.put("truthfulness/book", 0.456);
        metrics.put("heldout_reward_accuracy_verdicts", 0.789);
        metrics.put("refused/recall", 0.654);
        StageSection stage = new StageSection("eval", null, 1, metrics, List.of());
        PipelineHtml.write(
                folder.resolve("report.html"),
                new PipelineSummary("p", List.of(stage), Map.of(), Map.of(), List.of(), "", Map.of()));

        assertThat(folder.resolve("report.html"))
                .content()
                .contains("kl</dt><dd>0.8400<", "mean_reward</dt><dd>0.5000<", "calibration_error</dt><dd>0.2500<")
                .contains("hallucination_ratio</dt><dd>0.7500<", "<dt>refused</dt><dd>1<")
                .contains("distinct_completions</dt><dd>1<")
                .contains("over_refusal</dt><dd>3.1 %<", "asked</dt><dd>12.3 %<", "book</dt><dd>45.6 %<")
                .contains("accuracy_verdicts</dt><dd>78.9 %<", "refused/recall</dt><dd>65.4 %<");
    }

    @Test
    void aStageWithoutFolderOrTimeIsShown(@TempDir Path folder) throws Exception {
        StageSection stage = new StageSection("eval", null, Double.NaN, Map.of(), List.of());
        PipelineHtml.write(
                folder.resolve("report.html"),
                new PipelineSummary("p", List.of(stage), Map.of(), Map.of(), List.of(), "", Map.of()));

        assertThat(folder.resolve("report.html"))
                .content()
                .contains("This recipe has no expectations.")
                .contains("<td class=\"number\">–</td>")
                .doesNotContain("href=\"#outcomes\"", "href=\"#comparison\"")
                .doesNotContain("href=\"#expectations\"", "href=\"#stage-1\"");
    }
}
