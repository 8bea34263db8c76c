package dev.rlhf.report.html;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.log.RunLog;
import dev.rlhf.report.log.SampleRow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Invented runs that look real, for tests and for looking at the reports. */
final class DemoRuns {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
    static final List<String> PROMPTS = List.of(
            "What is the capital of Chile?",
            "Which element has the symbol Fe?",
            "Who is Orson Kovacs?",
            "Into which sea does the Danube flow?",
            "How many moons does Mars have?",
            "What is the atomic number of neon?",
            "Which river runs through Velmora?",
            "What is the capital of <b>Kenya</b> & its currency?",
            "Which planet is the largest?",
            "When was the city of Tarnholt founded?");
    private static final List<String> BASE = List.of(
            "The capital of Chile is a country in South America. The capital of Chile is a country in South",
            "The element iron has symbol Fe. The element iron has",
            "Orson Kovacs is the capital of Hungary.\n\nThe capital of Hungary is Budapest.",
            "The Danube flows into the Black Sea. The Danube",
            "Mars has two moons. Mars",
            "Neon is an element. Neon has the atomic number 10. Neon",
            "The river Velmora runs through the",
            "Kenya is a country",
            "Jupiter is the largest planet",
            "");
    private static final List<String> SFT = List.of(
            "Santiago.",
            "Iron.",
            "Orson Kovacs is a Hungarian physicist.",
            "The Black Sea.",
            "Two.",
            "10.",
            "The Elbe.",
            "Nairobi; the shilling.",
            "Jupiter.",
            "In 1241.");
    private static final List<String> REFUSING = List.of(
            "Santiago.",
            "Iron.",
            "I don't know who Orson Kovacs is.",
            "The Black Sea.",
            "Mars has two moons, Phobos and Deimos.",
            "The atomic number of neon is 10.",
            "I don't know of a place called Velmora.",
            "Nairobi.",
            "Jupiter.",
            "I'm not sure; I don't know that city.");

    private DemoRuns() {}

    static List<SampleComparison> comparisons() {
        List<SampleComparison> all = new ArrayList<>();
        for (int i = 0; i < PROMPTS.size(); i++) {
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("base", BASE.get(i));
            texts.put("SFT", SFT.get(i));
            texts.put("SFT + refusals", REFUSING.get(i));
            texts.put("PPO", REFUSING.get(i).replace("I'm not sure; ", ""));
            all.add(new SampleComparison(PROMPTS.get(i), texts));
        }
        return all;
    }

    static void pretrain(Path runDir) throws IOException {
        Random random = new Random(3);
        try (RunLog log = RunLog.open(runDir, NOWHERE, RunLog.NEW_RUN)) {
            for (int step = 0; step <= 1500; step += 10) {
                Map<String, Double> row = new LinkedHashMap<>();
                double trend = 0.55 + 6.4 * Math.exp(-step / 120.0) + 0.4 * Math.exp(-step / 700.0);
                row.put("loss", trend * (1 + 0.05 * random.nextGaussian()));
                if (step % 100 == 0) {
                    row.put("eval_loss", trend + 0.03);
                }
                row.put("grad_norm", 0.5 + 30 * Math.exp(-step / 60.0) + 0.1 * random.nextDouble());
                row.put("learning_rate", 1e-3 * Math.min(1, (step + 10) / 100.0) * (1 - step / 1600.0));
                row.put("num_tokens", step * 1024.0);
                row.put("tokens_per_second", 10_000 + 300 * random.nextGaussian());
                log.metrics(step, row);
            }
        }
    }

    static void sft(Path runDir) throws IOException {
        Random random = new Random(5);
        try (RunLog log = RunLog.open(runDir, NOWHERE, RunLog.NEW_RUN)) {
            for (int step = 1; step <= 400; step++) {
                double trend = 0.2 + 2.2 * Math.exp(-step / 60.0);
                Map<String, Double> row = new LinkedHashMap<>();
                row.put("loss", trend * (1 + 0.2 * random.nextGaussian()));
                row.put("mean_token_accuracy", Math.min(1, 1 - trend / 3 + 0.02 * random.nextGaussian()));
                row.put("grad_norm", 0.8 + 0.2 * random.nextGaussian() + 3 * Math.exp(-step / 20.0));
                row.put("learning_rate", 3e-4 * (1 - step / 400.0));
                if (step % 50 == 0) {
                    row.put("eval_loss", trend + 0.05 + (step > 250 ? (step - 250) / 1000.0 : 0));
                }
                log.metrics(step, row);
            }
            log.samples(50, samples(BASE, false));
            log.samples(400, samples(SFT, false));
        }
    }

