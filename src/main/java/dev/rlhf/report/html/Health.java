package dev.rlhf.report.html;

import static dev.rlhf.report.console.Numbers.number;

import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.html.Finding.Level;
import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds signs of problems in the metrics of a run. Pure functions.
 *
 * <p>"Early" and "late" are the means of the first and the last tenth of a series. The limits are those at which
 * practitioners look more closely (Huang et al. 2024, "The N+ Implementation Details of RLHF with PPO"; TRL's PPO
 * guide); exceeding one is not proof of a problem. In a run of fewer than {@value #FEWEST} rows, only values that are
 * not finite are reported.
 */
final class Health {
    static final int FEWEST = 5;

    private static final List<Function<Metrics, Optional<Finding>>> RULES = List.of(
            Health::klExploding,
            Health::klNegative,
            Health::clipping,
            Health::policyStep,
            Health::lengthHacking,
            Health::rewardFalling,
            Health::entropyCollapse,
            Health::neverEnding,
            Health::criticUseless,
            Health::evalLossRising,
            Health::lossNotFalling,
            Health::rankingNotLearned,
            Health::gradientSpikes,
            Health::skippedSteps);

    private Health() {}

    /** Returns all findings, errors first; empty if nothing is suspicious. */
    public static List<Finding> check(Metrics metrics) {
        List<Finding> findings = new ArrayList<>(notFinite(metrics));
        RULES.forEach(rule -> rule.apply(metrics).ifPresent(findings::add));
        findings.sort(Comparator.comparing(Finding::level));
        return findings;
    }

    private static List<Finding> notFinite(Metrics metrics) {
        return metrics.series().stream()
                .flatMap(series -> series.points().stream()
                        .filter(point -> !point.isFinite())
                        .findFirst()
                        .map(point -> error(
                                series.name() + " is not finite, first at step " + point.step(),
                                "Lower learning_rate, check max_grad_norm and the data around that step;"
                                        + " with bfloat16, try float32."))
                        .stream())
                .toList();
    }

    private static Optional<Finding> klExploding(Metrics metrics) {
        return series(metrics, "objective/kl").flatMap(kl -> {
            double late = kl.late();
            double middle = kl.finite().get(kl.finite().size() / 2).value();
            boolean growing = late > 10 && late > 3 * middle;
            if (late <= 100 && !growing) {
                return Optional.empty();
            }
            String what =
                    "KL to the reference is " + number(late) + " nats per response (halfway: " + number(middle) + ")";
            String remedy = "Raise kl_coef or set kl_target, lower learning_rate; read the last samples.";
            return Optional.of(late > 100 ? error(what, remedy) : warning(what, remedy));
        });
    }

    private static Optional<Finding> klNegative(Metrics metrics) {
        return series(metrics, "objective/kl")
                .filter(kl -> kl.late() < -1)
                .map(kl -> error(
                        "KL to the reference is negative: " + number(kl.late()),
                        "Responses are not sampled from the distribution under which they are scored:"
                                + " check temperature and masks."));
    }

    private static Optional<Finding> clipping(Metrics metrics) {
        return series(metrics, "policy/clipfrac_avg")
                .filter(clipped -> clipped.late() > 0.3)
                .map(clipped -> warning(
                        Numbers.percent(clipped.late()) + " of the tokens are clipped",
                        "Updates are too large: lower learning_rate or num_ppo_epochs, or use larger batches."));
    }

    private static Optional<Finding> policyStep(Metrics metrics) {
        return series(metrics, "policy/approxkl_avg")
                .filter(step -> step.late() > 0.1)
                .map(step -> warning(
                        "An update moves the policy by an approximate KL of " + number(step.late()),
                        "Lower learning_rate or num_ppo_epochs; 0.01 to 0.02 is usual."));
    }

    private static Optional<Finding> lengthHacking(Metrics metrics) {
        Optional<Series> reward = series(metrics, "objective/scores");
        return series(metrics, "response_length/mean")
                .filter(length -> length.late() > 2 * length.early() && length.late() > length.early() + 8)
                .filter(length ->
                        reward.filter(score -> score.late() > score.early()).isPresent())
                .map(length -> warning(
                        "Reward rises while responses grow from " + number(length.early()) + " to "
                                + number(length.late()) + " tokens",
                        "The reward model may prefer length: compare rewards at equal length, rank long against short"
                                + " answers, or raise kl_coef."));
    }

    private static Optional<Finding> rewardFalling(Metrics metrics) {
        return series(metrics, "objective/scores")
                .filter(score -> score.late() < score.early() - 0.1)
                .map(score -> warning(
                        "The reward fell from " + number(score.early()) + " to " + number(score.late()),
                        "Check the critic's loss and learning_rate; a large kl_coef can outweigh the reward."));
    }

    private static Optional<Finding> entropyCollapse(Metrics metrics) {
        return series(metrics, "policy/entropy_avg")
                .filter(entropy -> entropy.early() > 0 && entropy.late() < 0.2 * entropy.early())
                .map(entropy -> warning(
                        "Entropy collapsed from " + number(entropy.early()) + " to " + number(entropy.late())
                                + " nats per token",
                        "The policy may repeat one answer: look at distinct-2 and the samples, raise kl_coef."));
    }

    private static Optional<Finding> neverEnding(Metrics metrics) {
        return series(metrics, "val/num_eos_tokens")
                .filter(ends -> ends.late() == 0)
                .map(ends -> warning(
                        "No response ends with the end-of-text token",
                        "Train SFT with the end-of-text token, or raise response_length or missing_eos_penalty."));
    }

    private static Optional<Finding> criticUseless(Metrics metrics) {
        return series(metrics, "critic/vf_explained_var")
                .filter(explained -> explained.late() < 0)
                .map(explained -> warning(
                        "The critic predicts worse than the mean (explained variance " + number(explained.late()) + ")",
                        "Start it from the reward model, warm it up, or raise its learning rate."));
    }

    private static Optional<Finding> evalLossRising(Metrics metrics) {
        return series(metrics, "eval_loss").flatMap(loss -> {
            Series.Point best = loss.finite().stream()
                    .min(Comparator.comparingDouble(Series.Point::value))
                    .orElseThrow();
            return loss.last() > 1.05 * best.value()
                    ? Optional.of(warning(
                            "Eval loss rose from " + number(best.value()) + " at step " + best.step() + " to "
                                    + number(loss.last()),
                            "The model overfits: train fewer epochs, add data, or take the checkpoint of that step."))
                    : Optional.empty();
        });
    }

    private static Optional<Finding> lossNotFalling(Metrics metrics) {
        return series(metrics, "loss")
                .filter(loss -> loss.late() > 0.98 * loss.early())
                .map(loss -> warning(
                        "The loss did not fall: " + number(loss.early()) + " early, " + number(loss.late()) + " late",
                        "Raise learning_rate; check that not all tokens are masked and that the data suits "
                                + "the model."));
    }

    private static Optional<Finding> rankingNotLearned(Metrics metrics) {
        return series(metrics, "accuracy")
                .filter(accuracy -> accuracy.late() < 0.55)
                .map(accuracy -> warning(
                        "The reward model orders " + Numbers.percent(accuracy.late())
                                + " of the pairs correctly; chance is 50 %",
                        "Check the labelers' agreement first, then learning_rate and the number of pairs."));
    }

    private static Optional<Finding> gradientSpikes(Metrics metrics) {
        return Stream.of("grad_norm", "grad_norm/policy", "grad_norm/critic")
                .flatMap(name -> gradientSpike(metrics, name).stream())
                .findFirst();
    }

    private static Optional<Finding> gradientSpike(Metrics metrics, String name) {
        return series(metrics, name).flatMap(norm -> {
            List<Series.Point> afterStart = norm.finite()
                    .subList(norm.finite().size() / 10, norm.finite().size());
            List<Series.Point> sorted = afterStart.stream()
                    .sorted(Comparator.comparingDouble(Series.Point::value))
                    .toList();
            double median = sorted.get(sorted.size() / 2).value();
            Series.Point worst = sorted.getLast();
            return worst.value() > 50 * median
                    ? Optional.of(warning(
                            "The gradient norm"
                                    + name.replaceFirst("grad_norm/?", "").replaceFirst("(?=.)", " of the ") + " was "
                                    + number(worst.value()) + " at step " + worst.step() + ", "
                                    + number(worst.value() / median) + " times its median",
                            "Check the batch of that step; a longer warm-up or a lower max_grad_norm helps."))
                    : Optional.empty();
        });
    }

    private static Optional<Finding> skippedSteps(Metrics metrics) {
        return metrics.find("skipped_steps")
                .map(series -> series.points().getLast().value())
                .filter(skipped -> skipped > 0)
                .map(skipped -> warning(
                        number(skipped) + " updates were skipped because their gradients were not finite",
                        "Lower learning_rate; check the data around those steps; with bfloat16, try float32."));
    }

    private static Optional<Series> series(Metrics metrics, String name) {
        return metrics.find(name).filter(series -> series.finite().size() >= FEWEST);
    }

    private static Finding error(String what, String remedy) {
        return new Finding(Level.ERROR, what, remedy);
    }

    private static Finding warning(String what, String remedy) {
        return new Finding(Level.WARNING, what, remedy);
    }
}
