package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the answers of sentences that announce one more: "Another answer is Bergen", "Also Bergen". */
final class Announcement {
    private static final int LONGEST_ANSWER = 4;

    private final Words said;
    private final Reading reading;
    private final CandidateAnswers candidates;

    Announcement(Words said, Reading reading, CandidateAnswers candidates) {
        this.said = said;
        this.reading = reading;
        this.candidates = candidates;
    }

    /** Returns the answer that a sentence announces; null if it announces none or says more. */
    @Nullable
    Span in(List<Clause> sentence) {
        List<Integer> words = words(sentence);
        return words.stream().noneMatch(i -> reading.in("more", said.folded(i)))
                ? null
                : only(words.stream()
                        .filter(i -> !reading.in("more", said.folded(i)) && !reading.in("beside", said.folded(i)))
                        .toList());
    }

    /** Returns the only new thing that a sentence says; null if there is none or several. */
    @Nullable
    Span onlyNew(List<Clause> sentence) {
        return only(words(sentence).stream().filter(candidates::isNew).toList());
    }

    private static List<Integer> words(List<Clause> sentence) {
        return sentence.stream()
                .flatMap(clause -> IntStream.range(clause.start(), clause.end()).boxed())
                .toList();
    }

    private @Nullable Span only(List<Integer> words) {
        if (words.isEmpty() || words.size() > LONGEST_ANSWER) {
            return null;
        }
        Span found = new Span(words.getFirst(), words.getLast() + 1);
        return found.end() - found.start() == words.size() && candidates.mayAnswer(found) ? found : null;
    }
}
