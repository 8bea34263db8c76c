package dev.rlhf.stages.probe;

import dev.rlhf.base.Floats;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Prompts;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a model questions, decodes the answers greedily and judges them. */
public final class GreedyAnswers {
    private GreedyAnswers() {}

    /** Asks all questions and judges the answers. Without a chat format, only the first line counts as the answer. */
    public static List<JudgedAnswer> of(
            LanguageModel model, Answers answers, TokenLimit maxNewTokens, int batchSize, StageContext context) {
        List<QuestionRow> questions = answers.questions();
        List<int[]> prompts = questions.stream()
                .map(question -> model.prompt(List.of(Message.user(question.prompt()))))
                .toList();
        int most = maxNewTokens.after(prompts, model.lm().config(), context.console());
        Prompts.checkQuestions(questions, prompts, most, model.lm().config());
        List<JudgedAnswer> judged = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "greedy answers", prompts.size(), "answer")) {
            for (List<GeneratedCompletion> one : model.complete(prompts, 1, model.greedy(most), batchSize, watch)) {
                QuestionRow question = questions.get(judged.size());
                judged.add(judged(model, answers, question, one.getFirst()));
            }
        }
        return judged;
    }

    /** Judges the part of a completion that counts as the answer. */
    static JudgedAnswer judged(
            LanguageModel model, Answers answers, QuestionRow question, GeneratedCompletion completion) {
        String text = answer(model, completion);
        int tokens = model.hasChatFormat() ? completion.ids().length : tokensOfFirstLine(model, completion);
        return new JudgedAnswer(
                question,
                text,
                answers.judge(question, text),
                tokens,
                Floats.sum(Arrays.copyOf(completion.logprobs(), tokens)),
                completion.stopped() || !model.hasChatFormat());
    }

    /** Returns the number of tokens up to the end of the first line that is not blank, including the line break. */
    private static int tokensOfFirstLine(LanguageModel model, GeneratedCompletion completion) {
        int[] ids = completion.visibleIds();
        for (int count = 1; count <= ids.length; count++) {
            String begin =
                    model.tokenizer().decode(Arrays.copyOf(ids, count), true).stripLeading();
            if (begin.indexOf('\n') >= 0 || begin.indexOf('\r') >= 0) {
                return count;
            }
        }
        return completion.ids().length;
    }

    /** Returns the part of a completion that counts as the answer. */
    public static String answer(LanguageModel model, GeneratedCompletion completion) {
        String text = model.text(completion);
        return model.hasChatFormat() ? text : text.strip().lines().findFirst().orElse("");
    }
}
