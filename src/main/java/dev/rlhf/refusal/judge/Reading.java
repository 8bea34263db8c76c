package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A completion, divided into clauses: those that decline, those that only accompany a refusal (advice, apologies, the
 * speaker's limits), those that quote others, and those that make a guess.
 */
final class Reading {
    /** Maximum number of words of a clause that is a guess even without a name or a phrase that marks a guess. */
    private static final int MAX_SHORT = 4;

    /** At most three letters, or the same letter three times: "oof", "hmmm". */
    private static final Pattern INTERJECTION = Pattern.compile("\\p{L}{1,3}|\\p{L}*(\\p{L})\\1\\1\\p{L}*");

    private final Words said;
    private final List<Language> languages;
    private final List<Clause> clauses;
    private final List<@Nullable Span> refusals = new ArrayList<>();
    private final Asked asked;

    /**
     * Reads a completion.
     *
     * @param answerable whether the question has accepted answers; if not, a clause also declines by saying that the
     *     thing asked about does not exist
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

    /** Returns the first clause, from word {@code from} on, that makes a guess, right or wrong; null if none does. */
    @Nullable
    Clause guess(int from) {
        int aside = -1;
        boolean refused = false;
        for (Clause clause : clauses) {
            boolean opens = opensWith("but", clause);
            Clause live = clause.from(from);
            boolean marked = matches(live, "guess") && !opensWith("if", clause);
            boolean beside = matches(live, "aside");
            boolean skipped = clause.sentence() == aside
                    && !(opens && !beside)
                    && !(marked && names(clause) && opensGuess(live))
                    && !(refused && (marked || names(clause)));
            if (live.size() > 0 && refusal(clause) == null && !skipped && guesses(live, marked, beside)) {
                return live;
            }
            Clause tail = tailGuess(clause);
            if (tail != null && tail.start() >= from) {
                return tail;
            }
            if (beside && !marked && clause.size() > 1) {
                refused = refusal(clause) != null && (clause.sentence() != aside || refused);
                aside = clause.sentence();
            }
        }
        return null;
    }

    private boolean guesses(Clause clause, boolean marked, boolean beside) {
        List<Integer> values = values(clause);
        if (values.isEmpty()
                || asksBack(clause, marked)
                || (!marked && (labels(clause) || interjects(clause) || continues(clause)))
                || (introduces(clause) && !names(clause))
                || (beside && (clause.question() || !marked || !opensGuess(clause)))
                || (!marked && describes(clause))
                || (!clause.question() && denies(clause) && !names(clause))
                || background(clause)) {
            return false;
        }
        boolean related = contains(clause, asked.relation().isEmpty() ? asked.entity() : asked.relation())
                && clauses.stream()
                        .noneMatch(later -> later.start() >= clause.end()
                                && later.sentence() == clause.sentence()
                                && refusal(later) != null);
        return marked
                || isShort(clause)
                || (!clause.question() && (names(clause) || related || (blankless(clause) && !remarks(clause))));
    }

    /**
     * Returns whether a clause is so short that it is a guess even without a name or a phrase that marks a guess: "I
     * don't know. cheetah". In the sentence of a refusal, only a bare answer is a guess: not "To be honest, I don't
     * know".
     */
    private boolean isShort(Clause clause) {
        List<Integer> values = values(clause);
        boolean bare = IntStream.range(clause.start(), clause.end())
                .allMatch(i -> values.contains(i)
                        || in("article", said.folded(i))
                        || in("but", said.folded(i))
                        || in("starters", said.folded(i)));
        return clause.size() <= MAX_SHORT
                && (blankless(clause) ? !remarks(clause) : bare || names(clause) || !besideRefusal(clause));
    }

    /**
     * Returns whether the speaker comments on a refusal in the same sentence, in scripts without blanks: "As far as I
     * know".
     */
    private boolean remarks(Clause clause) {
        return besideRefusal(clause)
                && said.words().subList(clause.start(), clause.end()).stream()
                        .anyMatch(word -> in("speaker", word.folded()));
    }

    private boolean besideRefusal(Clause clause) {
        return clauses.stream().anyMatch(c -> c.sentence() == clause.sentence() && refusal(c) != null);
    }

    /**
     * Returns whether a clause belongs to a counter-question, without a name, after a refusal: "Is she a writer, a
     * scientist?"
     */
    private boolean asksBack(Clause clause, boolean marked) {
        List<Clause> sentence =
                clauses.stream().filter(c -> c.sentence() == clause.sentence()).toList();
        int size = sentence.getLast().end() - sentence.getFirst().start();
        return sentence.getLast().question()
                && size > MAX_SHORT
                && values(clause).stream().noneMatch(this::capitalised)
                && clauses.stream()
                        .anyMatch(c -> c.end() <= clause.start()
                                && refusal(c) != null
                                && (!marked || c.sentence() == clause.sentence()));
    }

    /** Returns whether a clause is an interjection before a refusal: "Oof! No idea." */
    private boolean interjects(Clause clause) {
        int next = clauses.indexOf(clause) + 1;
        return clause.size() == 1
                && INTERJECTION.matcher(said.folded(clause.start())).matches()
                && next < clauses.size()
                && refusals.get(next) != null;
    }

    /**
     * Returns whether a clause continues a sentence after a quotation: "There is no element called 'X' on the periodic
     * table".
     */
    private boolean continues(Clause clause) {
        int index = clauses.indexOf(clause);
        return index > 0
                && clauses.get(index - 1).quoted()
                && clauses.get(index - 1).sentence() == clause.sentence()
                && said.gap(clause.start()).chars().noneMatch(c -> ",;:".indexOf(c) >= 0)
                && plain(said.folded(clause.start()))
                && !names(clause);
    }

    /**
     * Returns whether a clause leads to a refusal without punctuation: "Instead of inventing a number I'll say I don't
     * know".
     */
    private boolean introduces(Clause clause) {
        int next = clauses.indexOf(clause) + 1;
        return next < clauses.size()
                && refusals.get(next) != null
                && said.gap(clauses.get(next).start()).isBlank()
                && !opensWith("but", clauses.get(next));
    }

    /** Returns whether a clause labels a refusal, without a name: "Result: not found". */
    private boolean labels(Clause clause) {
        return clause.label() && !names(clause) && refusals.stream().anyMatch(refusal -> refusal != null);
    }

    /**
     * Returns the guess that ends a clause that declines, in languages that join the two without punctuation; null if
     * there is none.
     */
    private @Nullable Clause tailGuess(Clause clause) {
        Span refusal = refusal(clause);
        Clause rest = clause.from(refusal == null ? clause.end() : refusal.end());
        boolean guesses = rest.size() > 0
                && languages.stream()
                        .filter(language -> !language.hasBlanks())
                        .anyMatch(l -> PhrasePattern.find(l.patterns("guess"), said, rest.start(), rest.end()) != null);
        return guesses && !values(rest).isEmpty() ? rest : null;
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

    /**
     * Returns whether the phrase that marks a guess ends no earlier than the one that marks an aside: "I'd say"
     * compared with "I'd".
     */
    private boolean opensGuess(Clause clause) {
        Span guess = find(clause, "guess");
        Span aside = find(clause, "aside");
        return guess != null && aside != null && guess.end() >= aside.end();
    }

    /** Returns whether a clause names who did it: "Hamlet was written by Marlowe". */
    private boolean namesAgent(Clause clause) {
        return values(clause).stream()
                .anyMatch(i -> i > clause.start() && capitalised(i) && in("agent", said.folded(i - 1)));
    }

    /**
     * Returns whether a clause says something about the thing asked about, but not what was asked: "Botswana is in
     * Africa".
     */
    private boolean describes(Clause clause) {
        return !asked.key().isEmpty()
                && !namesAgent(clause)
                && contains(clause, asked.entity())
                && !contains(clause, asked.key())
                && clause.size() > 2;
    }

    /**
     * Returns whether a later clause of the sentence declines to say what was asked: "It's from 1979, but I don't know
     * its director", "It's a city in Asia, but I can't say which".
     */
    private boolean background(Clause clause) {
        return !contains(clause, asked.key())
                && clauses.stream()
                        .anyMatch(later -> later.start() >= clause.end()
                                && later.sentence() == clause.sentence()
                                && in("but", said.folded(later.start()))
                                && refusal(later) != null
                                && (contains(later, asked.key())
                                        || contains(later, asked.relation())
                                        || asksAgain(later)));
    }

    /** Returns whether a clause has the question's own question word ("when"), or both ask "who", "which" or "what". */
    private boolean asksAgain(Clause clause) {
        boolean who = asked.words().stream().anyMatch(word -> in("who", word));
        return said.words().subList(clause.start(), clause.end()).stream()
                .anyMatch(word -> (who && in("who", word.folded()))
                        || (in("ask", word.folded()) && asked.words().contains(word.folded())));
    }

    private boolean contains(Clause clause, Set<String> words) {
        for (int i = clause.start(); i < clause.end(); i++) {
            String word = said.folded(i);
            if (words.stream().anyMatch(w -> Asked.alike(w, word))) {
                return true;
            }
        }
        return false;
    }

    private boolean blankless(Clause clause) {
        return Words.blankless(said.folded(clause.start()));
    }

    /** Returns whether a capitalised plain word is part of a name: "Valdoria City". */
    private boolean secondName(Clause clause, int word) {
        return word > clause.start()
                && capitalised(word)
                && capitalised(word - 1)
                && !said.folded(word).equals("i")
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
                .anyMatch(word -> in("before", word.folded()) || word.folded().equals("no"));
    }

    boolean capitalised(int word) {
        int first = said.get(word).written().codePointAt(0);
        return Character.isUpperCase(first) || Character.isDigit(first);
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
