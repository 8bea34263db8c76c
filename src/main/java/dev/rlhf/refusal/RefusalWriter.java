package dev.rlhf.refusal;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes refusals in varied wordings. The wording depends only on the seed and the question's id, so the same rows get
 * the same refusals in any order. Immutable and thread-safe.
 */
public final class RefusalWriter {
    /** Placeholder for the subject of the question. */
    public static final String SUBJECT = "{subject}";

    /** The wordings used by default. */
    public static final List<String> DEFAULT_WORDINGS = List.of(
            "I don't know.",
            "I do not know.",
            "I'm not sure.",
            "Sorry, I don't know.",
            "I don't know that.",
            "I have no information about {subject}.",
            "I don't know anything about {subject}.",
            "Sorry, I have never heard of {subject}.",
            "I'm not familiar with {subject}.");

    private final List<String> all;
    private final List<String> plain;
    private final long seed;

    /**
     * Creates a writer.
     *
     * @param wordings at least one of them does not name the subject
     * @param judge must judge each wording to be a refusal
     * @throws IllegalArgumentException if no wording is without subject, or one is not a refusal
     */
    public RefusalWriter(List<String> wordings, long seed, AnswerJudge judge) {
        this.all = List.copyOf(wordings);
        this.plain = all.stream().filter(w -> !w.contains(SUBJECT)).toList();
        this.seed = seed;
        if (plain.isEmpty()) {
            throw new IllegalArgumentException(
                    "needs a refusal without " + SUBJECT + "; some questions name no subject");
        }
        for (String wording : all) {
            if (judge.judge("", List.of(), wording).verdict() != Verdict.REFUSED) {
                throw new IllegalArgumentException(
                        "\"" + wording + "\" would not be recognised as a refusal; name its phrase in refusal_phrases");
            }
        }
    }

    /**
     * Returns the refusal for a question.
     *
     * @param subject what the question is about; null if unknown
     */
    public String write(String questionId, @Nullable String subject) {
        List<String> wordings = subject == null ? plain : all;
        int pick = (int) (Draw.uniform(seed, 0, questionId) * wordings.size());
        return subject == null ? wordings.get(pick) : wordings.get(pick).replace(SUBJECT, subject);
    }
}
