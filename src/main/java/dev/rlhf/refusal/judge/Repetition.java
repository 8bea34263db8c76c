package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a second answer of the same kind that is given in the same words as the first: "It is Oslo. It is Bergen.", "He
 * was born in 1810 and in 1815", "Ibsen wrote it. Hamsun wrote it."
 */
final class Repetition {
    private static final int LONGEST_ANSWER = 4;

    /** Words that may be added or left out when a statement is made again. */
    private static final Set<String> ADDED = Set.of(
            "a", "an", "the", "also", "too", "both", "either", "again", "then", "well", "or", "and", "but", "so",
            "another", "other", "first", "second", "third", "der", "die", "das", "ein", "eine", "auch", "und", "oder",
            "le", "la", "les", "un", "une", "aussi", "et", "ou", "el", "los", "las", "tambien", "y", "o", "e", "vs",
            "versus", "plus");

    /** Words that announce one more answer, and words that may stand beside them. */
    private static final Set<String> MORE =
            Set.of("also", "another", "other", "alternatively", "second", "third", "option", "choice", "guess");

    private static final Set<String> BESIDE_MORE = Set.of(
            "answer",
            "or",
            "and",
            "maybe",
            "perhaps",
            "possibly",
            "is",
            "the",
            "a",
            "an",
            "my",
            "this",
            "that",
            "it",
            "first",
            "next",
            "b",
            "c",
            "d",
            "could",
            "be",
            "correct",
            "right");

    private static final Pattern JOINT = Pattern.compile("\\s*[&+|/;]\\s*");

    private enum Kind {
        NUMBER,
        NAME,
        NOUN
    }

    private final Words said;
    private final Reading reading;
    private final List<Span> parts;

    Repetition(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
        this.parts = parts();
    }

    /** Returns the clauses, divided at "and" and "or". */
    private List<Span> parts() {
        List<Span> parts = new ArrayList<>();
        for (Clause clause : reading.clauses()) {
            int start = clause.start();
            for (int i = start + 1; i < clause.end(); i++) {
                if (joins(i)) {
                    parts.add(new Span(start, i));
                    start = i;
                }
            }
            parts.add(new Span(start, clause.end()));
        }
        return parts;
    }

    private boolean joins(int word) {
        String folded = said.folded(word);
        return reading.in("and", folded)
                || reading.in("or", folded)
                || folded.equals("vs")
                || folded.equals("versus")
                || folded.equals("plus")
                || JOINT.matcher(said.gap(word)).matches();
    }

    /** Returns the second answer, from word {@code from} on; null if there is none. */
    @Nullable
    Span of(Span span, List<Span> given, int from) {
        Span own = parts.stream()
                .filter(part -> part.end() > span.start())
                .findFirst()
                .orElseThrow();
        if (own.end() < span.end()) {
            return null; // the answer itself has a comma or an "and"
        }
        for (Span part : parts) {
            Clause clause = reading.clauseOf(part.start());
            boolean other = part.start() >= from
                    && given.stream().noneMatch(part::overlaps)
                    && reading.refusal(clause) == null
                    && !said.gap(part.start()).contains("[")
                    && !sameDate(span, part)
                    && (reading.clauseOf(span.start()).question() || !clause.question());
            Span found = !other ? null : answer(part, own, span);
            if (other && found == null && announced(clause, given)) {
                found = announcedAnswer(clause);
            }
            if (found != null && kind(found.start()) == kind(span.start()) && !cutOff(found.end(), given)) {
                return found;
            }
        }
        return null;
    }

    /** Returns whether two spans are in the same date: 1969 in "20/7/1969". */
    private boolean sameDate(Span span, Span part) {
        return Dates.all(said).stream()
                .anyMatch(date -> date.span().overlaps(span) && date.span().overlaps(part));
    }

    private @Nullable Span answer(Span part, Span own, Span span) {
        List<Integer> before = kept(own.start(), span.start());
        List<Integer> after = kept(span.end(), own.end());
        Kind kind = kind(span.start());
        Span beside = null;
        if (kind != Kind.NOUN && after.isEmpty() && part.start() == own.end() && joined(part)) {
            beside = kind == Kind.NUMBER || leads(before, own) ? coordinated(part, before, kind) : null;
        } else if (kind != Kind.NOUN && after.isEmpty() && part.end() == own.start() && joined(own)) {
            beside = last(part, own, before, kind);
        }
        if (beside != null) {
            return beside;
        }
        if (before.isEmpty() && !(whole(own) && whole(part) && (after.isEmpty() || follows(after)))) {
            return null;
        }
        boolean bare = before.isEmpty() && after.isEmpty();
        boolean says = kind != Kind.NOUN
                || Stream.concat(before.stream(), after.stream()).anyMatch(i -> !plain(i));
        boolean alone = kind == Kind.NUMBER && alone(own) && alone(part);
        return (bare ? alone || (asks(own) && asks(part)) : says) ? between(part, before, after) : null;
    }

    /**
     * Returns whether words lead to an answer, such as "the capital is"; before an answer at the beginning of a
     * sentence or after a colon there are none.
     */
    private boolean leads(List<Integer> before, Span own) {
        if (before.isEmpty()) {
            return own.start() == 0
                    || said.gap(own.start()).contains(":")
                    || reading.clauseOf(own.start()).sentence()
                            != reading.clauseOf(own.start() - 1).sentence();
        }
        return before.stream().noneMatch(this::isNew)
                && before.stream().anyMatch(i -> Rivals.COPULAS.contains(said.folded(i)));
    }

    /** Returns whether words make a statement of an answer before them, such as "is the capital" or "wrote it". */
    private boolean follows(List<Integer> after) {
        return after.stream()
                .map(said::folded)
                .anyMatch(word -> Rivals.COPULAS.contains(word)
                        || reading.asked().relation().stream().anyMatch(w -> Asked.alike(w, word)));
    }

