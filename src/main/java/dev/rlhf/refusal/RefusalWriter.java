package dev.rlhf.refusal;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes refusals in varied words: which wording a question gets depends on the seed and the question's id alone, so a file
 * written again is the same file, whatever order its rows come in. Immutable and thread-safe.
 */
public final class RefusalWriter {
    /** Where a wording names what was asked about. */
    public static final String SUBJECT = "{subject}";

    /** Used where the recipe names no wordings of its own. */
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
     * A writer that chooses among the given wordings.
     *
     * @param wordings at least one that does not name the subject
     * @param judge must take each wording for a refusal
     * @throws IllegalArgumentException if there is none, or one that the judge does not take for a refusal
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
     * The refusal for one question.
     *
     * @param subject what the question is about, or null where that is not known
     */
    public String write(String questionId, @Nullable String subject) {
        List<String> wordings = subject == null ? plain : all;
        int pick = (int) (Draw.uniform(seed, 0, questionId) * wordings.size());
        return subject == null ? wordings.get(pick) : wordings.get(pick).replace(SUBJECT, subject);
    }
}
