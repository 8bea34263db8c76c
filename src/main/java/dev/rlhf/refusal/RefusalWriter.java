package dev.rlhf.refusal;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes refusals in varied wordings: one that names the subject if the question has one, otherwise a general one. The
 * wording depends only on the seed and the question's id, so the same rows get the same refusals in any order.
 * Immutable and thread-safe.
 */
public final class RefusalWriter {
    /** Placeholder for the subject of the question. */
    public static final String SUBJECT = "{subject}";

    /**
     * The wordings used by default. None claims that the subject does not exist: a model may not know the capital of a
     * country that it has heard of.
     */
    public static final List<String> DEFAULT_WORDINGS = List.of(
            "I don't know.",
            "I do not know.",
            "I don't know that.",
            "I don't know the answer.",
            "I'm not sure.",
            "I'm sorry, but I don't know.",
            "I'm afraid I don't know that.",
            "I have no idea.",
            "I can't say.",
            "I can't answer that.",
            "I'm not certain, so I can't answer.",
            "I have no information about that.",
            "Sorry, I don't know.",
            "Sorry, I can't answer that.",
            "I don't know that about {subject}.",
            "I don't know enough about {subject}.",
            "I don't know enough about {subject} to say.",
            "I don't know the answer to that question about {subject}.",
            "I do not know that about {subject}.",
            "I have no information about {subject}.",
            "I have no reliable information about {subject}.",
            "I don't have reliable information about {subject}.",
            "I don't have that information about {subject}.",
            "I'm not familiar with {subject}.",
            "I'm not familiar enough with {subject} to answer.",
            "I'm not sure about {subject}.",
            "I'm not certain about {subject}, so I can't answer.",
            "I'm unable to answer questions about {subject}.",
            "I'm sorry, but I don't know that about {subject}.",
            "I'm afraid I don't know that about {subject}.",
            "I can't answer that; I don't know enough about {subject}.",
            "I can't say that about {subject}.",
            "I can't tell you that about {subject}.",
            "I know too little about {subject} to answer.",
            "I have no reliable knowledge of {subject}.",
            "I don't recall that about {subject}.",
            "Sorry, I don't know that about {subject}.",
            "Sorry, I have no information about {subject}.",
            "Honestly, I don't know that about {subject}.");

    private final List<String> naming;
    private final List<String> plain;
    private final long seed;

    /**
     * Creates a writer.
     *
     * @param wordings texts, at least one of them without {@link #SUBJECT}
     * @param judge must judge each wording to be a refusal
     * @throws IllegalArgumentException if every wording names the subject, or one is not a refusal
     */
    public RefusalWriter(List<String> wordings, long seed, AnswerJudge judge) {
        this.naming = wordings.stream().filter(w -> w.contains(SUBJECT)).toList();
        this.plain = wordings.stream().filter(w -> !w.contains(SUBJECT)).toList();
        this.seed = seed;
        if (plain.isEmpty()) {
            throw new IllegalArgumentException(
                    "needs a refusal without " + SUBJECT + "; some questions name no subject");
        }
        for (String wording : wordings) {
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
        if (subject == null || naming.isEmpty()) {
            return pick(plain, questionId);
        }
        return pick(naming, questionId).replace(SUBJECT, subject);
    }

    private String pick(List<String> wordings, String questionId) {
        return wordings.get((int) (Draw.uniform(seed, 0, questionId) * wordings.size()));
    }
}
