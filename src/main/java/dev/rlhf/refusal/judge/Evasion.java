package dev.rlhf.refusal.judge;

import java.util.List;

/** Recognises refusals in words that no pattern covers: "I'd only be guessing". */
final class Evasion {
    private Evasion() {}

    /**
     * Returns whether a text without a guess mentions the speaker or the reader, denies or doubts something, and names
     * nothing in its other clauses. "I can't tell a lie: it was Edison" names something, so it is no evasion.
     */
    static boolean in(Words said, Reading reading) {
        boolean named = reading.clauses().stream()
                .filter(clause -> !reading.matches(clause, "aside") || tells(reading, clause))
                .anyMatch(clause -> reading.names(clause)
                        || (clause.size() <= 3
                                && reading.values(clause).stream().anyMatch(reading::capitalised)));
        return !named
                && reading.clauses().stream()
                        .anyMatch(clause -> personal(said, reading, clause)
                                && words(said, clause).stream().anyMatch(word -> reading.in("evasive", word.folded())));
    }

    /** Returns whether the speaker announces a statement: "I can tell you that the capital is Oslo". */
    private static boolean tells(Reading reading, Clause clause) {
        return reading.matches(clause, "guess");
    }

    private static boolean personal(Words said, Reading reading, Clause clause) {
        return words(said, clause).stream().anyMatch(word -> reading.in("speaker", word.folded()));
    }

    private static List<Words.Word> words(Words said, Clause clause) {
        return said.words().subList(clause.start(), clause.end());
    }
}
