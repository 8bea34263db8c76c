package dev.rlhf.stages.probe;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;

/** Asks a model questions, samples several answers to each and judges them. */
final class SampledAnswers {
    private SampledAnswers() {}

    /** Samples {@code num_samples} answers per question, judges them, and returns them by question. */
    static List<List<JudgedAnswer>> of(
            LanguageModel model,
            Answers answers,
            List<QuestionRow> questions,
            ProbeOptions options,
            StageContext context) {
        int each = options.num_samples();
        if (each == 0) {
            return questions.stream().map(q -> List.<JudgedAnswer>of()).toList();
        }
        List<int[]> prompts = questions.stream()
                .map(question -> model.prompt(List.of(Message.user(question.prompt()))))
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
        List<List<JudgedAnswer>> judged = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "sampled answers", (long) prompts.size() * each, "answer")) {
            for (List<GeneratedCompletion> completions : model.complete(
                    prompts, each, sampling, options.sampling().batch().batch_size(), watch)) {
                QuestionRow question = questions.get(judged.size());
                judged.add(completions.stream()
                        .map(completion -> GreedyAnswers.judged(model, answers, question, completion))
                        .toList());
            }
        }
        return judged;
    }
}
