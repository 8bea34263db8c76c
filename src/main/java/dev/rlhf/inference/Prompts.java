package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Located;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Chat;
import java.util.List;
import java.util.function.Function;

/** Encodes the prompts of a file. */
public final class Prompts {
    /** Characters of a question that errors quote. */
    private static final int QUOTED = 60;

    private Prompts() {}

    /**
     * Encodes prompts in the order of the rows.
     *
     * @param encode encodes one conversation; a pure function
     * @throws InputException with file and line if a prompt cannot be encoded
     */
    public static List<int[]> encode(
            List<Located<PromptRow>> rows, Function<Chat, int[]> encode, StageContext context) {
        try (LoadingProgress progress = LoadingProgress.ofRows(context, rows.size())) {
            return progress.map(rows, row -> {
                try {
                    return encode.apply(row.row().chat());
                } catch (InputException e) {
                    throw row.origin().error(String.valueOf(e.getMessage()));
                }
            });
        }
    }

    /**
     * Checks that completions fit after the prompts.
     *
     * @param more tokens that may follow a prompt
     * @throws InputException with file and line of the first prompt that leaves too few of the model's positions
     */
    public static void check(List<Located<PromptRow>> rows, List<int[]> prompts, int more, ModelConfig config) {
        PromptEncoder.check(
                rows.stream()
                        .<Function<String, InputException>>map(row -> row.origin()::error)
                        .toList(),
                prompts,
                more,
                config);
    }

    /** Checks that answers fit after questions, as {@link #check}; errors quote the question. */
    public static void checkQuestions(List<QuestionRow> questions, List<int[]> prompts, int more, ModelConfig config) {
        PromptEncoder.check(
                questions.stream()
                        .<Function<String, InputException>>map(
                                row -> what -> new InputException("question \"" + start(row) + "\": " + what))
                        .toList(),
                prompts,
                more,
                config);
    }

    private static String start(QuestionRow row) {
        String text = row.question();
        return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
    }
}
