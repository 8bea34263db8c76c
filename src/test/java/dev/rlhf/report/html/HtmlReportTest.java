package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.report.log.RunLog;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
    /** Not a temporary folder, so that people can open the reports. */
    private static final Path DEMO = Path.of("target", "report-demo");

    @Test
    void aRunsReportShowsMetricsHealthCurvesSamplesRecipeAndMachine() throws IOException {
        DemoRuns.ppo(DEMO.resolve("ppo"));
        Path file = HtmlReport.write(DEMO.resolve("ppo"), "ppo · runs/quickstart/ppo", Map.of("device", "cpu"));

        String html = Files.readString(file);
        assertThat(html)
                .contains("<dt>mean_reward</dt><dd>1.480</dd>")
                .contains("<dt>wall time</dt><dd>3m 12s</dd>")
                .contains("Nothing suspicious")
                .contains("aria-label=\"Reward: objective/scores from ")
                .contains("<h3>Other</h3>", "<code>my_own/metric</code>")
                .contains("step 60<span class=\"quiet\">9 tokens · score 0.7000 · KL 0.6000</span>")
                .contains("kl_coef: 0.05")
                .contains("<dt>device</dt><dd>cpu</dd>");
        assertThat(html).doesNotContain("<code>episode</code>");
    }

    @Test
    void whatUsersWroteIsTextAndNeverMarkup() throws IOException {
        DemoRuns.ppo(DEMO.resolve("ppo"));
        String html = Files.readString(HtmlReport.write(DEMO.resolve("ppo"), "a <i>title</i>", Map.of("k", "\"<v>")));

        assertThat(html)
                .contains("What is the capital of &lt;b&gt;Kenya&lt;/b&gt; &amp; its currency?")
                .contains("&lt;/pre&gt;&lt;script&gt;alert(1)")
                .contains("a &lt;i&gt;title&lt;/i&gt;", "&quot;&lt;v&gt;")
                .doesNotContain("<b>Kenya", "<script>alert", "<i>title");
    }

    @Test
    void opensOfflineAndIsWellFormed() throws Exception {
        DemoRuns.sft(DEMO.resolve("sft"));
        String html = Files.readString(HtmlReport.write(DEMO.resolve("sft"), "sft", Map.of()));

        assertThat(Pattern.compile("(src|href)=\"(?!#)").matcher(html).results())
                .isEmpty();
        assertThat(html).doesNotContain("url(", "@import", "NaN");
        assertThat(html).contains("<tr><td>50</td><td>", "<td>0.2841</td>");
        assertThat(parse(html).getElementsByTagName("svg").getLength()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void onlyWideRangesHaveALogarithmicScale(@TempDir Path runDir) throws IOException {
        try (RunLog log = RunLog.open(runDir, System.out, RunLog.NEW_RUN)) {
            for (int step = 0; step < 40; step++) {
                log.metrics(step, Map.of("grad_norm", Math.pow(10, -step / 10.0), "accuracy", 0.5 + step / 100.0));
            }
        }
        String html = Files.readString(HtmlReport.write(runDir, "x", Map.of()));

        assertThat(html.split("type=\"checkbox\"", -1)).hasSize(2);
        assertThat(html)
                .contains("checked=\"\"", "aria-label=\"Gradient norm, logarithmic: grad_norm from 1 to 1.26e-4\"");
    }

    @Test
    void aRunWithoutAnythingStillHasAReport(@TempDir Path runDir) throws Exception {
        String html = Files.readString(HtmlReport.write(runDir, "empty", Map.of()));

        assertThat(html).contains("No metrics were logged.").doesNotContain("href=\"#samples\"", "href=\"#recipe\"");
        parse(html);
    }

    @Test
    void brokenFilesAreReportedWithTheirLine(@TempDir Path runDir) throws IOException {
        Files.createDirectories(runDir.resolve("samples"));
        Files.writeString(
                runDir.resolve("samples/step-000010.jsonl"), "{\"prompt\":\"a\",\"completion\":\"b\"}\n[1]\n");

        assertThatThrownBy(() -> HtmlReport.write(runDir, "x", Map.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("step-000010.jsonl:2: not a sample");
    }

    /** The page with the two void elements closed is XML. */
    static Document parse(String html) throws Exception {
        String xml = html.replaceFirst("<!doctype html>", "")
                .replaceAll("<(meta|input)([^>]*)>", "<$1$2/>")
                .replaceAll("(?s)<(script|style)>.*?</\\1>", "");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
