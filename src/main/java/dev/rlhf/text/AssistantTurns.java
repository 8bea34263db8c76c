package dev.rlhf.text;

import dev.rlhf.base.InputException;
import dev.rlhf.jinja.Rendering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The assistant's turns in a rendered conversation: from {@code {% generation %}} blocks if the template has them,
 * otherwise by comparing renderings of the first messages ({@link TemplateFormat}).
 * @param found the turns that were found
 * @param problem why the first of the other turns was not found; null if all were
 */
record AssistantTurns(List<Turn> found, @Nullable String problem) {
    /**
     * A turn of the assistant, with positions in characters of the rendering.
     *
     * @param message index of the message; -1 if unknown
     * @param start beginning of the answer
     * @param answerEnd end of the answer's text
     * @param end end of the token that ends the answer
     */
    record Turn(int message, int start, int answerEnd, int end) {}

    /** Finds the turns of a whole rendering. */
    static AssistantTurns find(RenderableChat chat, Rendering whole, SpecialText special) {
        return whole.marked() ? marked(chat, whole, special) : byPrefix(chat, whole, special);
    }

    private static AssistantTurns marked(RenderableChat chat, Rendering whole, SpecialText special) {
        List<Turn> turns = new ArrayList<>();
        List<Integer> messages = chat.assistantMessages();
        boolean oneEach = messages.size() == whole.generated().size();
        for (Rendering.Span span : whole.generated()) {
            int message = oneEach ? messages.get(turns.size()) : -1;
            Turn turn = turn(message, whole.text(), span.start(), span.end(), special);
            turns.add(new Turn(message, turn.start(), turn.answerEnd(), span.end()));
        }
        return new AssistantTurns(turns, null);
    }

    private static AssistantTurns byPrefix(RenderableChat chat, Rendering whole, SpecialText special) {
        List<Turn> found = new ArrayList<>();
        String problem = null;
        for (int message : chat.assistantMessages()) {
            String reason = null;
            try {
                String prompt = chat.render(message, true).text();
                String answered = chat.render(message + 1, false).text();
                if (!answered.startsWith(prompt)) {
                    reason = "its generation prompt is not how the answer begins";
                } else if (!whole.text().startsWith(answered)) {
                    reason = "it is written differently when more messages follow";
                } else {
                    found.add(turn(message, whole.text(), prompt.length(), answered.length(), special));
                }
            } catch (InputException e) {
                reason = "the conversation up to it cannot be rendered: " + e.getMessage();
            }
            if (reason != null && problem == null) {
                problem = ("message %d, the assistant's: %s, so the chat template does not separate its words from the"
                                + " rest; train only on the last answer (assistant_turns: last), or mark them with"
                                + " {%% generation %%}")
                        .formatted(message + 1, reason);
            }
        }
        return new AssistantTurns(found, problem);
    }

    /** Returns the turn from {@code start} to the last special token before {@code end}. */
    private static Turn turn(int message, String text, int start, int end, SpecialText special) {
        int last = special.endOfLast(text, start, end);
        if (last < 0) {
            return new Turn(message, start, end, end);
        }
        String token = special.endingAt(text, last);
        int answerEnd = last - (token == null ? 0 : token.length());
        return new Turn(message, start, answerEnd, last);
    }

    /**
     * Returns the last turn.
     *
     * @throws InputException if it was not found, or the last message is not the assistant's
     */
    Turn last(RenderableChat chat, boolean marked) {
        if (found.isEmpty()) {
            throw new InputException(problem == null ? "the assistant says nothing in it" : problem);
        }
        Turn turn = found.getLast();
        if (marked) {
            return turn;
        }
        List<Integer> assistants = chat.assistantMessages();
        if (assistants.isEmpty() || turn.message() != assistants.getLast()) {
            throw new InputException(
                    problem == null ? "message " + chat.original().size() + " is not the assistant's" : problem);
        }
        return turn;
    }
}
