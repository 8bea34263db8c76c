package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds other answers given along with an accepted one: "Paris or Rome", "Rome, Paris, London", "The capital is Rome".
 */
final class Rivals {
    /** The most items after an answer that may say more about it. */
    private static final int MOST_PLACES = 2;

    private final Words said;
    private final Reading reading;
    private final Alternatives alternatives;
    private final CandidateAnswers candidates;
    private final Enumeration enumeration;
    private final Repetition repetition;
    private final boolean capitals;

    /**
     * Creates a finder.
     *
     * @param capitals whether names are the capitalised words. Otherwise any new word may be one, and only what comes
     *     before an answer counts, or three things after it: "it is paris. it is beautiful" gives one answer, and so
     *     "it is paris. it is rome" does
     */
    Rivals(Words said, Reading reading, boolean capitals) {
        this.said = said;
        this.reading = reading;
        this.capitals = capitals;
        this.alternatives = new Alternatives(said, reading);
        this.candidates = new CandidateAnswers(said, reading, capitals);
        this.enumeration = new Enumeration(said, reading, candidates);
        this.repetition = new Repetition(said, reading, candidates);
    }

    /** Returns whether an answer is no number and has no capital that would tell a name. */
    boolean isUnmarked(Span answer) {
        return candidates.kind(answer.start()) != CandidateAnswers.Kind.NUMBER
                && (!reading.capitalised(answer.start()) || reading.shouted());
    }

    /**
     * Returns an alternative given along with an answer; null if there is none. {@code given} are all accepted answers
     * that are affirmed; words before {@code from} do not count.
     */
    @Nullable
    Span beside(Span span, List<Span> given, int from) {
        if (!capitals) {
            Span other = listed(span, given);
            Span linked = other != null ? other : alikeBefore(span, enumeration.beside(span, given, from));
            return linked != null ? linked : stated(span, given, from);
        }
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

    private @Nullable Span alikeBefore(Span span, @Nullable Span other) {
        return other != null && hasArticle(other) == hasArticle(span) ? before(span, other) : null;
    }

    private static @Nullable Span before(Span span, @Nullable Span other) {
        return other != null && other.end() <= span.start() ? other : null;
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
        boolean bare = bareList(own);
        boolean whole = bare
                && own.words().equals(span)
                && candidates.kind(span.start()) != CandidateAnswers.Kind.NUMBER; // "Six, no, seven"
        if (!(whole || item(own)) || !(capitals || bare)) {
            return null;
        }
        List<Clause> others = reading.clauses().stream()
                .filter(this::item)
                .filter(item -> given.stream().noneMatch(item.words()::overlaps))
                .filter(item -> !reading.values(item).isEmpty())
                .filter(item -> capitals || hasArticle(item.words()) == hasArticle(own.words()))
                .toList();
        List<Clause> beside = others.stream()
                .filter(item -> item.sentence() == own.sentence())
                .toList();
        List<Clause> apart = others.stream()
                .filter(item -> item.sentence() != own.sentence() && alone(item) && alone(own))
                .toList();
        if (!capitals) {
            return placed(own, Stream.concat(beside.stream(), apart.stream()).toList());
        }
        Span rival = placed(own, beside);
        return apart.isEmpty() ? rival : apart.getFirst().words();
    }

    /** Returns an item before an answer, or one of more than two after it: "Paris, France, Europe" names only Paris. */
    private static @Nullable Span placed(Clause own, List<Clause> others) {
        boolean place = others.size() <= MOST_PLACES && others.stream().allMatch(item -> item.start() > own.start());
        return others.isEmpty() || place ? null : others.getFirst().words();
    }

    /** Returns whether a sentence consists of items, and of single words such as "well". */
    private boolean bareList(Clause own) {
        return reading.sentence(own.start()).stream()
                .allMatch(clause -> clause.equals(own) || clause.size() == 1 || item(clause));
    }

    /**
     * Returns the same statement again, before an answer or more than twice after it: "It is a planet. It is big" says
     * more about the first.
     */
    private @Nullable Span stated(Span span, List<Span> given, int from) {
        List<Span> known = new ArrayList<>(given);
        int after = 0;
        while (after <= MOST_PLACES) {
            Span again = repetition.of(span, known, from);
            if (again == null) {
                return null;
            }
            boolean alike = afterArticle(again) == afterArticle(span);
            if (alike && again.end() <= span.start()) {
                return again;
            }
            known.add(again);
            after += alike ? 1 : 0;
        }
        return known.getLast();
    }

    /** Returns whether an article comes before an answer: "It is fast. It is a cheetah" gives only the second. */
    private boolean afterArticle(Span answer) {
        return answer.start() > 0 && reading.in("article", said.folded(answer.start() - 1));
    }

    private boolean isFiller(int word) {
        String folded = said.folded(word);
        return reading.in("article", folded)
                || reading.in("lead", folded)
                || reading.in("again", folded)
                || reading.in("copula", folded);
    }

    /** Returns whether an item begins with an article of any language: "El oro (gold)" is one answer in two. */
    private boolean hasArticle(Span item) {
        return Language.ALL.stream()
                .anyMatch(language -> language.words("article").contains(said.folded(item.start())));
    }

    private boolean alone(Clause item) {
        return reading.sentence(item.start()).size() == 1;
    }

    private boolean item(Clause clause) {
        if (clause.label() || clause.size() > 3 || clause.question() || reading.refusal(clause) != null) {
            return false;
        }
        for (int i = clause.start(); i < clause.end(); i++) {
            boolean filler = !capitals && clause.size() > 1 && isFiller(i);
            if (!filler && (!candidates.isName(i) || reading.plain(said.folded(i)))) {
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
                    && (capitals || given.stream().allMatch(g -> clause.end() <= g.start()))
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
     * Returns a word that may be a name and that the question lacks, at the beginning of a span after articles and
     * adverbs; -1 if there is none.
     */
    private int nameAt(int start, int end) {
        for (int i = start; i < end; i++) {
            String word = said.folded(i);
            if (reading.in("before", word) || reading.in("indefinite", word)) {
                return -1;
            }
            if (!reading.plain(word)) {
                boolean whole = capitals || IntStream.range(i, end).allMatch(candidates::isNew);
                return candidates.isName(i) && whole && !reading.asked().words().contains(word) ? i : -1;
            }
        }
        return -1;
    }
}
