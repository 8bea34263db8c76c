package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A completion divided into clauses, with the meaning of each: whether it declines, whether it only reports what others
 * say, and which of its words may be an answer. {@link GuessFinder} finds the clause that makes a guess.
 */
final class Reading {
    private final Words said;
    private final List<Language> languages;
    private final List<Clause> clauses;
    private final List<@Nullable Span> refusals = new ArrayList<>();
    private final Asked asked;

    /**
     * Reads a completion.
     * @param answerable whether the question has accepted answers; if not, a clause also declines by saying that the
     *     subject of the question does not exist
     */
    Reading(Words said, Words question, List<Language> languages, RefusalDetector detector, boolean answerable) {
        this.said = said;
        this.languages = languages;
        this.asked = Asked.of(question, this::plain);
        this.clauses = Clause.of(said, languages);
        List<Language> refusing = Language.ofRefusals(said);
        for (Clause clause : clauses) {
            Span refusal = clause.quoted() ? null : detector.find(said, clause.words(), refusing);
            if (refusal == null && !answerable && !clause.quoted() && !names(clause)) {
                refusal = RefusalDetector.premise(said, clause.words(), refusing);
            }
            refusals.add(refusal == null && asksOn(clause) ? clause.words() : refusal);
        }
    }

    /** Returns whether a clause continues the one before it, which declines: "I don't know, who wrote it". */
    private boolean asksOn(Clause clause) {
        int index = refusals.size();
        return index > 0
                && refusals.get(index - 1) != null
                && clauses.get(index - 1).sentence() == clause.sentence()
                && in("ask", said.folded(clause.start()));
    }

    Words said() {
        return said;
    }

    List<Language> languages() {
        return languages;
    }

    List<Clause> clauses() {
        return clauses;
    }

    /** Returns the words with which a clause declines; null if it does not. */
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

    /** Returns the clauses of the sentence that has a word. */
    List<Clause> sentence(int word) {
        int sentence = clauseOf(word).sentence();
        return clauses.stream().filter(clause -> clause.sentence() == sentence).toList();
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

    /** Returns whether a clause only reports what others say, or asks. */
    boolean weak(Clause clause) {
        return clause.question() || (matches(clause, "attributed") && !matches(clause, "retract"));
    }

    /** Returns whether a clause is a question without words other than those of the question asked. */
    boolean restates(Clause clause) {
        return clause.question() && values(clause).isEmpty();
    }

    /** Returns the first word that is not retracted later by "no wait" or the like. */
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

    boolean opensWith(String section, Clause clause) {
        return in(section, said.folded(clause.start()));
    }

    /** Returns whether a clause has a name or number that the question lacks. */
    boolean names(Clause clause) {
        boolean first = clauses.stream()
                .filter(c -> c.sentence() == clause.sentence())
                .allMatch(c -> c.start() >= clause.start());
        return values(clause).stream().anyMatch(i -> (!first || i > clause.start()) && capitalised(i));
    }

    /** Returns whether a capitalised plain word is part of a name: "Valdoria City". */
    private boolean secondName(Clause clause, int word) {
        return word > clause.start()
                && capitalised(word)
                && capitalised(word - 1)
                && !in("speaker", said.folded(word))
                && asked.entity().contains(said.folded(word - 1));
    }

    /** Returns the words of a clause that may be an answer: not in the question and not plain. */
    List<Integer> values(Clause clause) {
        List<Integer> values = new ArrayList<>();
        for (int i = clause.start(); i < clause.end(); i++) {
            String word = said.folded(i);
            if ((!plain(word) || secondName(clause, i))
                    && asked.words().stream().noneMatch(w -> Asked.alike(w, word))) {
                values.add(i);
            }
        }
        return values;
    }

    /** Returns whether a clause repeats the whole question as a statement: "Penguins can't fly". */
    boolean answersInFull(Clause clause) {
        List<String> words = new ArrayList<>();
        int start = opening(clause) ? clauses.get(clauses.indexOf(clause) - 1).start() : clause.start();
        said.words().subList(start, clause.end()).forEach(word -> words.add(word.folded()));
        boolean some = !asked.relation().isEmpty() || !asked.entity().isEmpty();
        return some
                && !clause.question()
                && values(clause).isEmpty()
                && asked.relation().stream().allMatch(w -> words.stream().anyMatch(word -> Asked.alike(word, w)))
                && words.containsAll(asked.entity());
    }

    /** Returns whether a few words introduce a clause: "Strictly speaking, penguins are birds". */
    private boolean opening(Clause clause) {
        int index = clauses.indexOf(clause);
        return index > 0
                && clauses.get(index - 1).sentence() == clause.sentence()
                && clauses.get(index - 1).size() <= 3;
    }

    /** Returns whether a clause contains a word of denial. */
    boolean denies(Clause clause) {
        return said.words().subList(clause.start(), clause.end()).stream()
                .anyMatch(word -> in("before", word.folded()) || in("zero", word.folded()));
    }

    boolean capitalised(int word) {
        int first = said.get(word).written().codePointAt(0);
        return Character.isUpperCase(first) || Character.isDigit(first);
    }

    /** Returns whether everything is in capitals. */
    boolean shouted() {
        return said.words().stream()
                .noneMatch(word -> word.written().codePoints().anyMatch(Character::isLowerCase));
    }

    boolean plain(String word) {
        return languages.stream().anyMatch(language -> language.words("plain").contains(word));
    }

    Asked asked() {
        return asked;
    }

    boolean in(String section, String word) {
        return languages.stream().anyMatch(language -> language.words(section).contains(word));
    }

    /** Returns whether a phrase of a section begins at a word. */
    boolean startsWith(String section, int word) {
        return languages.stream()
                .anyMatch(l -> l.phrases(section).stream().anyMatch(phrase -> said.startsAt(word, phrase)));
    }

    /** Returns whether a phrase or pattern of a section ends right before a word of the same clause. */
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