    /** Returns whether a part is a clause. */
    private boolean whole(Span part) {
        return reading.clauseOf(part.start()).words().equals(part);
    }

    /** Returns whether a part is a sentence. */
    private boolean alone(Span part) {
        int sentence = reading.clauseOf(part.start()).sentence();
        return reading.clauses().stream()
                .filter(clause -> clause.sentence() == sentence)
                .allMatch(clause -> part.covers(clause.words()));
    }

    /** Returns the answer of a part after "and" or "or", which may leave out words of the part before it. */
    private @Nullable Span coordinated(Span part, List<Integer> before, Kind kind) {
        Span found = between(part, List.of(), List.of());
        for (int i = before.size() - 1; found == null && kind == Kind.NUMBER && i >= 0; i--) {
            found = between(part, before.subList(i, before.size()), List.of());
        }
        return found;
    }

    private boolean asks(Span part) {
        return reading.clauseOf(part.start()).question();
    }

    /**
     * Returns whether the sentence of a clause, which has none of the given answers, announces one more: "Another
     * answer is Bergen", "Also Bergen".
     */
    private boolean announced(Clause clause, List<Span> given) {
        return given.stream().noneMatch(span -> reading.clauseOf(span.start()).sentence() == clause.sentence())
                && reading.clauses().stream()
                        .filter(other -> other.sentence() == clause.sentence())
                        .anyMatch(other -> said.words().subList(other.start(), other.end()).stream()
                                .anyMatch(word -> MORE.contains(word.folded())));
    }

    /** Returns the only thing that a sentence names, apart from announcing it; null if it says more. */
    private @Nullable Span announcedAnswer(Clause clause) {
        List<Integer> words = reading.clauses().stream()
                .filter(other -> other.sentence() == clause.sentence())
                .flatMap(other -> IntStream.range(other.start(), other.end()).boxed())
                .filter(i -> !MORE.contains(said.folded(i)) && !BESIDE_MORE.contains(said.folded(i)))
                .toList();
        if (words.isEmpty() || words.size() > LONGEST_ANSWER) {
            return null;
        }
        Span found = new Span(words.getFirst(), words.getLast() + 1);
        return found.end() - found.start() == words.size() && answers(found) ? found : null;
    }

    private boolean plain(int word) {
        return reading.plain(said.folded(word));
    }

    /** Returns whether a part begins with "and" or "or", or is a number after a comma that is not in a date. */
    private boolean joined(Span part) {
        return joins(part.start())
                || (said.gap(part.start()).matches("\\s*[,\u2013-]\\s*")
                        && kind(part.start()) == Kind.NUMBER
                        && Dates.all(said).isEmpty());
    }

    private List<Integer> kept(int start, int end) {
        List<Integer> kept = new ArrayList<>();
        for (int i = start; i < end; i++) {
            if (!ADDED.contains(said.folded(i))) {
                kept.add(i);
            }
        }
        return kept;
    }

    /** Returns what stands between these words in a part; null if it does not have them, or no answer in between. */
    private @Nullable Span between(Span part, List<Integer> before, List<Integer> after) {
        List<Integer> words = kept(part.start(), part.end());
        int first = before.size();
        int last = words.size() - after.size();
        if (last <= first
                || last - first > LONGEST_ANSWER
                || !same(before, words.subList(0, first))
                || !same(after, words.subList(last, words.size()))) {
            return null;
        }
        Span found = new Span(words.get(first), words.get(last - 1) + 1);
        return answers(found) ? found : null;
    }

    private boolean same(List<Integer> some, List<Integer> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!said.folded(some.get(i)).equals(said.folded(others.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the answer that ends a part, after the given words; null if none does. */
    private @Nullable Span last(Span part, Span own, List<Integer> before, Kind kind) {
        int start = part.end();
        while (start > part.start() && answers(new Span(start - 1, part.end()))) {
            start--;
        }
        List<Integer> words = kept(part.start(), start);
        int from = words.size() - before.size();
        boolean led = kind == Kind.NUMBER
                ? from >= 0 && same(before, words.subList(from, words.size()))
                : before.isEmpty() && (words.isEmpty() ? alone(new Span(part.start(), own.end())) : leads(words, part));
        return led && start < part.end() ? new Span(start, part.end()) : null;
    }

    /** Returns whether words may be an answer: a number, possibly with a unit, or words that say something new. */
    private boolean answers(Span words) {
        Numbers.Found number = Numbers.at(said, words.start(), reading.languages());
        if (number != null) {
            Units.Found measured = Units.after(said, number.span().end());
            int end = number.span().end();
            return Dates.all(said).stream().anyMatch(date -> date.span().covers(words))
                    || words.end() == end
                    || (measured != null && words.end() == measured.end());
        }
        return isNew(words.start()) && isNew(words.end() - 1);
    }

    private boolean isNew(int word) {
        String folded = said.folded(word);
        return !plain(word) && reading.asked().words().stream().noneMatch(w -> Asked.alike(w, folded));
    }

    private Kind kind(int word) {
        return Numbers.at(said, word, reading.languages()) != null
                ? Kind.NUMBER
                : reading.capitalised(word) ? Kind.NAME : Kind.NOUN;
    }

    /** Returns whether a text ends in the middle of an answer: "The capital is Oslo. The capital is Os". */
    boolean cutOff(int end, List<Span> given) {
        return end == said.size()
                && said.tail().isBlank()
                && given.stream()
                        .flatMap(span -> said.words().subList(span.start(), span.end()).stream())
                        .anyMatch(word -> word.folded().startsWith(said.folded(end - 1)));
    }
}
