package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
                .contains("<i class=\"refused\" style=\"width:98.1%\">98 %</i>")
                .contains("<i class=\"made-up\" style=\"width:1.9%\"></i>")
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
