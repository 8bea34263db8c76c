package dev.rlhf.refusal.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the words with which a text declines to answer, by patterns for all languages ({@link Language}) and by the
 * user's own phrases. Uses rules instead of a model, because rules can be inspected, and because a policy in training
 * could exploit a classifier's errors. Immutable and thread-safe.
 */
public final class RefusalDetector {
    private final List<PhrasePattern> ownPhrases;

    /**
     * Creates a detector.
     * @param ownPhrases additional phrases in any language, which match anywhere in a clause
     */
    RefusalDetector(List<String> ownPhrases) {
        this.ownPhrases = ownPhrases.stream().map(PhrasePattern::literal).toList();
    }

    /** Returns whether any clause of the text declines, regardless of the others. */
    public static boolean refuses(String text) {
        Words words = Words.of(text);
        RefusalDetector detector = new RefusalDetector(List.of());
        return Clause.of(words, Language.of(words)).stream()
                .anyMatch(clause -> !clause.quoted() && detector.find(words, clause.words()) != null);
    }

    /** Returns the words that decline within a span; null if there are none. */
    @Nullable
    Span find(Words words, Span span) {
        return find(words, span, Language.ofRefusals(words));
    }

    /** Like {@link #find(Words, Span)}, in the given languages. */
    @Nullable
    Span find(Words words, Span span, List<Language> languages) {
        Span own = PhrasePattern.find(ownPhrases, words, span.start(), span.end());
        Span refusal = earlier(own, find(words, span, languages, "refusal"));
        return earlier(refusal, find(words, span, languages, "unknown"));
    }

    /**
     * Returns the words that deny the existence of the question's subject ("There is no such river"); null if there are
     * none.
     */
    static @Nullable Span premise(Words words, Span span, List<Language> languages) {
        return find(words, span, languages, "premise");
    }

    private static @Nullable Span find(Words words, Span span, List<Language> languages, String section) {
        Span first = null;
        for (Language language : languages) {
            first = earlier(first, PhrasePattern.find(language.patterns(section), words, span.start(), span.end()));
        }
        return first;
    }

    /** Returns the span that starts first, {@code one} if both start at the same word. */
    private static @Nullable Span earlier(@Nullable Span one, @Nullable Span other) {
        return one == null || (other != null && other.start() < one.start()) ? other : one;
    }
}
