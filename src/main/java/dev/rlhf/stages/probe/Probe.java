package dev.rlhf.stages.probe;

import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.SftRow;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.refusal.RefusalWriter;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Verdict;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a model knows: asks each question once greedily and several times by sampling, judges the answers, and
 * decides by {@link KnowledgeProbe}. Writes {@code knowledge.jsonl}, every question with its decision, and
 * {@code refusals.jsonl}, rows for fine-tuning that say "I don't know" in varied words to questions that the model
 * cannot answer.
 *
 * <p>Grattafiori et al. 2024 (Llama 3), section 4.3.6; Zhang et al. 2024 (R-Tuning).
 */
public final class Probe implements Stage<ProbeOptions> {
    public static final String KNOWLEDGE = "knowledge.jsonl";
    public static final String REFUSALS = "refusals.jsonl";

    @Override
    public StageResult run(ProbeOptions options, StageContext context) throws IOException {
        AnswerJudge judge = options.judge().judge();
        Answers answers = Answers.read(options.questions(), judge);
        RefusalWriter writer = writer(options, judge);
        checkSplits(answers.questions(), options);
        List<ProbedQuestion> probed = probe(answers, options, context);
        JsonLines.write(
                options.output().output_dir().resolve(KNOWLEDGE),
                probed.stream().map(ProbedQuestion::line).toList());
        List<SftRow.PromptResponse> refusals = refusals(probed, writer, options.train_splits());
        JsonLines.write(options.output().output_dir().resolve(REFUSALS), refusals);
        Map<String, Double> metrics = ProbeMetrics.of(probed);
        metrics.put("refusals", (double) refusals.size());
        context.console()
                .printf(
                        "wrote %d refusals to %s%n",
                        refusals.size(), options.output().output_dir().resolve(REFUSALS));
        return new StageResult(metrics);
    }

    private static List<ProbedQuestion> probe(Answers answers, ProbeOptions options, StageContext context) {
        try (Models models = Models.open(options.engine(), context.console());
                LanguageModel model = LanguageModel.open(models, options.model().model_name_or_path())) {
            List<QuestionRow> questions = answers.questions();
            List<JudgedAnswer> greedy = GreedyAnswers.of(
                    model,
                    answers,
                    options.sampling().completion().limit(ProbeOptions.MAX_NEW_TOKENS),
                    options.sampling().batch().batch_size(),
                    context);
            List<QuestionRow> answerable =
                    questions.stream().filter(q -> !q.answers().isEmpty()).toList();
            List<List<Verdict>> sampled = sampled(model, answers, answerable, options, context);
            KnowledgeProbe probe = new KnowledgeProbe(options.known_share(), options.unknown_share());
            List<ProbedQuestion> probed = new ArrayList<>();
            int next = 0;
            for (JudgedAnswer answer : greedy) {
                boolean unknowable = answer.question().answers().isEmpty();
                probed.add(ProbedQuestion.of(probe, answer, unknowable ? List.of() : sampled.get(next++)));
            }
            return probed;
        }
    }

    /** Returns verdicts on the sampled answers, by question. */
    private static List<List<Verdict>> sampled(
            LanguageModel model,
            Answers answers,
            List<QuestionRow> questions,
            ProbeOptions options,
            StageContext context) {
        int each = options.num_samples();
        if (each == 0) {
            return questions.stream().map(q -> List.<Verdict>of()).toList();
        }
        List<int[]> prompts = questions.stream()
                .map(question -> model.prompt(List.of(Message.user(question.question()))))
                .toList();
        int most = options.sampling()
                .completion()
                .limit(ProbeOptions.MAX_NEW_TOKENS)
                .after(prompts, model.lm().config(), context.console());
        Sampling sampling = model.sampling(
                options.sampling().temperature(),
                0,
                options.nucleus().top_p(),
                most,
                options.sampling().completion().seed());
        List<List<Verdict>> verdicts = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "sampled answers", (long) prompts.size() * each, "answer")) {
            for (List<Completion> completions : model.complete(
                    prompts, each, sampling, options.sampling().batch().batch_size(), watch)) {
                QuestionRow question = questions.get(verdicts.size());
                verdicts.add(completions.stream()
                        .map(completion -> answers.judge(question, model.text(completion)))
                        .toList());
            }
        }
        return verdicts;
    }

    private static List<SftRow.PromptResponse> refusals(
            List<ProbedQuestion> probed, RefusalWriter writer, @Nullable List<String> splits) {
        return probed.stream()
                .filter(q -> q.knowledge() == Knowledge.UNKNOWN)
                .map(ProbedQuestion::question)
                .filter(q -> splits == null || splits.contains(q.meta().getOrDefault("split", "")))
                .map(q -> new SftRow.PromptResponse(q.question(), writer.write(q.key(), q.subject())))
                .toList();
    }

    private static RefusalWriter writer(ProbeOptions options, AnswerJudge judge) {
        Path wordings = options.refusal_wordings();
        if (wordings == null) {
            return new RefusalWriter(
                    RefusalWriter.DEFAULT_WORDINGS,
                    options.sampling().completion().seed(),
                    judge);
        }
        try {
            return new RefusalWriter(
                    InputFile.lines(wordings).stream().map(String::strip).toList(),
                    options.sampling().completion().seed(),
                    judge);
        } catch (IllegalArgumentException e) {
            throw new InputException(wordings + ": " + e.getMessage(), e);
        }
    }

    /** Refuses a misspelt split, which would silently give no refusals. */
    private static void checkSplits(List<QuestionRow> questions, ProbeOptions options) {
        List<String> splits = options.train_splits();
        for (String split : splits == null ? List.<String>of() : splits) {
            if (questions.stream().noneMatch(q -> split.equals(q.meta().get("split")))) {
                throw InputException.at(
                        options.questions(), "no row has meta.split \"" + split + "\", which train_splits names");
            }
        }
    }
}
