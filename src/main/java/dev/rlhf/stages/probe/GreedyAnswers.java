package dev.rlhf.stages.probe;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.generate.Completion;
import dev.rlhf.inference.ChatModel;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;

/** Puts questions to a model and judges what it answers. */
public final class GreedyAnswers {
    private GreedyAnswers() {}

    /** The greedy answer to each question. A model without chat format answers in one line; what follows is not its answer. */
    public static List<JudgedAnswer> greedily(
            ChatModel model,
            Answers answers,
            List<QuestionRow> questions,
            TokenLimit maxNewTokens,
            int batchSize,
            StageContext context) {
        List<int[]> prompts = questions.stream()
                .map(question -> model.prompt(List.of(Message.user(question.question()))))
                .toList();
        int most = maxNewTokens.after(prompts, model.lm().config(), context.console());
        List<JudgedAnswer> judged = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "greedy answers", prompts.size(), "answer")) {
            for (List<Completion> one : model.complete(prompts, 1, model.greedy(most), batchSize, watch)) {
                QuestionRow question = questions.get(judged.size());
                String text = answer(model, one.getFirst());
                judged.add(new JudgedAnswer(question, text, answers.judge(question, text)));
            }
        }
        return judged;
    }

    /** What counts as the model's answer. */
    public static String answer(ChatModel model, Completion completion) {
        String text = model.text(completion);
        return model.converses() ? text : text.strip().lines().findFirst().orElse("");
    }
}
