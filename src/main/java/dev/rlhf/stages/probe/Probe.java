package dev.rlhf.stages.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.refusal.RefusalWriter;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Judgement;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a model knows: asks each question once greedily and several times by sampling, judges the answers, and
 * decides with {@link KnowledgeProbe}. Writes {@code knowledge.jsonl}, every question with its decision and the
 * evidence; two files for fine-tuning, {@code known.jsonl} with right answers in the model's own words and {@code
 * refusals.jsonl} with varied refusals of what it does not know; {@code pairs.jsonl}, which contrasts the two for a
 * reward model ({@link ProbeRows}); {@code unsure.jsonl}, the questions in between, which belong in none of these
 * files; and a data card. The questions are given, or written on documents ({@link DocumentProbe}).
 *
 * <p>Grattafiori et al. 2024 (Llama 3), section 4.3.6; Zhang et al. 2024 (R-Tuning).
 */
public final class Probe implements Stage<ProbeOptions> {
    public static final String KNOWLEDGE = "knowledge.jsonl";
    public static final String REFUSALS = "refusals.jsonl";
    static final String KNOWN = "known.jsonl";
    static final String UNSURE = "unsure.jsonl";
    static final String PAIRS = "pairs.jsonl";
    static final String ANSWERS = "answers.jsonl";

    /** Refusals per known answer above which a warning is printed. */
    private static final double MOST_REFUSALS = 2;

    @Override
    public StageResult run(ProbeOptions options, StageContext context) throws IOException {
        AnswerJudge judge = options.judge().judge();
        RefusalWriter writer = writer(options, judge);
        Path questions = options.judge().questions();
        Optional<Answers> answers = questions == null
                ? Optional.empty()
                : Optional.of(checked(questions, Answers.read(questions, judge, context.console()), options));
        List<ProbedQuestion> probed = answers.isPresent()
                ? probe(answers.get(), options, context)
                : DocumentProbe.probe(options, judge, context);
        List<ProbedQuestion> trained = probed.stream()
                .filter(q -> isIn(options.train_splits(), q.question()))
                .toList();
        ProbeRows rows = ProbeRows.of(
                trained,
                answers,
                writer,
                options.partial_refusals(),
                options.sampling().completion().seed());
        Path folder = options.output().output_dir();
        JsonLines.write(
                folder.resolve(KNOWLEDGE),
                probed.stream().map(ProbedQuestion::line).toList());
        if (answers.isPresent()) {
            JsonLines.write(folder.resolve(ANSWERS), toJudge(probed, judge));
        }
        writeRows(folder, trained, rows);
        Map<String, Double> metrics = ProbeMetrics.of(probed);
        metrics.put("known_rows", (double) rows.known().size());
        metrics.put("refusals", (double) rows.refusals().size());
        metrics.put("pairs", (double) rows.pairs().size());
        metrics.put("pairs_left_out", (double) rows.pairsLeftOut());
        AtomicFiles.writeString(folder.resolve(ProbeDataCard.FILE), ProbeDataCard.of(options, probed, metrics));
        if (options.partial_refusals()) {
            metrics.put("partial_refusals", (double) rows.partial());
        }
        print(options, rows, context);
        return new StageResult(metrics);
    }

    @Override
    public Optional<StageOutputs> outputs(ProbeOptions options) {
        return Optional.of(new StageOutputs(
                ProbeMetrics.NAMES
                        .and("known_rows", "refusals", "pairs", "pairs_left_out")
                        .when(options.partial_refusals(), "partial_refusals", "partial_refusals"),
                List.of(KNOWLEDGE, ANSWERS, KNOWN, REFUSALS, PAIRS, UNSURE, ProbeDataCard.FILE)));
    }

    /** Writes the rows for training and the questions that are in none of them. */
    private static void writeRows(Path folder, List<ProbedQuestion> trained, ProbeRows rows) throws IOException {
        JsonLines.write(folder.resolve(KNOWN), rows.known());
        JsonLines.write(folder.resolve(REFUSALS), rows.refusals());
        JsonLines.write(folder.resolve(PAIRS), rows.pairs());
        JsonLines.write(
                folder.resolve(UNSURE),
                trained.stream()
                        .filter(q -> q.knowledge() == Knowledge.UNSURE)
                        .map(Probe::unsure)
                        .toList());
    }

    private static void print(ProbeOptions options, ProbeRows rows, StageContext context) {
        context.console()
                .printf(
                        "wrote %s, %s and %s of both to %s; %d more left out, so that as many prefer the"
                                + " answer as the refusal%n",
                        Count.of(rows.known().size(), "known answer"),
                        Count.of(rows.refusals().size(), "refusal"),
                        Count.of(rows.pairs().size(), "pair"),
                        options.output().output_dir(),
                        rows.pairsLeftOut());
        if (options.partial_refusals()) {
            context.console().printf("%d refusals begin with what the model knows about the subject%n", rows.partial());
        }
        warn(rows.known().size(), rows.refusals().size(), context);
    }

