package dev.rlhf.refusal.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a text declines to answer, by the patterns of {@link Language} in all languages and by phrases of the user's own. Rules, not
 * a model: what counts as a refusal can be read, and a policy in training cannot drift into something that only a classifier
 * takes for one. Immutable and thread-safe.
 */
public final class RefusalDetector {
    private final List<PhrasePattern> ownPhrases;

    /**
     * A detector with further phrases.
     *
     * @param ownPhrases in any language; each counts wherever it stands within a clause
     */
    RefusalDetector(List<String> ownPhrases) {
        this.ownPhrases = ownPhrases.stream().map(PhrasePattern::literal).toList();
    }

    /** Whether some clause of the text declines, whatever stands beside it; without phrases of the user's own. */
    public static boolean refuses(String text) {
        Words words = Words.of(text);
        RefusalDetector detector = new RefusalDetector(List.of());
        return Clause.of(words, Language.of(words)).stream()
                .anyMatch(clause -> !clause.quoted() && detector.find(words, clause.words()) != null);
    }

    /** Where a run of words declines to answer; null if it does not. */
    @Nullable
    Span find(Words words, Span span) {
        return find(words, span, Language.ofRefusals(words));
    }

    /** As the short form, in the languages that the text may be in. */
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
