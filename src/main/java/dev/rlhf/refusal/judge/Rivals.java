package dev.rlhf.refusal.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds other answers given along with an accepted one: "Paris or Rome", "Rome, Paris, London", "The capital is Rome".
 */
final class Rivals {
    private final Words said;
    private final Reading reading;
    private final Alternatives alternatives;
    private final CandidateAnswers candidates;
    private final Enumeration enumeration;
    private final Repetition repetition;

    Rivals(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
        this.alternatives = new Alternatives(said, reading);
        this.candidates = new CandidateAnswers(said, reading);
        this.enumeration = new Enumeration(said, reading, candidates);
        this.repetition = new Repetition(said, reading, candidates);
    }

    /**
     * Returns an alternative given along with an answer; null if there is none. {@code given} are all accepted answers
     * that are affirmed; words before {@code from} do not count.
     */
    @Nullable
    Span beside(Span span, List<Span> given, int from) {
        Span possible = alternatives.beside(span, given);
        if (possible != null) {
            return possible;
        }
        Span after = alternativeAfter(span, given);
        Span other = after != null ? after : alternativeBefore(span, given);
        if (other == null && !dated(span)) {
            other = listed(span, given);
        }
        Span linked = other != null ? other : enumeration.beside(span, given, from);
        Span again = linked != null ? linked : repetition.of(span, given, from);
        return again != null ? again : alsoPossible(span, given);
    }

    /** Returns whether it is part of a longer date: 1969 in "July 20, 1969". */
    private boolean dated(Span span) {
        return Dates.all(said).stream().anyMatch(date -> date.span().covers(span) && !span.covers(date.span()));
    }

    /**
     * Parallel guesses: "Perhaps Oslo, perhaps Bergen", "It might be Oslo, it might be Bergen", "I'd say Oslo, but it
     * could be Bergen".
     */
    private @Nullable Span alsoPossible(Span span, List<Span> given) {
        Clause own = reading.clauseOf(span.start());
        return reading.clauses().stream()
                .filter(clause -> (possible(own) && possible(clause)) || concedes(own, clause) || concedes(clause, own))
                .filter(clause -> given.stream().noneMatch(clause.words()::overlaps)
                        && !reading.values(clause).isEmpty())
                .map(Clause::words)
                .findFirst()
                .orElse(null);
    }

    /** Returns whether a clause names something else that is possible: "I'd say Oslo, but it could be Bergen". */
    private boolean concedes(Clause first, Clause second) {
        return second.start() == first.end()
                && reading.opensWith("but", second)
                && possible(second)
                && reading.names(second)
                && reading.names(first);
    }

    private boolean possible(Clause clause) {
        boolean modal = said.words().subList(clause.start(), clause.end()).stream()
                .anyMatch(word -> reading.in("modal", word.folded()));
        return reading.in("starters", said.folded(clause.start())) || (modal && !reading.matches(clause, "aside"));
    }

    private @Nullable Span alternativeAfter(Span span, List<Span> given) {
        int next = span.end();
        if (next + 1 >= said.size() || !said.gap(next).matches("[\\s,*_]*")) {
            return null;
        }
        boolean or = reading.in("or", said.folded(next));
        boolean and = !or && reading.in("and", said.folded(next)) && bare(span, next);
        if ((!or && !and) || reading.in("or_not", said.folded(next + 1))) {
            return null;
        }
        int end = reading.clauseOf(next + 1).end();
        Span other = new Span(next + 1, end);
        boolean accepted = given.stream().anyMatch(g -> other.covers(g));
        return accepted ? null : other;
    }

    private @Nullable Span alternativeBefore(Span span, List<Span> given) {
        int before = span.start() - 1;
        while (before > 0
                && !reading.in("or", said.folded(before))
                && !reading.in("and", said.folded(before))
                && reading.plain(said.folded(before))
                && said.gap(before + 1).isBlank()) {
            before--;
        }
        if (before < 1 || !said.gap(before + 1).matches("[\\s,*_]*")) {
            return null;
        }
        boolean or = reading.in("or", said.folded(before));
        boolean and = !or && reading.in("and", said.folded(before)) && before == span.start() - 1 && bare(span, before);
        if (!or && !and) {
            return null;
        }
        Clause clause = reading.clauseOf(before - 1);
        int end = before;
        boolean accepted = given.stream().anyMatch(g -> g.end() >= end - 1 && g.end() <= end && g.start() < end);
        Clause values = new Clause(new Span(clause.start(), Math.min(clause.end(), before)), 0, false, false, false);
        return accepted
                        || values.size() == 0
                        || reading.refusal(clause) != null
                        || (reading.values(values).isEmpty() && !asksChoice(values))
                ? null
                : values.words();
    }

