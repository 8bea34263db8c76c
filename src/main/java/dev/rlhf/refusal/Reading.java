package dev.rlhf.refusal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A completion read clause by clause: which clauses decline, which only stand beside that (advice, apologies, the speaker's limits),
 * which quote others, and which make a guess.
 */
final class Reading {
    /** Words of a question shorter than this name no relation. */
    private static final int RELATION_LENGTH = 3;

    private final Words said;
    private final List<Language> languages;
    private final List<Clause> clauses;
    private final List<@Nullable Span> refusals = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();
    /** Lower-case words of the question that say what is asked: "capital". */
    private final Set<String> relation = new HashSet<>();
    /** Names in the question. */
    private final Set<String> entity = new HashSet<>();

    Reading(Words said, Words question, List<Language> languages, RefusalDetector detector) {
        this.said = said;
        this.languages = languages;
        this.clauses = Clause.of(said, languages);
        List<Language> refusing = Language.ofRefusals(said);
        for (Clause clause : clauses) {
            refusals.add(clause.quoted() ? null : detector.find(said, clause.words(), refusing));
        }
        for (int i = 0; i < question.size(); i++) {
            String word = question.folded(i);
            asked.add(word);
            boolean name =
                    i > 0 && Character.isUpperCase(question.get(i).written().charAt(0));
            if (name) {
                entity.add(word);
            } else if (!plain(word) && word.length() >= RELATION_LENGTH) {
                relation.add(word);
            }
        }
    }

    List<Clause> clauses() {
        return clauses;
    }

    /** Where a clause declines; null if it does not. */
    @Nullable
    Span refusal(Clause clause) {
        return refusals.get(clauses.indexOf(clause));
    }

    Clause clauseOf(int word) {
        return clauses.stream()
                .filter(clause -> clause.end() > word)
                .findFirst()
                .orElseThrow();
    }

    boolean matches(Clause clause, String section) {
        return find(clause, section) != null;
    }

    @Nullable
    Span find(Clause clause, String section) {
        for (Language language : languages) {
            Span found = PhrasePattern.find(language.patterns(section), said, clause.start(), clause.end());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Whether it says what others say, or only asks. */
    boolean weak(Clause clause) {
        return clause.question() || (matches(clause, "attributed") && !matches(clause, "retract"));
    }

    /** Whether every word of a question in the answer is one of the question that was asked. */
    boolean restates(Clause clause) {
        return clause.question() && values(clause).isEmpty();
    }

    /** From which word on the text stands: what a "no wait" takes back does not. */
    int liveFrom() {
        for (int i = clauses.size() - 1; i > 0; i--) {
            Clause clause = clauses.get(i);
            Span retract = clause.quoted() ? null : find(clause, "retract");
            if (retract != null && retract.end() < said.size()) {
                return retract.end();
            }
        }
        return 0;
    }

    /** The first clause from a word on that gives an answer, whatever it is; null if none does. */
    @Nullable
    Clause guess(int from) {
        int aside = -1;
        for (Clause clause : clauses) {
            boolean opens = languages.stream().anyMatch(l -> l.words("but").contains(said.folded(clause.start())));
            boolean marked = matches(clause, "guess");
            boolean beside = matches(clause, "aside");
            if (clause.start() >= from
                    && refusal(clause) == null
                    && (clause.sentence() != aside || opens && !beside)
                    && guesses(clause, marked, beside)) {
                return clause;
            }
            if (beside && !marked && clause.size() > 1) {
                aside = clause.sentence();
            }
        }
        return null;
    }

    private boolean guesses(Clause clause, boolean marked, boolean beside) {
        List<Integer> values = values(clause);
        if (values.isEmpty() || (beside && !startsGuess(clause, marked)) || describes(clause)) {
            return false;
        }
        if (marked || clause.size() <= 4) {
            return true;
        }
        boolean named = values.stream().anyMatch(i -> i > clause.start() && capitalised(i));
        boolean related = relation.isEmpty() ? contains(clause, entity) : contains(clause, relation);
        return !clause.question()
                && (named || related || !said.get(clause.start()).folded().isEmpty() && blankless(clause));
    }

    private boolean startsGuess(Clause clause, boolean marked) {
        if (!marked) {
            return false;
        }
        Span guess = find(clause, "guess");
        Span aside = find(clause, "aside");
        return guess != null && aside != null && guess.end() >= aside.end() && guess.start() <= aside.start();
    }

    /** Whether it tells of the thing asked about something else than what was asked: "Botswana is in Africa". */
    private boolean describes(Clause clause) {
        return !relation.isEmpty() && contains(clause, entity) && !contains(clause, relation) && clause.size() > 2;
    }

    private boolean contains(Clause clause, Set<String> words) {
        for (int i = clause.start(); i < clause.end(); i++) {
            String word = said.folded(i);
            if (words.contains(word) || words.stream().anyMatch(w -> alike(w, word))) {
                return true;
            }
        }
        return false;
    }

    /** Forms of a word: the same first letters, five at least. */
    private static boolean alike(String one, String other) {
        int length = Math.min(one.length(), other.length());
        return length >= 5 && one.regionMatches(0, other, 0, Math.max(5, length - 2));
    }

    private boolean blankless(Clause clause) {
        return Words.blankless(said.folded(clause.start()));
    }

    /** The words of a clause that may be an answer: neither in the question nor plain. */
    List<Integer> values(Clause clause) {
        List<Integer> values = new ArrayList<>();
        for (int i = clause.start(); i < clause.end(); i++) {
            String word = said.folded(i);
            if (!asked.contains(word) && !plain(word) && asked.stream().noneMatch(w -> alike(w, word))) {
                values.add(i);
            }
        }
        return values;
    }

    boolean capitalised(int word) {
        int first = said.get(word).written().codePointAt(0);
        return Character.isUpperCase(first) || Character.isDigit(first);
    }

    boolean plain(String word) {
        return languages.stream().anyMatch(language -> language.words("plain").contains(word));
    }

    boolean asked(String word) {
        return asked.contains(word);
    }

    Set<String> relation() {
        return relation;
    }

    Set<String> entity() {
        return entity;
    }

    boolean in(String section, String word) {
        return languages.stream().anyMatch(language -> language.words(section).contains(word));
    }

    /** Whether a phrase or pattern of a section ends right before a word of the same clause. */
    boolean endsBefore(String section, int word) {
        Clause clause = clauseOf(word);
        return languages.stream()
                .anyMatch(l -> word > clause.start()
                        && (PhrasePattern.find(l.patterns(section), said, clause.start(), word) != null
                                || l.phrases(section).stream()
                                        .anyMatch(p -> word - p.size() >= clause.start()
                                                && said.startsAt(word - p.size(), p))));
    }
}
