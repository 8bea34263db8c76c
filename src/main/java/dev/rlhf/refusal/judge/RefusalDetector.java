package dev.rlhf.refusal.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the words with which a text declines to answer, by patterns for all languages ({@link Language}) and by the
 * user's own phrases. Uses rules instead of a model: what counts as a refusal can be read, and a policy in training
 * cannot drift to texts that only a classifier takes for a refusal. Immutable and thread-safe.
 */
public final class RefusalDetector {
    private final List<PhrasePattern> ownPhrases;

    /**
     * Creates a detector.
     *
     * @param ownPhrases additional phrases in any language; each counts anywhere in a clause
     */
    RefusalDetector(List<String> ownPhrases) {
        this.ownPhrases = ownPhrases.stream().map(PhrasePattern::literal).toList();
    }

    /** Whether any clause of the text declines, regardless of the others. */
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
        Span first = PhrasePattern.find(ownPhrases, words, span.start(), span.end());
        for (Language language : languages) {
            for (String section : List.of("refusal", "unknown")) {
                Span found = PhrasePattern.find(language.patterns(section), words, span.start(), span.end());
                if (found != null && (first == null || found.start() < first.start())) {
                    first = found;
                }
            }
        }
        return first;
    }
}
