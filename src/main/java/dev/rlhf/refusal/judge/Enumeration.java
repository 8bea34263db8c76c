package dev.rlhf.refusal.judge;

import dev.rlhf.refusal.judge.CandidateAnswers.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a second answer of the same kind, with nothing between the two but words or signs that enumerate: "Oslo, maybe
 * Bergen", "Oslo as well as Bergen", "Oslo → Bergen". Otherwise a model that names all possibilities would be right.
 */
final class Enumeration {
    private static final int LONGEST_ANSWER = 4;

    /**
     * A sign that is no punctuation of a sentence, a tab, or the end of a quotation or bracket and the beginning of
     * another.
     */
    private static final Pattern SIGN =
            Pattern.compile("(?s).*(?:[^\\s\\p{P}=+<]|[*@|\\\\\u2022\t=]|['\"\u2019\u201d],?\\s['\"\u2018\u201c]"
                    + "|\\)\\s*\\(|\\]\\s*\\[).*");

    private final Words said;
    private final Reading reading;
    private final CandidateAnswers candidates;

    Enumeration(Words said, Reading reading, CandidateAnswers candidates) {
        this.said = said;
        this.reading = reading;
        this.candidates = candidates;
    }

    /** Returns the answer before or after a given one, from word {@code from} on; null if there is none. */
    @Nullable
    Span beside(Span span, List<Span> given, int from) {
        List<Span> items = items(given);
        int at = items.indexOf(span);
        for (int i = Math.max(0, at - 1); i < Math.min(items.size() - 1, at + 1); i++) {
            Span other = items.get(i).equals(span) ? items.get(i + 1) : items.get(i);
            if (other.start() >= from
                    && given.stream().noneMatch(other::overlaps)
                    && isRival(other, span)
                    && linked(items.get(i), items.get(i + 1), other.start() < span.start())) {
                return other;
            }
        }
        return null;
    }

    /** Returns the given answers and other things that may be answers, in order. */
    private List<Span> items(List<Span> given) {
        List<Span> items = new ArrayList<>(given);
        int start = 0;
        while (start < said.size()) {
            int end = start;
            while (end < said.size()
                    && (end == start || (said.gap(end).isBlank() && !sign(end)))
                    && linkAt(end) == 0
                    && !covered(given, end)) {
                end++;
            }
            if (end > start) {
                items.add(new Span(start, end));
            }
            start = Math.max(end, start + Math.max(1, linkAt(start)));
        }
        items.sort(Comparator.comparingInt(Span::start));
        return items;
    }

    private static boolean covered(List<Span> given, int word) {
        return given.stream().anyMatch(span -> span.start() <= word && word < span.end());
    }

    private boolean isRival(Span other, Span span) {
        Kind kind = candidates.kind(span.start());
        Clause clause = reading.clauseOf(other.start());
        Clause own = reading.clauseOf(span.start());
        boolean apart = clause.sentence() != own.sentence();
        return other.end() - other.start() <= LONGEST_ANSWER
                && candidates.mayAnswer(other)
                && candidates.kind(other.start()) == kind
                && !(apart && kind == Kind.NOUN)
                && !candidates.sameDate(span, other)
                && reading.refusal(clause) == null
                && !(other.start() < span.start() && reading.denies(clause))
                && (own.question() || !clause.question())
                && (reading.weak(own) || !reading.weak(clause));
    }

    /**
     * Returns whether only words or signs of enumerations are between two items. "And" alone is none: "Marie Curie,
     * with Pierre Curie and Henri Becquerel". What contradicts or corrects the first item ("Oslo, but it is Bergen"),
     * or has it as a label ("Oslo: Bergen"), leaves the second; brackets after it ("Oslo (Bergen)") leave the first.
     *
     * @param both whether the second item must leave the first, too
     */
    private boolean linked(Span first, Span second, boolean both) {
        boolean number = candidates.kind(first.start()) == Kind.NUMBER;
        String gap = said.gap(first.end());
        boolean enumerates = (sign(first.end()) && !(number && gap.contains("="))) || gap.contains(both ? "(" : ":");
        int at = first.end();
        while (at < second.start() && linkAt(at) > 0) {
            int end = at + linkAt(at);
            boolean and = end == at + 1 && reading.in("and", said.folded(at));
            boolean corrects = reading.in("copula", said.folded(end - 1)) || reading.in("but", said.folded(end - 1));
            enumerates |= (!and && !(both && corrects)) || sign(end);
            at = end;
        }
        return at == second.start() && enumerates;
    }

    private boolean sign(int word) {
        return SIGN.matcher(said.gap(word)).matches();
    }

    /** Returns the number of words of the longest phrase of enumerations that begins at a word; 0 if none does. */
    private int linkAt(int word) {
        int length = reading.in("link", said.folded(word)) ? 1 : 0;
        for (Language language : reading.languages()) {
            for (Words phrase : language.phrases("link")) {
                if (phrase.size() > length && said.startsAt(word, phrase)) {
                    length = phrase.size();
                }
            }
        }
        return length;
    }
}
