package dev.rlhf.stages.probe;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has a model write a factual question on each snippet. */
final class QuestionWriter {
    private static final int MAX_NEW_TOKENS = 64;

    static final String PROMPT = """
            Text:
            %s

            Write one short question about a fact in this text. The question must be understandable without the text: \
            name the person, the place or the thing that it is about. Reply with the question only.""";

    /** A line with a question, without a label, a number or quotation marks before it. */
    private static final Pattern QUESTION = Pattern.compile(
            "(?m)^[\\s*\"\u201c\u00ab]*(?:(?:question|q)\\s*\\d*\\s*[:.]|\\d+[.)]|-)?[\\s*\"\u201c\u00ab]*"
                    + "([^\\n]*?[?\uff1f\u061f])",
            Pattern.CASE_INSENSITIVE);

    private QuestionWriter() {}

    /**
     * Returns the snippets by their questions. Snippets without a question, or with the same question as another
     * snippet, are left out.
     */
    static Map<QuestionRow, String> write(
            LanguageModel model, List<String> snippets, int batchSize, StageContext context) {
        List<int[]> prompts = snippets.stream()
                .map(snippet -> model.prompt(List.of(Message.user(PROMPT.formatted(snippet)))))
                .toList();
        int most = new TokenLimit("max_new_tokens", null, MAX_NEW_TOKENS)
                .after(prompts, model.lm().config(), context.console());
        Map<String, String> byQuestion = new LinkedHashMap<>();
        List<String> texts = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "questions", prompts.size(), "question")) {
            for (List<GeneratedCompletion> one : model.complete(prompts, 1, model.greedy(most), batchSize, watch)) {
                texts.add(model.text(one.getFirst()));
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            String snippet = snippets.get(i);
            question(texts.get(i)).ifPresent(question -> byQuestion.putIfAbsent(question, snippet));
        }
        Map<QuestionRow, String> rows = new LinkedHashMap<>();
        byQuestion.forEach(
                (question, snippet) -> rows.put(new QuestionRow(null, question, List.of(), null, Map.of()), snippet));
        return rows;
    }

    /** Returns the first question in a text. */
    static Optional<String> question(String text) {
        Matcher found = QUESTION.matcher(text);
        return found.find() && found.group(1).strip().length() > 5
                ? Optional.of(found.group(1).strip())
                : Optional.empty();
    }
}
