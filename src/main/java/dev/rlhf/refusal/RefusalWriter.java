package dev.rlhf.refusal;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Languages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes refusals in varied wordings: one that names the subject if the question has one, otherwise a general one. The
 * built-in wordings are in the language of the question. The wording depends only on the seed and the question, so the
 * same rows get the same refusals in any order. Immutable and thread-safe.
 */
public final class RefusalWriter {
    /** Placeholder for the subject of the question. */
    public static final String SUBJECT = "{subject}";

    /**
     * The built-in wordings in English; those in other languages are in {@code wordings/}. None claims that the subject
     * does not exist: a model may not know the capital of a country that it has heard of.
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

    /** Key of {@code meta} for the language of a question, as a code of {@link Languages#CODES}. */
    private static final String LANGUAGE = "language";

    /** Wordings of one language. */
    private record Wordings(List<String> naming, List<String> plain) {
        static Wordings of(List<String> all) {
            return new Wordings(
                    all.stream().filter(w -> w.contains(SUBJECT)).toList(),
                    all.stream().filter(w -> !w.contains(SUBJECT)).toList());
        }
    }

    /** By language, or only one for all languages. */
    private final Map<String, Wordings> byLanguage;

    private final Wordings fallback;
    private final long seed;

    private RefusalWriter(Map<String, Wordings> byLanguage, Wordings fallback, long seed) {
        this.byLanguage = Map.copyOf(byLanguage);
        this.fallback = fallback;
        this.seed = seed;
    }

    /**
     * Creates a writer that uses the same wordings for every question.
     *
     * @param wordings texts, at least one of them without {@link #SUBJECT}
     * @param judge must judge each wording to be a refusal
     * @throws IllegalArgumentException if every wording names the subject, or one is not a refusal
     */
    public RefusalWriter(List<String> wordings, long seed, AnswerJudge judge) {
        this(Map.of(), Wordings.of(wordings), seed);
        if (fallback.plain().isEmpty()) {
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

    /** Creates a writer with the built-in wordings of all languages. */
    public static RefusalWriter builtIn(long seed) {
        Map<String, Wordings> all = new HashMap<>();
        Languages.CODES.forEach(code -> all.put(code, Wordings.of(builtIn(code))));
        return new RefusalWriter(all, Wordings.of(DEFAULT_WORDINGS), seed);
    }

    /** Returns the built-in wordings of a language. */
    static List<String> builtIn(String code) {
        if (code.equals("en")) {
            return DEFAULT_WORDINGS;
        }
        try (InputStream in = RefusalWriter.class.getResourceAsStream("wordings/" + code + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("no resource wordings/" + code + ".txt");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the refusal for a question. If it has a context, the subject is not named: a model that has just read
     * about the subject cannot say that it knows nothing about it.
     */
    public String write(QuestionRow question) {
        String language = question.meta().getOrDefault(LANGUAGE, "");
        Wordings wordings = byLanguage.isEmpty()
                ? fallback
                : byLanguage.getOrDefault(language.isEmpty() ? Languages.of(question.question()) : language, fallback);
        String subject = question.context() == null ? question.subject() : null;
        return subject == null || wordings.naming().isEmpty()
                ? pick(wordings.plain(), question.key())
                : pick(wordings.naming(), question.key()).replace(SUBJECT, subject);
    }

    private String pick(List<String> wordings, String key) {
        return wordings.get((int) (Draw.uniform(seed, 0, key) * wordings.size()));
    }
}
