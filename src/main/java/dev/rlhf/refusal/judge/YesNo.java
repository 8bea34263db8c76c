package dev.rlhf.refusal.judge;

import org.jspecify.annotations.Nullable;

/** Yes and no in any wording: "No, it isn't", "That's right", "Nope". */
enum YesNo {
    YES("yes"),
    NO("no");

    private final String section;

    YesNo(String section) {
        this.section = section;
    }

    /**
     * Returns yes or no for an accepted answer; null if it is neither, or if the question asks for something else: "Si"
     * is the symbol of silicon, and "No" that of nobelium.
     */
    static @Nullable YesNo of(Words answer, Words question, Reading reading) {
        if (asksForAValue(question, reading)) {
            return null;
        }
        return Language.ALL.stream().anyMatch(language -> language.has("true", answer))
                ? YES
                : Language.ALL.stream().anyMatch(language -> language.has("false", answer)) ? NO : null;
    }

    /**
     * Returns whether a question begins with a question word, possibly after a preposition ("In which film …?"), or
     * asks for something: "Please tell me the symbol of silicon, if you can."
     */
    private static boolean asksForAValue(Words question, Reading reading) {
        int start = 0;
        boolean requests = false; // unlike "Can a penguin fly?"
        while (start < question.size()
                && (reading.in("request", question.folded(start)) || reading.in("ability", question.folded(start)))) {
            requests |= reading.in("request", question.folded(start));
            start++;
        }
        if (requests && start < question.size() && reading.in("article", question.folded(start))) {
            return true;
        }
        int first = start + (start + 1 < question.size() && reading.in("preposition", question.folded(start)) ? 1 : 0);
        return first < question.size()
                && reading.in("ask", question.folded(first))
                && !reading.in("whether", question.folded(first));
    }

    /** Returns the first clause that says yes or no; null if there is none, or if it says both. */
    static @Nullable Clause find(Reading reading, Words said) {
        for (Clause clause : reading.clauses()) {
            if (reading.refusal(clause) == null && !reading.weak(clause)) {
                boolean yes = reading.matches(clause, YES.section);
                boolean no = reading.matches(clause, NO.section);
                boolean both = said.words().subList(clause.start(), clause.end()).stream()
                                .map(Words.Word::folded)
                                .filter(word -> reading.in("yes_or_no", word))
                                .distinct()
                                .count()
                        > 1;
                if (both) {
                    return null;
                }
                if ((yes || no) && !(clause.size() == 1 && declinesAfter(reading, clause))) {
                    return clause;
                }
            }
        }
        return reading.clauses().stream()
                .filter(clause ->
                        reading.refusal(clause) == null && !reading.weak(clause) && reading.answersInFull(clause))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns whether a refusal follows: in "No, I don't know" the "no" is not an answer, but in "No, although I don't
     * know why" it is.
     */
    private static boolean declinesAfter(Reading reading, Clause clause) {
        return reading.clauses().stream()
                .anyMatch(next -> next.start() == clause.end()
                        && next.sentence() == clause.sentence()
                        && !reading.opensWith("but", next)
                        && reading.refusal(next) != null);
    }

    /** Returns whether a clause says this value. */
    boolean said(Reading reading, Clause clause) {
        boolean full = !reading.matches(clause, YES.section) && reading.answersInFull(clause) && reading.denies(clause);
        boolean no = full || reading.matches(clause, NO.section);
        return this == NO ? no : !no;
    }
}