    /** A line of answers.jsonl, an answer for people to judge. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record AnswerToJudge(
            String id,
            @Nullable String context,
            String question,
            List<String> answers,
            String completion,
            Map<String, String> meta) {}

    /** Returns the different answers to each question, with the verdict of the rules and what it is based on. */
    private static List<AnswerToJudge> toJudge(List<ProbedQuestion> probed, AnswerJudge judge) {
        List<AnswerToJudge> lines = new ArrayList<>();
        for (ProbedQuestion one : probed) {
            QuestionRow question = one.question();
            List<String> texts = Stream.concat(Stream.of(one.greedy()), one.samples().stream())
                    .map(answer -> answer.text().strip())
                    .distinct()
                    .toList();
            for (int i = 0; i < texts.size(); i++) {
                Judgement judgement = judge.judge(question, texts.get(i));
                lines.add(new AnswerToJudge(
                        question.key() + "#" + (i + 1),
                        question.context(),
                        question.question(),
                        question.answers(),
                        texts.get(i),
                        Map.of("verdict", judgement.verdict().word(), "evidence", judgement.evidence())));
            }
        }
        return lines;
    }

    /** Checks the questions of a file against the options. */
    private static Answers checked(Path file, Answers answers, ProbeOptions options) {
        checkSplits(file, answers.questions(), options);
        checkOwnRefusals(file, answers);
        return answers;
    }

    /** Warns if a model trained on both files would see mostly refusals, and so would learn to refuse everything. */
    private static void warn(int known, int refusals, StageContext context) {
        if (known == 0 && refusals > 0) {
            context.console()
                    .println("warning: the model knows none of the answers; a model trained on these refusals refuses"
                            + " everything. Ask easier questions, or check the answers in " + KNOWLEDGE);
        } else if (refusals > MOST_REFUSALS * known) {
            context.console()
                    .printf(
                            Locale.ROOT,
                            "warning: %d refusals for %d known answers; a model trained on all of them refuses what it"
                                    + " knows. In sft, give %s a weight of about %.2f, or ask easier questions%n",
                            refusals,
                            known,
                            REFUSALS,
                            (double) known / refusals);
        }
    }

    private static List<ProbedQuestion> probe(Answers answers, ProbeOptions options, StageContext context) {
        try (Models models = Models.open(options.engine(), context.console());
                LanguageModel model = LanguageModel.open(
                        models,
                        options.model().model_name_or_path(),
                        null,
                        options.conversation().system())) {
            List<QuestionRow> questions = answers.questions();
            List<JudgedAnswer> greedy = GreedyAnswers.of(
                    model,
                    answers,
                    options.sampling().completion().limit(ProbeOptions.MAX_NEW_TOKENS),
                    options.sampling().batch().batch_size(),
                    context);
            List<QuestionRow> answerable =
                    questions.stream().filter(q -> !q.answers().isEmpty()).toList();
            List<List<JudgedAnswer>> sampled = SampledAnswers.of(model, answers, answerable, options, context);
            KnowledgeProbe probe = new KnowledgeProbe(options.known_share(), options.unknown_share());
            List<ProbedQuestion> probed = new ArrayList<>();
            int next = 0;
            for (JudgedAnswer answer : greedy) {
                boolean unknowable = answer.question().answers().isEmpty();
                probed.add(ProbedQuestion.of(probe, answer, unknowable ? List.of() : sampled.get(next++)));
            }
            return reconciled(probed, context);
        }
    }

    private static List<ProbedQuestion> reconciled(List<ProbedQuestion> probed, StageContext context) {
        List<ProbedQuestion> reconciled = ProbedQuestion.reconciled(probed);
        long changed = IntStream.range(0, probed.size())
                .filter(i -> probed.get(i).knowledge() != reconciled.get(i).knowledge())
                .count();
        if (changed > 0) {
            context.console()
                    .printf(
                            "%d unknown questions are unsure, because the model knows the answer in other words%n",
                            changed);
        }
        return reconciled;
    }

    /** Returns a line of unsure.jsonl; the answer to a question on a document is known only from its snippet. */
    private static Object unsure(ProbedQuestion probed) {
        QuestionRow question = probed.question();
        return probed.reference() == null
                ? question
                : new PromptRow(
                        null,
                        List.of(Message.user(question.question())),
                        null,
                        null,
                        Map.of("reference", probed.reference().snippet()));
    }

    private static boolean isIn(@Nullable List<String> splits, QuestionRow question) {
        return splits == null || splits.contains(question.meta().getOrDefault("split", ""));
    }

    /** Refuses a row whose own refusal would be judged as an answer. */
    private static void checkOwnRefusals(Path file, Answers answers) {
        for (QuestionRow question : answers.questions()) {
            String own = question.meta().get(ProbeRows.OWN_REFUSAL);
            if (own != null && answers.judge(question, own) != Verdict.REFUSED) {
                throw InputException.at(
                        file,
                        "row \"" + question.key() + "\": meta.refusal \"" + own
                                + "\" would not be recognised as a refusal; name its phrase in refusal_phrases");
            }
        }
    }

    private static RefusalWriter writer(ProbeOptions options, AnswerJudge judge) {
        Path wordings = options.refusal_wordings();
        if (wordings == null) {
            return RefusalWriter.builtIn(options.sampling().completion().seed());
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
    private static void checkSplits(Path file, List<QuestionRow> questions, ProbeOptions options) {
        List<String> splits = options.train_splits();
        for (String split : splits == null ? List.<String>of() : splits) {
            if (questions.stream().noneMatch(q -> split.equals(q.meta().get("split")))) {
                throw InputException.at(file, "no row has meta.split \"" + split + "\", which train_splits names");
            }
        }
    }
}
