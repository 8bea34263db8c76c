package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.RunLog;
import dev.rlhf.report.log.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
    private static Series series(String name, IntToDoubleFunction value) {
        return new Series(
                name,
                IntStream.range(0, 100)
                        .mapToObj(step -> new Series.Point(step, value.applyAsDouble(step)))
                        .toList());
    }

    /** Each metric goes in a straight line from one value to another. */
    @ParameterizedTest
    @CsvSource({
        "objective/kl, 0, 40, WARNING, KL to the reference is",
        "objective/kl, 0, 900, ERROR, KL to the reference is",
        "objective/kl, 0, -9, ERROR, KL to the reference is negative",
        "policy/clipfrac_avg, 0.1, 0.5, WARNING, tokens are clipped",
        "policy/approxkl_avg, 0.01, 0.3, WARNING, An update moves the policy",
        "objective/scores, 1, 0, WARNING, The reward fell",
        "policy/entropy_avg, 1, 0.05, WARNING, Entropy collapsed",
        "val/num_eos_tokens, 0, 0, WARNING, No response ends",
        "critic/vf_explained_var, 0.2, -0.5, WARNING, The critic predicts worse",
        "eval_loss, 1, 2, WARNING, Eval loss rose from 1 at step 0",
        "skipped_steps, 0, 3, WARNING, 3 updates were skipped",
        "loss, 1, 1.1, WARNING, The loss did not fall",
        "accuracy, 0.5, 0.5, WARNING, 'The reward model orders 50.0 %'",
    })
    void aMetricThatGoesWrongIsFound(String name, double first, double last, Finding.Level level, String what) {
        double bend = name.equals("objective/kl") && last > 0 ? 4 : 1;
        Metrics bad = Metrics.of(series(name, step -> first + (last - first) * Math.pow(step / 99.0, bend)));
        Metrics good = Metrics.of(series(name, step -> healthy(name, step / 99.0)));

        assertThat(Health.check(bad)).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(level);
            assertThat(finding.what()).contains(what);
            assertThat(finding.remedy()).isNotBlank();
        });
        assertThat(Health.check(good)).isEmpty();
    }

    private static double healthy(String name, double t) {
        return switch (name) {
            case "objective/kl" -> 8 * t;
            case "objective/scores", "critic/vf_explained_var" -> t;
            case "skipped_steps" -> 0;
            case "val/num_eos_tokens" -> 60;
            case "accuracy" -> 0.5 + 0.4 * t;
            case "policy/clipfrac_avg" -> 0.1;
            case "policy/approxkl_avg" -> 0.01;
            default -> 1 - 0.5 * t;
        };
    }

    @Test
    void rewardThatRisesWithLengthIsSuspected() {
        Series reward = series("objective/scores", step -> step / 50.0);
        Series growing = series("response_length/mean", step -> 10 + step / 2.0);
        Series steady = series("response_length/mean", step -> 10 + step / 50.0);

        assertThat(Health.check(Metrics.of(reward, growing)))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("Reward rises while responses grow from 12.25 to");
        assertThat(Health.check(Metrics.of(reward, steady))).isEmpty();
        assertThat(Health.check(Metrics.of(growing))).isEmpty();
    }

    @Test
    void aGradientSpikeIsFoundUnlessItIsTheStart() {
        assertThat(Health.check(Metrics.of(series("grad_norm", step -> step == 60 ? 100 : 1))))
                .extracting(Finding::what)
                .containsExactly("The gradient norm was 100 at step 60, 100 times its median");
        assertThat(Health.check(Metrics.of(series("grad_norm/critic", step -> step == 60 ? 100 : 1))))
                .extracting(Finding::what)
                .containsExactly("The gradient norm of the critic was 100 at step 60, 100 times its median");
        assertThat(Health.check(Metrics.of(series("grad_norm", step -> step == 0 ? 100 : 1))))
                .isEmpty();
    }

    @Test
    void valuesThatAreNotFiniteComeFirstEvenInAShortRun() {
        Series loss = new Series("loss", List.of(new Series.Point(1, 2), new Series.Point(2, Double.NaN)));

        assertThat(Health.check(Metrics.of(series("accuracy", step -> 0.5), loss)))
                .extracting(Finding::level)
                .containsExactly(Finding.Level.ERROR, Finding.Level.WARNING);
        assertThat(Health.check(Metrics.of(loss)))
                .extracting(Finding::what)
                .containsExactly("loss is not finite, first at step 2");
    }

    @Test
    void aShortRunIsNotJudgedByItsTrend() {
        Series loss = new Series("loss", List.of(new Series.Point(1, 1), new Series.Point(2, 5)));
        assertThat(Health.check(Metrics.of(loss))).isEmpty();
    }

    @Test
    void aLogWithNaNIsReadBackAsNaN(@TempDir Path runDir) throws IOException {
        try (RunLog log = RunLog.open(runDir, System.out, RunLog.NEW_RUN)) {
            log.metrics(1, Map.of("loss", Double.NaN));
        }
        Metrics metrics = Metrics.read(runDir);
        assertThat(metrics.find("loss").orElseThrow().last()).isNaN();
        assertThat(Health.check(metrics)).hasSize(1);
    }
}