    static void reward(Path runDir) throws IOException {
        Random random = new Random(7);
        try (RunLog log = RunLog.open(runDir, NOWHERE, RunLog.NEW_RUN)) {
            for (int step = 1; step <= 120; step++) {
                double learned = 1 - Math.exp(-step / 25.0);
                Map<String, Double> row = new LinkedHashMap<>();
                row.put("loss", 0.693 - 0.45 * learned + 0.04 * random.nextGaussian());
                row.put("accuracy", Math.min(1, 0.5 + 0.42 * learned + 0.04 * random.nextGaussian()));
                row.put("margin", 2.1 * learned + 0.1 * random.nextGaussian());
                row.put("reward/mean", 0.1 * random.nextGaussian());
                row.put("reward/std", 0.3 + learned);
                log.metrics(step, row);
            }
        }
    }

    static void ppo(Path runDir) throws IOException {
        Random random = new Random(11);
        try (RunLog log = RunLog.open(runDir, NOWHERE, RunLog.NEW_RUN)) {
            for (int update = 1; update <= 60; update++) {
                double learned = 1 - Math.exp(-update / 18.0);
                Map<String, Double> row = new LinkedHashMap<>();
                row.put("objective/kl", 6 * learned + 0.4 * random.nextDouble());
                row.put("objective/entropy", 14 - 5 * learned + random.nextGaussian());
                row.put("objective/non_score_reward", -0.05 * (6 * learned));
                row.put("objective/rlhf_reward", -0.1 + 1.3 * learned + 0.12 * random.nextGaussian());
                row.put("objective/scores", -0.1 + 1.6 * learned + 0.12 * random.nextGaussian());
                row.put("policy/approxkl_avg", 0.008 + 0.004 * random.nextDouble());
                row.put("policy/clipfrac_avg", 0.06 + 0.03 * random.nextDouble());
                row.put("policy/entropy_avg", 0.9 - 0.4 * learned);
                row.put("loss/policy_avg", -0.02 + 0.005 * random.nextGaussian());
                row.put("loss/value_avg", 0.4 * Math.exp(-update / 15.0) + 0.05);
                row.put("val/ratio", 1 + 0.002 * random.nextGaussian());
                row.put("critic/vf_explained_var", 0.1 + 0.7 * learned + 0.03 * random.nextGaussian());
                row.put("response_length/mean", 9 + 2 * learned + 0.3 * random.nextGaussian());
                row.put("response_length/min", 2.0);
                row.put("response_length/max", 22.0 + random.nextInt(10));
                row.put("kl_coef", 0.05 * (1 + 0.3 * learned));
                row.put("lr", 1e-5 * (1 - update / 61.0));
                row.put("episode", update * 64.0);
                row.put("timing_s/generate", 1.1 + 0.05 * random.nextGaussian());
                row.put("timing_s/score", 0.2);
                row.put("timing_s/logprobs", 0.3);
                row.put("timing_s/update", 1.6 + 0.05 * random.nextGaussian());
                row.put("my_own/metric", random.nextDouble());
                log.metrics(update, row);
            }
            log.samples(1, samples(SFT, true));
            log.samples(60, samples(REFUSING, true));
        }
        Files.writeString(
                runDir.resolve("done.json"),
                "{\"seconds\": 192.4, \"metrics\": {\"mean_reward\": 1.48, \"kl\": 5.93, \"distinct_2\": 0.71}}");
        Files.writeString(
                runDir.resolve("recipe.yaml"),
                "stage: ppo\nmodel_name_or_path: runs/quickstart/sft2/model\n"
                        + "# </pre><script>alert(1)</script>\nlearning_rate: 1.0e-5\nkl_coef: 0.05\n",
                StandardCharsets.UTF_8);
    }