    private boolean asksChoice(Clause clause) {
        return reading.capitalised(clause.end() - 1) && !reading.plain(said.folded(clause.end() - 1));
    }

    /** Returns whether the sentence consists of little more than the answer and another item that looks like it. */
    private boolean bare(Span span, int joint) {
        long size =
                reading.sentence(span.start()).stream().mapToLong(Clause::size).sum();
        int other = joint >= span.end() ? joint + 1 : joint - 1;
        return size <= span.end() - span.start() + 4
                && (reading.capitalised(other)
                        || Words.blankless(said.folded(other))
                        || reading.capitalised(Math.min(other + 1, said.size() - 1)));
    }

    /** Returns another item of a bare list: "Rome, Paris, London", or one per line. */
    private @Nullable Span listed(Span span, List<Span> given) {
        Clause own = reading.clauseOf(span.start());
        if (!item(own)) {
            return null;
        }
        List<Clause> items = reading.clauses().stream().filter(this::item).toList();
        List<Clause> others = items.stream()
                .filter(item -> given.stream().noneMatch(item.words()::overlaps))
                .filter(item -> !reading.values(item).isEmpty())
                .toList();
        List<Clause> beside = others.stream()
                .filter(item -> item.sentence() == own.sentence())
                .toList();
        List<Clause> apart = others.stream()
                .filter(item -> item.sentence() != own.sentence() && alone(item) && alone(own))
                .toList();
        boolean place = beside.size() <= 2 && beside.stream().allMatch(item -> item.start() > own.start());
        return !apart.isEmpty()
                ? apart.getFirst().words()
                : !beside.isEmpty() && !place ? beside.getFirst().words() : null;
    }

    private boolean alone(Clause item) {
        return reading.sentence(item.start()).size() == 1;
    }

    private boolean item(Clause clause) {
        if (clause.label() || clause.size() > 3 || clause.question() || reading.refusal(clause) != null) {
            return false;
        }
        for (int i = clause.start(); i < clause.end(); i++) {
            if (!reading.capitalised(i) || reading.plain(said.folded(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a clause, starting at a word, that gives another name as the answer: "The capital of Botswana is
     * Windhoek", "Windhoek is the capital of Botswana"; null if there is none.
     */
    @Nullable
    Clause claim(int from, List<Span> given) {
        for (Clause clause : reading.clauses()) {
            if (clause.start() >= from
                    && reading.refusal(clause) == null
                    && !reading.weak(clause)
                    && !reading.asked().relation().isEmpty()
                    && given.stream().noneMatch(g -> clause.words().overlaps(g) || g.start() == clause.end())
                    && claims(clause)
                    && !candidates.cutOff(clause.end(), given)) {
                return clause;
            }
        }
        return null;
    }

    private boolean claims(Clause clause) {
        for (int i = clause.start() + 1; i < clause.end() - 1; i++) {
            if (reading.in("agent", said.folded(i)) && related(clause.start(), i) && nameAt(i + 1, clause.end()) >= 0) {
                return true;
            }
        }
        for (int i = clause.start() + 1; i < clause.end() - 1; i++) {
            if (reading.in("copula", said.folded(i))) {
                boolean before = related(clause.start(), i) && nameAt(i + 1, clause.end()) >= 0;
                int name = nameAt(clause.start(), i);
                return before
                        || (name == clause.start()
                                && related(i + 1, clause.end())
                                && !reading.in("before", said.folded(i + 1)));
            }
        }
        return false;
    }

    /**
     * Returns whether words contain what the question asks for: most of its relation, and one of its names if it has
     * any.
     */
    private boolean related(int start, int end) {
        List<String> words = said.words().subList(start, end).stream()
                .map(Words.Word::folded)
                .toList();
        long relation =
                reading.asked().relation().stream().filter(words::contains).count();
        boolean entity = reading.asked().entity().isEmpty()
                || reading.asked().entity().stream().anyMatch(words::contains);
        return entity && relation >= 0.6 * reading.asked().relation().size();
    }

    /**
     * Returns a capitalised word that the question lacks, at the beginning of a span after articles and adverbs; -1 if
     * there is none.
     */
    private int nameAt(int start, int end) {
        for (int i = start; i < end; i++) {
            String word = said.folded(i);
            if (reading.in("before", word) || word.equals("a") || word.equals("an")) {
                return -1;
            }
            if (!reading.plain(word)) {
                return reading.capitalised(i) && !reading.asked().words().contains(word) ? i : -1;
            }
        }
        return -1;
    }
}
