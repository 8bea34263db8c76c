package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the clause of a completion that makes a guess. Other clauses decline, accompany a refusal (advice, apologies,
 * the speaker's limits), or describe the subject of the question.
 */
final class GuessFinder {
    /** Maximum number of words of a clause that is a guess even without a name or a phrase that marks a guess. */
    private static final int MAX_SHORT = 4;

    /** At most three letters, or the same letter three times: "oof", "hmmm". */
    private static final Pattern INTERJECTION = Pattern.compile("\\p{L}{1,3}|\\p{L}*(\\p{L})\\1\\1\\p{L}*");

    private final Reading reading;
    private final Words said;
    private final List<Language> languages;
    private final List<Clause> clauses;
    private final Asked asked;

    GuessFinder(Reading reading) {
        this.reading = reading;
        this.said = reading.said();
        this.languages = reading.languages();
        this.clauses = reading.clauses();
        this.asked = reading.asked();
    }

    /** Returns the first clause, from word {@code from} on, that makes a guess, right or wrong; null if none does. */
    @Nullable
    Clause first(int from) {
        int aside = -1;
        boolean refused = false;
        for (Clause clause : clauses) {
            boolean opens = reading.opensWith("but", clause);
            Clause live = clause.from(from);
            boolean marked = reading.matches(live, "guess") && !reading.opensWith("if", clause);
            boolean beside = reading.matches(live, "aside");
            boolean skipped = clause.sentence() == aside
                    && !(opens && !beside)
                    && !(marked && reading.names(clause) && opensGuess(live))
                    && !(refused && (marked || reading.names(clause)))
                    && !(bare(clause) && (afterColon(clause) || afterCondition(clause)));
            if (live.size() > 0 && reading.refusal(clause) == null && !skipped && guesses(live, marked, beside)) {
                return live;
            }
            Clause tail = tailGuess(clause);
            if (tail != null && tail.start() >= from) {
                return tail;
            }
            if (beside && !marked && clause.size() > 1) {
                refused = reading.refusal(clause) != null && (clause.sentence() != aside || refused);
                aside = clause.sentence();
            }
        }
        return null;
    }

    /** Returns whether a clause has no words but those of an answer. */
    private boolean bare(Clause clause) {
        return clause.size() <= MAX_SHORT
                && !clause.quoted()
                && reading.values(clause).size() == clause.size();
    }

    private boolean afterColon(Clause clause) {
        return said.gap(clause.start()).strip().equals(":");
    }

    /** Returns whether a condition comes right before a clause: "If I had to guess, cheetah". */
    private boolean afterCondition(Clause clause) {
        int index = clauses.indexOf(clause);
        return index > 0
                && clauses.get(index - 1).sentence() == clause.sentence()
                && reading.opensWith("if", clauses.get(index - 1));
    }

    private boolean guesses(Clause clause, boolean marked, boolean beside) {
        List<Integer> values = reading.values(clause);
        if (values.isEmpty()
                || asksBack(clause, marked)
                || (!marked && (labels(clause) || interjects(clause) || continues(clause)))
                || (introduces(clause) && !reading.names(clause))
                || (beside && (clause.question() || !marked || !opensGuess(clause)))
                || (!marked && describes(clause))
                || (!clause.question() && reading.denies(clause) && !reading.names(clause))
                || background(clause)) {
            return false;
        }
        boolean related = contains(clause, asked.relation().isEmpty() ? asked.entity() : asked.relation())
                && clauses.stream()
                        .noneMatch(later -> later.start() >= clause.end()
                                && later.sentence() == clause.sentence()
                                && reading.refusal(later) != null);
        return marked
                || isShort(clause)
                || (!clause.question()
                        && (reading.names(clause) || related || (blankless(clause) && !remarks(clause))));
    }

    /**
     * Returns whether a clause is so short that it is a guess even without a name or a phrase that marks a guess: "I
     * don't know. cheetah". In the sentence of a refusal, only a bare answer is a guess: not "To be honest, I don't
     * know".
     */
    private boolean isShort(Clause clause) {
        List<Integer> values = reading.values(clause);
        boolean bare = IntStream.range(clause.start(), clause.end())
                .allMatch(i -> values.contains(i)
                        || reading.in("article", said.folded(i))
                        || reading.in("lead", said.folded(i))
                        || reading.in("but", said.folded(i))
                        || reading.in("starters", said.folded(i)));
        return clause.size() <= MAX_SHORT
                && (blankless(clause) ? !remarks(clause) : bare || reading.names(clause) || !besideRefusal(clause));
    }

    /**
     * Returns whether the speaker comments on a refusal in the same sentence, in scripts without spaces: "As far as I
     * know".
     */
    private boolean remarks(Clause clause) {
        return besideRefusal(clause)
                && said.words().subList(clause.start(), clause.end()).stream()
                        .anyMatch(word -> reading.in("speaker", word.folded()));
    }

    private boolean besideRefusal(Clause clause) {
        return clauses.stream().anyMatch(c -> c.sentence() == clause.sentence() && reading.refusal(c) != null);
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
                && reading.values(clause).stream().noneMatch(reading::capitalised)
                && clauses.stream()
                        .anyMatch(c -> c.end() <= clause.start()
                                && reading.refusal(c) != null
                                && (!marked || c.sentence() == clause.sentence()));
    }

    /** Returns whether a clause is an interjection before a refusal: "Oof! No idea." */
    private boolean interjects(Clause clause) {
        int next = clauses.indexOf(clause) + 1;
        return clause.size() == 1
                && INTERJECTION.matcher(said.folded(clause.start())).matches()
                && next < clauses.size()
                && reading.refusal(clauses.get(next)) != null;
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
                && reading.plain(said.folded(clause.start()))
                && !reading.names(clause);
    }

    /**
     * Returns whether a clause leads to a refusal without punctuation: "Instead of inventing a number I'll say I don't
     * know".
     */
    private boolean introduces(Clause clause) {
        int next = clauses.indexOf(clause) + 1;
        return next < clauses.size()
                && reading.refusal(clauses.get(next)) != null
                && said.gap(clauses.get(next).start()).isBlank()
                && !reading.opensWith("but", clauses.get(next));
    }

    /** Returns whether a clause labels a refusal, without a name: "Result: not found". */
    private boolean labels(Clause clause) {
        return clause.label()
                && !reading.names(clause)
                && clauses.stream().anyMatch(other -> reading.refusal(other) != null);
    }

    /**
     * Returns the guess that ends a clause that declines, in languages that join the two without punctuation; null if
     * there is none.
     */
    private @Nullable Clause tailGuess(Clause clause) {
        Span refusal = reading.refusal(clause);
        Clause rest = clause.from(refusal == null ? clause.end() : refusal.end());
        boolean guesses = rest.size() > 0
                && languages.stream()
                        .filter(language -> !language.hasBlanks())
                        .anyMatch(l -> PhrasePattern.find(l.patterns("guess"), said, rest.start(), rest.end()) != null);
        return guesses && !reading.values(rest).isEmpty() ? rest : null;
    }

    /**
     * Returns whether the phrase that marks a guess ends no earlier than the one that marks an aside: "I'd say"
     * compared with "I'd".
     */
    private boolean opensGuess(Clause clause) {
        Span guess = reading.find(clause, "guess");
        Span aside = reading.find(clause, "aside");
        return guess != null && aside != null && guess.end() >= aside.end();
    }

    /** Returns whether a clause names who did it: "Hamlet was written by Marlowe". */
    private boolean namesAgent(Clause clause) {
        return reading.values(clause).stream()
                .anyMatch(i -> i > clause.start() && reading.capitalised(i) && reading.in("agent", said.folded(i - 1)));
    }

    /**
     * Returns whether a clause says something about the subject of the question, but not what was asked: "Botswana is
     * in Africa".
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
                && !bare(clause)
                && clauses.stream()
                        .anyMatch(later -> later.start() >= clause.end()
                                && later.sentence() == clause.sentence()
                                && reading.in("but", said.folded(later.start()))
                                && reading.refusal(later) != null
                                && (contains(later, asked.key())
                                        || contains(later, asked.relation())
                                        || asksAgain(later)));
    }

    /** Returns whether a clause has the question's own question word ("when"), or both ask "who", "which" or "what". */
    private boolean asksAgain(Clause clause) {
        boolean who = asked.words().stream().anyMatch(word -> reading.in("who", word));
        return said.words().subList(clause.start(), clause.end()).stream()
                .anyMatch(word -> (who && reading.in("who", word.folded()))
                        || (reading.in("ask", word.folded()) && asked.words().contains(word.folded())));
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
}