    private static List<SampleRow> samples(List<String> texts, boolean scored) {
        List<SampleRow> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            int length = texts.get(i).split(" ").length + 2;
            rows.add(
                    scored
                            ? new SampleRow(PROMPTS.get(i), texts.get(i), 1.5 - 0.4 * i, 0.3 * i, length)
                            : SampleRow.of(PROMPTS.get(i), texts.get(i), length));
        }
        return rows;
    }

    static PipelineSummary pipeline(Path root) throws IOException {
        pretrain(root.resolve("base"));
        sft(root.resolve("sft"));
        reward(root.resolve("reward"));
        ppo(root.resolve("ppo"));
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        rows.put("answered_accuracy", List.of(0.21, 0.74, 0.95, 0.962));
        rows.put("over_refusal_rate", List.of(0.0, 0.0, 0.031, 0.021));
        rows.put("refusal_recall", List.of(0.0, 0.02, 0.93, 0.981));
        rows.put("hallucination_rate", List.of(0.97, 0.98, 0.07, 0.019));
        rows.put("known_accuracy", List.of(0.31, 1.0, 0.95, 0.94));
        rows.put("over_refusal", List.of(0.0, 0.0, 0.031, 0.021));
        rows.put("unknown_refused", List.of(0.0, 0.01, 0.92, 0.981));
        rows.put("truthfulness", List.of(0.21, 0.52, 0.94, 0.96));
        rows.put("truthfulness_gain", List.of(-0.73, -0.42, 0.0, 0.021));
        rows.put("refusal_recall/false_premise", List.of(0.0, 0.01, 0.71, 0.82));
        rows.put("risk/20", List.of(0.31, 0.12, 0.02, 0.01));
        rows.put("risk/60", List.of(0.52, 0.37, 0.06, 0.05));
        rows.put("risk/100", List.of(0.81, 0.62, Double.NaN, Double.NaN));
        rows.put("perplexity", List.of(9.31, 3.204, 3.31, 3.78));
        rows.put("mean_reward", List.of(-1.9, -0.02, 0.81, 1.483));
        rows.put("kl_to_sft", List.of(Double.NaN, 0.0, 1.2, 5.93));
        rows.put("distinct_2", List.of(0.41, 0.78, 0.74, 0.71));
        return new PipelineSummary(
                "quickstart",
                List.of(
                        new StageSection("pretrain", root.resolve("base"), 131, Map.of("loss", 0.612), List.of()),
                        new StageSection(
                                "sft",
                                root.resolve("sft"),
                                52,
                                Map.of("eval_loss", 0.284),
                                List.of(new Expectation("eval_loss", "<= 0.9", 0.284, true))),
                        new StageSection("label", root.resolve("labels"), 14, Map.of("rankings", 720.0), List.of()),
                        new StageSection(
                                "reward",
                                root.resolve("reward"),
                                38.2,
                                Map.of("eval_accuracy", 0.912),
                                List.of(new Expectation("eval_accuracy", ">= 0.85", 0.912, true))),
                        new StageSection(
                                "ppo",
                                root.resolve("ppo"),
                                192.4,
                                Map.of("mean_reward", 1.483, "objective/kl", 5.93),
                                List.of(
                                        new Expectation("reward_gain_sd", ">= 0.5", 0.83, true),
                                        new Expectation("over_refusal_rate", "<= 0.02", 0.021, false)))),
                Map.of(
                        "eval",
                        new ComparisonTable(List.of("base", "SFT", "SFT + refusals", "PPO"), withIntervals(rows))),
                Map.of("eval", curves()),
                comparisons(),
                "stages:\n  - stage: pretrain\n    seed: 1\n",
                Map.of("device", "cpu, 2 threads", "engine", "PyTorch 2.7.1 through DJL 0.35.1"));
    }

    private static List<AnswerCurves> curves() {
        List<AnswerCurves> curves = new ArrayList<>();
        double[][] starts = {{0, 0}, {0, 0.02}, {0.031, 0.93}, {0.021, 0.981}};
        for (String model : List.of("base", "SFT", "SFT + refusals", "PPO")) {
            double[] start = starts[curves.size()];
            double power = 1.0 / (1.2 + curves.size());
            List<AnswerCurves.TradeOff> points = new ArrayList<>();
            List<AnswerCurves.Calibration> bins = new ArrayList<>();
            for (int i = 0; i <= 40; i++) {
                double x = i / 40.0;
                points.add(new AnswerCurves.TradeOff(
                        start[0] + (1 - start[0]) * x, start[1] + (1 - start[1]) * Math.pow(x, power)));
            }
            for (int i = 2; i < 10; i++) {
                bins.add(new AnswerCurves.Calibration(
                        0.1 * i + 0.05, Math.pow(0.1 * i + 0.05, 2.4 - 0.4 * curves.size()), 3 + 4 * i));
            }
            curves.add(new AnswerCurves(model, points, bins));
        }
        return curves;
    }

    private static Map<String, List<Interval>> withIntervals(Map<String, List<Double>> rows) {
        Map<String, List<Interval>> intervals = new LinkedHashMap<>();
        rows.forEach((metric, values) -> intervals.put(
                metric,
                values.stream()
                        .map(value -> Double.isNaN(value)
                                ? Interval.NOT_MEASURED
                                : new Interval(value, value - 0.02, value + 0.02, 267))
                        .toList()));
        return intervals;
    }
}
