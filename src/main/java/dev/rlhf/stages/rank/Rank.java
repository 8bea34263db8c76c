package dev.rlhf.stages.rank;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Shell;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.SimulatedRanking;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.report.console.Progress;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stage.WaitingForPeopleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Imports sampled completions into the label store and waits until they are ranked: by people, in which case the run
 * ends until they have finished, or by simulated labelers, which use the labelling server as a browser does. Rankings
 * are stored as they come, so an interrupted run resumes.
 */
public final class Rank implements Stage<RankOptions> {
    private static final String REFUSAL_WINS = "refusal_wins";

    @Override
    public StageResult run(RankOptions options, StageContext context) throws IOException, InterruptedException {
        List<RankedTask> tasks = LabelFiles.read(options.input());
        AnswerJudge judge = options.judge().judge();
        Optional<Answers> answers = options.judge().answers(context.console());
        Optional<String> guidelines = Optional.ofNullable(options.guidelines()).map(InputFile::text);
        Files.createDirectories(options.output().output_dir());
        try (LabelStore store = LabelStore.open(options.store())) {
            ImportResult imported = store.importFile(
                    options.input(), new ImportOptions(ImportOptions.DEFAULT_BATCH, options.overlap()));
            guidelines.ifPresent(store::publishGuidelines);
            context.console()
                    .printf(
                            "%s: %s, %d already there%n",
                            options.store(), Count.of(imported.newTasks(), "new task"), imported.knownTasks());
            switch (options.labelers()) {
                case PEOPLE -> waitForPeople(store, options, context);
                case SIMULATED -> simulate(store, tasks, answers, options, context);
            }
            return new StageResult(metrics(tasks(store), judge, answers, context));
        }
    }

    @Override
    public Optional<StageOutputs> outputs(RankOptions options) {
        return Optional.of(new StageOutputs(
                MetricNames.of(RankMetrics.NAMES).and(REFUSAL_WINS), List.of(RankOptions.LABELS + ".mv.db")));
    }

    private static Map<String, Double> metrics(
            List<RankedTask> tasks, AnswerJudge judge, Optional<Answers> answers, StageContext context) {
        RefusalWins refusals = RefusalWins.of(tasks, judge, answers);
        refusals.warning().ifPresent(context.console()::println);
        Map<String, Double> metrics = RankMetrics.of(tasks);
        metrics.put(REFUSAL_WINS, refusals.share());
        return metrics;
    }

    private static void waitForPeople(LabelStore store, RankOptions options, StageContext context) {
        long done = done(store, options.overlap());
        long wanted = wanted(store, options.overlap());
        context.console().printf("%,d of %,d rankings are in%n", done, wanted);
        if (done < options.wanted_share() * wanted) {
            throw new WaitingForPeopleException(
                    """
                    %,d of %,d rankings are in. People rank while the server runs:
                        rlhf label serve --db %s
                    %sThen run the same command again to continue.""".formatted(done, wanted, Shell.quote(options.store()), Invitations.links(store, options)));
        }
    }

    private static void simulate(
            LabelStore store,
            List<RankedTask> tasks,
            Optional<Answers> answers,
            RankOptions options,
            StageContext context)
            throws IOException, InterruptedException {
        SimulatedLabelers simulation = new SimulatedLabelers(rule(tasks, answers, options, context));
        context.console()
                .printf(
                        "%d simulated labelers rank by a rule (%s), error rate %s%n",
                        options.simulated_labelers(),
                        switch (options.simulated_rule()) {
                            case ANSWERS -> "correct, then refusal, then wrong; then brevity";
                            case BREVITY -> "brevity";
                            case REWARD_MODEL -> "scores of the reward model";
                            case JUDGE_MODEL -> "opinion of the judge model";
                        },
                        options.error_rate());
        AtomicLong done = new AtomicLong(done(store, options.overlap()));
        long wanted = wanted(store, options.overlap());
        try (LabelServer server = LabelServer.start(store, options.host(), options.port());
                Progress progress =
                        Progress.start(context.console(), "simulated labelers", wanted, "ranking", done.get())) {
            simulation.run(
                    server.address(),
                    store.access(),
                    options.simulated_labelers(),
                    context::stopRequested,
                    ranked -> progress.step(done.addAndGet(ranked), ranked, ""));
        }
        if (context.stopRequested()) {
            throw new InterruptedRunException("stopped with %,d of %,d rankings in %s; the same command resumes"
                    .formatted(done.get(), wanted, options.store()));
        }
    }

    private static RankingRule rule(
            List<RankedTask> tasks, Optional<Answers> answers, RankOptions options, StageContext context) {
        SimulatedRanking ranking =
                new SimulatedRanking(options.error_rate(), options.random().seed());
        Path model = options.simulated_model();
        return switch (options.simulated_rule()) {
            case ANSWERS -> RankingRule.byAnswers(ranking, answers.orElseThrow(), tasks);
            case BREVITY -> RankingRule.byBrevity(ranking);
            case REWARD_MODEL ->
                RankingRule.byRewardModel(ranking, tasks, Objects.requireNonNull(model), options, context);
            case JUDGE_MODEL ->
                RankingRule.byJudgeModel(ranking, tasks, Objects.requireNonNull(model), options, context);
        };
    }

    /** Returns the tasks to rank. Gold tasks only check labelers, so the overlap does not apply to them. */
    private static List<RankedTask> tasks(LabelStore store) {
        return store.tasks(ImportOptions.DEFAULT_BATCH).stream()
                .filter(task -> !task.isGold())
                .toList();
    }

    /** Returns the number of rankings that count towards the overlap. */
    private static long done(LabelStore store, int overlap) {
        return tasks(store).stream()
                .mapToLong(task -> Math.min(overlap, task.rankings().size()))
                .sum();
    }

    private static long wanted(LabelStore store, int overlap) {
        return (long) overlap * tasks(store).size();
    }
}
