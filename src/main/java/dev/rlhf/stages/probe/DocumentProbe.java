package dev.rlhf.stages.probe;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Document;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.YesNoScorer;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.StageContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a model knows about documents, by the six steps of Llama 3 (Grattafiori et al. 2024, section 4.3.6):
 * take a snippet; have a model write a factual question on it; sample answers without the snippet; judge with a model
 * whether they are correct, with the snippet as reference; judge whether they are informative; and, in {@link Probe},
 * write refusals for questions whose answers are consistently informative and wrong. One model is in memory at a time.
 */
final class DocumentProbe {
    private DocumentProbe() {}

    /** @throws InputException if there is no question on any snippet */
    static List<ProbedQuestion> probe(ProbeOptions options, AnswerJudge rules, StageContext context) {
        Path documents = Objects.requireNonNull(options.raw().documents());
        List<String> snippets = Snippets.of(
                Document.read(documents),
                options.raw().snippet_words(),
                options.raw().max_snippets());
        int batchSize = options.sampling().batch().batch_size();
        try (Models models = Models.open(options.engine(), context.console())) {
            Map<QuestionRow, String> references;
            try (LanguageModel writer = open(models, options.raw().question_writer(), options)) {
                references = QuestionWriter.write(writer, snippets, batchSize, context);
            }
            context.console()
                    .printf(
                            "%d questions on %d snippets; the others have no question, or the same%n",
                            references.size(), snippets.size());
            if (references.isEmpty()) {
                throw InputException.at(
                        documents,
                        "no question was written on any of its snippets; name a more capable model (question_writer)");
            }
            Answers questions = Answers.of(List.copyOf(references.keySet()), rules);
            List<JudgedAnswer> greedy;
            List<List<JudgedAnswer>> samples;
            try (LanguageModel model = open(models, null, options)) {
                greedy = GreedyAnswers.of(
                        model,
                        questions,
                        options.sampling().completion().limit(ProbeOptions.MAX_NEW_TOKENS),
                        batchSize,
                        context);
                samples = SampledAnswers.of(model, questions, questions.questions(), options, context);
            }
            try (LanguageModel model = open(models, options.raw().judge_model(), options)) {
                ModelJudge judge = new ModelJudge(new YesNoScorer(model, new LogProbScorer(models.torch(), batchSize)));
                return decided(judge, greedy, samples, references, options, context);
            }
        }
    }

    /** Opens a model; null stands for the probed one. */
    private static LanguageModel open(Models models, @Nullable Path folder, ProbeOptions options) {
        return LanguageModel.open(
                models,
                folder == null ? options.model().model_name_or_path() : folder,
                null,
                folder == null ? options.conversation().system() : null);
    }

    private static List<ProbedQuestion> decided(
            ModelJudge judge,
            List<JudgedAnswer> greedy,
            List<List<JudgedAnswer>> samples,
            Map<QuestionRow, String> references,
            ProbeOptions options,
            StageContext context) {
        List<ModelJudge.Case> cases = new ArrayList<>();
        for (int i = 0; i < greedy.size(); i++) {
            String reference =
                    Objects.requireNonNull(references.get(greedy.get(i).question()));
            cases.add(new ModelJudge.Case(greedy.get(i), reference));
            samples.get(i).forEach(sample -> cases.add(new ModelJudge.Case(sample, reference)));
        }
        List<ModelJudge.Evidence> evidence = judge.judge(cases, context);
        KnowledgeProbe probe = new KnowledgeProbe(options.known_share(), options.unknown_share());
        int each = 1 + options.num_samples();
        List<ProbedQuestion> probed = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += each) {
            List<JudgedAnswer> answers = new ArrayList<>();
            for (int i = from; i < from + each; i++) {
                JudgedAnswer answer = cases.get(i).answer();
                answers.add(answer.withVerdict(evidence.get(i).verdict(answer.verdict())));
            }
            probed.add(ProbedQuestion.of(
                    probe,
                    answers.getFirst(),
                    answers.subList(1, each),
                    new ProbedQuestion.Reference(cases.get(from).reference(), evidence.subList(from, from + each))));
        }
        return probed;
    }
}
