package dev.rlhf.refusal.judge;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Yes and no in any wording: "No, it isn't", "That's right", "Nope". */
enum YesNo {
    YES("yes"),
    NO("no");

    private static final Set<String> YES_WORDS = Set.of(
            "yes", "true", "ja", "oui", "vrai", "si", "vero", "sim", "да", "是", "是的", "はい", "네", "예", "tak", "evet",
            "نعم");
    private static final Set<String> NO_WORDS = Set.of(
            "no", "false", "nein", "non", "faux", "falso", "nao", "nee", "nej", "нет", "否", "不是", "いいえ", "아니요", "아니오",
            "nie", "hayir", "لا");

    /** Words of the section "ask" that introduce questions for yes or no, or parts of other questions. */
    private static final Set<String> WHETHER =
            Set.of("if", "whether", "that", "ob", "dass", "si", "ce", "se", "of", "czy", "ли", "om");

    private static final Set<String> PREPOSITIONS = Set.of(
            "in", "on", "at", "by", "of", "for", "from", "to", "with", "under", "en", "de", "a", "con", "por", "dans",
            "par", "aus", "von", "mit", "bei", "zu", "di", "da", "per", "em", "op", "van", "на", "в", "из", "с");

    /** Words with which a request may begin: "Could you please tell me …", "I'm looking for …". */
    private static final Set<String> REQUEST = Set.of(
            "please",
            "kindly",
            "could",
            "can",
            "would",
            "you",
            "i",
            "i'd",
            "id",
            "i'm",
            "im",
            "like",
            "want",
            "to",
            "hear",
            "know",
            "looking",
            "for",
            "tell",
            "give",
            "me",
            "us",
            "name",
            "say",
            "state",
            "try",
            "remember",
            "recall",
            "think",
            "about",
            "help",
            "find",
            "out");

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
        String word = PhrasePattern.key(answer, 0, answer.size(), false);
        return YES_WORDS.contains(word) ? YES : NO_WORDS.contains(word) ? NO : null;
    }

    /**
     * Returns whether a question begins with a question word, possibly after a preposition ("In which film …?"), or
     * asks for something: "Please tell me the symbol of silicon, if you can."
     */
    private static boolean asksForAValue(Words question, Reading reading) {
        int start = 0;
        while (start < question.size() && REQUEST.contains(question.folded(start))) {
            start++;
        }
        if (start > 0 && start < question.size() && Set.of("the", "a", "an").contains(question.folded(start))) {
            return true;
        }
        int first = start + (start + 1 < question.size() && PREPOSITIONS.contains(question.folded(start)) ? 1 : 0);
        return first < question.size()
                && reading.in("ask", question.folded(first))
                && !WHETHER.contains(question.folded(first));
    }

    /** Returns the first clause that says yes or no; null if there is none, or if it says both. */
    static @Nullable Clause find(Reading reading, Words said) {
        for (Clause clause : reading.clauses()) {
            if (reading.refusal(clause) == null && !reading.weak(clause)) {
                boolean yes = reading.matches(clause, YES.section);
                boolean no = reading.matches(clause, NO.section);
                boolean both = said.words().subList(clause.start(), clause.end()).stream()
                                .filter(word -> Set.of("yes", "no").contains(word.folded()))
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
