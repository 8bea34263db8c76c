package dev.rlhf.refusal.judge;

import java.util.List;

/** Tells which words of a completion may be an answer, and of what kind. */
final class CandidateAnswers {
    enum Kind {
        NUMBER,
        NAME,
        NOUN
    }

    private final Words said;
    private final Reading reading;
    private final boolean capitals;
    private final List<Dates.Found> dates;

    /** @param capitals whether names are the capitalised words; otherwise every new word may be one */
    CandidateAnswers(Words said, Reading reading, boolean capitals) {
        this.said = said;
        this.reading = reading;
        this.capitals = capitals;
        this.dates = Dates.all(said);
    }

    Kind kind(int word) {
        return Numbers.at(said, word, reading.languages()) != null
                ? Kind.NUMBER
                : !capitals || reading.capitalised(word) ? Kind.NAME : Kind.NOUN;
    }

    /** Returns whether a word may be a name. */
    boolean isName(int word) {
        return capitals ? reading.capitalised(word) : isNew(word);
    }

    /** Returns whether words may be an answer: a number, possibly with a unit, or words that say something new. */
    boolean mayAnswer(Span words) {
        Numbers.Found number = Numbers.at(said, words.start(), reading.languages());
        if (number == null) {
            return isNew(words.start()) && isNew(words.end() - 1);
        }
        int end = number.span().end();
        Units.Found measured = Units.after(said, end);
        return words.end() == end
                || (measured != null && words.end() == measured.end())
                || dates.stream().anyMatch(date -> date.span().covers(words));
    }

    /** Returns whether a word is neither plain nor in the question. */
    boolean isNew(int word) {
        String folded = said.folded(word);
        return !reading.plain(folded) && reading.asked().words().stream().noneMatch(w -> Asked.alike(w, folded));
    }

    /** Returns whether two spans are in the same date: 1969 in "20/7/1969". */
    boolean sameDate(Span one, Span other) {
        return dates.stream()
                .anyMatch(date -> date.span().overlaps(one) && date.span().overlaps(other));
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
