package dev.rlhf.refusal;

import java.util.List;

/**
 * Tells whether a text declines to answer, by whole phrases after {@link Words} normalisation: case, accents, punctuation
 * and the kind of apostrophe do not matter. A list, not a model: what counts as a refusal can be read here, and a policy
 * in training cannot drift into something that only a classifier takes for one. English only. Thread-safe.
 */
public final class RefusalDetector {
    /** What a refusal contains. {@code {subject}} in a wording never matters: phrases end before it. */
    static final List<String> PHRASES = List.of(
            "I don't know",
            "I do not know",
            "I don't really know",
            "I don't have information",
            "I don't have any information",
            "I do not have information",
            "I do not have any information",
            "I have no information",
            "I have no idea",
            "I have no knowledge of",
            "I have never heard of",
            "I've never heard of",
            "I never heard of",
            "I haven't heard of",
            "I have not heard of",
            "I know nothing about",
            "I'm not sure",
            "I am not sure",
            "I'm not certain",
            "I am not certain",
            "I'm not aware of",
            "I am not aware of",
            "I'm not familiar with",
            "I am not familiar with",
            "I can't answer",
            "I cannot answer",
            "I can't say",
            "I cannot say",
            "I can't tell",
            "I cannot tell",
            "I'm unable to answer",
            "I am unable to answer",
            "is unknown to me",
            "is not known to me",
            "is not something I know",
            "isn't something I know");

    private static final List<Words> NORMALISED =
            PHRASES.stream().map(Words::of).toList();

    private RefusalDetector() {}

    /** Whether the text contains a phrase of refusal. */
    public static boolean refuses(String text) {
        return refuses(Words.of(text));
    }

    static boolean refuses(Words words) {
        return NORMALISED.stream().anyMatch(words::contains);
    }
}
