package dev.rlhf.refusal.judge;

import dev.rlhf.refusal.judge.CandidateAnswers.Kind;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a second answer of the same kind that is given in the same words as the first: "It is Oslo. It is Bergen.", "He
 * was born in 1810 and in 1815", "Ibsen wrote it. Hamsun wrote it."
 */
final class Repetition {
    private static final int LONGEST_ANSWER = 4;

    private final Words said;
    private final Reading reading;
    private final ClauseParts parts;
    private final CandidateAnswers candidates;
    private final Announcement announcement;

    Repetition(Words said, Reading reading, CandidateAnswers candidates) {
        this.said = said;
        this.reading = reading;
        this.candidates = candidates;
        this.parts = new ClauseParts(said, reading);
        this.announcement = new Announcement(said, reading, candidates);
    }

    /** A part with an answer: the words before the answer and after it, without those that may be added. */
    private record Statement(Span part, Span answer, Kind kind, List<Integer> before, List<Integer> after) {
        boolean bare() {
            return before.isEmpty() && after.isEmpty();
        }
    }

    /** Returns the second answer, from word {@code from} on; null if there is none. */
    @Nullable
    Span of(Span span, List<Span> given, int from) {
        Span own = parts.of(span.start());
        if (own.end() < span.end()) {
            return null; // the answer itself has a comma or an "and"
        }
        Statement first = new Statement(
                own, span, candidates.kind(span.start()), kept(own.start(), span.start()), kept(span.end(), own.end()));
        for (Span part : parts.all()) {
            Clause clause = reading.clauseOf(part.start());
            boolean other = part.start() >= from
                    && !anotherQuestion(own, part)
                    && given.stream().noneMatch(part::overlaps)
                    && reading.refusal(clause) == null
                    && !(part.start() > 0 && said.gap(part.start()).contains("["))
                    && !candidates.sameDate(span, part)
                    && (reading.clauseOf(span.start()).question() || !clause.question());
            Span found = !other ? null : again(part, first);
            if (other && found == null) {
                found = announced(clause, span, given);
            }
            if (found != null
                    && candidates.kind(found.start()) == first.kind()
                    && !candidates.cutOff(found.end(), given)) {
                return found;
            }
        }
        return null;
    }

    /** Returns whether another question comes between two parts: "Oslo. Question: …? Answer: Kampala". */
    private boolean anotherQuestion(Span first, Span later) {
        return reading.clauses().stream()
                .anyMatch(clause -> clause.start() >= first.end()
                        && clause.end() <= later.start()
                        && clause.question()
                        && !reading.restates(clause));
    }

    /**
     * Returns the answer of a sentence without a given answer, if it is announced as one more, or if an answer that
     * comes later is.
     */
    private @Nullable Span announced(Clause clause, Span span, List<Span> given) {
        if (given.stream().anyMatch(one -> reading.clauseOf(one.start()).sentence() == clause.sentence())) {
            return null;
        }
        List<Clause> sentence = reading.sentence(clause.start());
        Span later = clause.end() <= span.start() ? announcement.in(reading.sentence(span.start())) : null;
        return later != null && later.covers(span) ? announcement.onlyNew(sentence) : announcement.in(sentence);
    }

    /** Returns the answer of a part that makes a statement again; null if it does not. */
    private @Nullable Span again(Span part, Statement first) {
        Span beside = beside(part, first);
        if (beside != null) {
            return beside;
        }
        Span own = first.part();
        boolean opens = first.after().isEmpty() ? parts.whole(own) && parts.whole(part) : follows(first.after());
        if (first.before().isEmpty() && !opens) {
            return null;
        }
        if (first.bare()) {
            boolean numbers = first.kind() == Kind.NUMBER && parts.alone(own) && parts.alone(part);
            return numbers || (parts.asks(own) && parts.asks(part)) ? between(part, List.of(), List.of()) : null;
        }
        boolean says = first.kind() != Kind.NOUN
                || parts.labelled(first.answer().start())
                || Stream.concat(first.before().stream(), first.after().stream())
                        .anyMatch(i -> !reading.plain(said.folded(i)));
        return says ? between(part, first.before(), first.after()) : null;
    }

    /** Returns an answer joined to the end of a statement, or before its answer: "It is Oslo and Bergen". */
    private @Nullable Span beside(Span part, Statement first) {
        Span own = first.part();
        if (first.kind() == Kind.NOUN || !first.after().isEmpty()) {
            return null;
        }
        if (part.start() == own.end() && parts.joined(part)) {
            boolean leads = first.kind() == Kind.NUMBER || leads(first.before(), own, first.answer());
            return leads ? coordinated(part, first) : null;
        }
        return part.end() == own.start() && parts.joined(own) ? last(part, first) : null;
    }

    /**
     * Returns whether words lead to an answer, such as "the capital is"; before an answer at the beginning of a
     * sentence there are none.
     */
    private boolean leads(List<Integer> before, Span part, Span answer) {
        return before.isEmpty()
                ? parts.opensSentence(part)
                : before.stream().noneMatch(candidates::isNew)
                        && (parts.labelled(answer.start())
                                || before.stream().anyMatch(i -> reading.in("copula", said.folded(i))));
    }

    /** Returns whether words make a statement of an answer before them, such as "is the capital" or "wrote it". */
    private boolean follows(List<Integer> after) {
        return after.stream()
                .map(said::folded)
                .anyMatch(word -> reading.in("copula", word)
                        || reading.asked().relation().stream().anyMatch(w -> Asked.alike(w, word)));
    }

    /** Returns the answer of a part after "and" or "or", which may leave out words of the part before it. */
    private @Nullable Span coordinated(Span part, Statement first) {
        List<Integer> before = first.before();
        Span found = between(part, List.of(), List.of());
        for (int i = before.size() - 1; found == null && first.kind() == Kind.NUMBER && i >= 0; i--) {
            found = between(part, before.subList(i, before.size()), List.of());
        }
        return found;
    }

    /** Returns the answer that ends the part before a statement; null if none does. */
    private @Nullable Span last(Span part, Statement first) {
        int start = part.end();
        while (start > part.start() && candidates.mayAnswer(new Span(start - 1, part.end()))) {
            start--;
        }
        if (start == part.end()) {
            return null;
        }
        Span found = new Span(start, part.end());
        List<Integer> words = kept(part.start(), start);
        int from = words.size() - first.before().size();
        boolean led = first.kind() == Kind.NUMBER
                ? from >= 0 && same(first.before(), words.subList(from, words.size()))
                : first.before().isEmpty()
                        && (words.isEmpty()
                                ? parts.alone(
                                        new Span(part.start(), first.part().end()))
                                : leads(words, part, found));
        return led ? found : null;
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
        return candidates.mayAnswer(found) ? found : null;
    }

    private List<Integer> kept(int start, int end) {
        return IntStream.range(start, end)
                .filter(i -> !reading.in("again", said.folded(i)))
                .boxed()
                .toList();
    }

    private boolean same(List<Integer> some, List<Integer> others) {
        return IntStream.range(0, some.size())
                .allMatch(i -> said.folded(some.get(i)).equals(said.folded(others.get(i))));
    }
}
