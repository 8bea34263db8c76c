package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The parts of a completion: its clauses, divided at "and", "or" and the like. What follows a label or a dash belongs
 * to the same part: "Capital: Oslo", "Столица — Осло".
 */
final class ClauseParts {
    private static final Pattern JOINT = Pattern.compile("\\s*[&+|/;]\\s*");
    private static final Pattern DASH = Pattern.compile("\\s[\u2013\u2014-]\\s|[:\uff1a]\\s*");
    private static final Pattern COMMA = Pattern.compile("\\s*[,\u3001\uff0c\u060c\u2013-]\\s*");

    private final Words said;
    private final Reading reading;
    private final List<Span> all = new ArrayList<>();

    ClauseParts(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
        int start = 0;
        for (int i = 1; i <= said.size(); i++) {
            if (i == said.size() || joins(i) || (clauseBegins(i) && !labelled(i)) || blankBetween(i)) {
                addWithoutRepetition(new Span(start, i));
                start = i;
            }
        }
    }

    /** Returns whether a blank divides words of a script that has none between words: "คือโรม คือปารีส". */
    private boolean blankBetween(int word) {
        return !said.gap(word).isEmpty()
                && Words.blankless(said.folded(word - 1))
                && Words.blankless(said.folded(word));
    }

    /**
     * Adds a part, divided where it begins or ends in the same words again: "The capital is Oslo the capital is
     * Bergen", "Oslo is the capital Bergen is the capital".
     */
    private void addWithoutRepetition(Span part) {
        for (int i = part.start() + 2; i < part.end(); i++) {
            int begins = 0;
            while (part.start() + begins < i && i + begins < part.end() && same(part.start() + begins, i + begins)) {
                begins++;
            }
            int ends = 0;
            while (i - 1 - ends >= part.start()
                    && part.end() - 1 - ends >= i
                    && same(i - 1 - ends, part.end() - 1 - ends)) {
                ends++;
            }
            if (isFrame(part.start(), part.start() + begins) || isFrame(i - ends, i)) {
                all.add(new Span(part.start(), i));
                addWithoutRepetition(new Span(i, part.end()));
                return;
            }
        }
        all.add(part);
    }

    private boolean same(int one, int other) {
        return said.folded(one).equals(said.folded(other));
    }

    /** Returns whether words are more than those that may be added or left out. */
    private boolean isFrame(int start, int end) {
        return IntStream.range(start, end).anyMatch(i -> !reading.in("again", said.folded(i)));
    }

    List<Span> all() {
        return all;
    }

    /** Returns the part that has a word. */
    Span of(int word) {
        return all.stream().filter(part -> part.end() > word).findFirst().orElseThrow();
    }

    private boolean clauseBegins(int word) {
        return reading.clauseOf(word).start() == word;
    }

    /** Returns whether a label or a dash comes before a word that is no number. */
    boolean labelled(int word) {
        return word > 0
                && DASH.matcher(said.gap(word)).matches()
                && Numbers.at(said, word, reading.languages()) == null;
    }

    private boolean joins(int word) {
        String folded = said.folded(word);
        return reading.in("and", folded)
                || reading.in("or", folded)
                || JOINT.matcher(said.gap(word)).matches();
    }

    /** Returns whether a part begins with "and" or "or", or is a number after a comma that is not in a date. */
    boolean joined(Span part) {
        return joins(part.start())
                || (COMMA.matcher(said.gap(part.start())).matches()
                        && Numbers.at(said, part.start(), reading.languages()) != null
                        && Dates.all(said).isEmpty());
    }

    /** Returns whether a part consists of whole clauses. */
    boolean whole(Span part) {
        return clauseBegins(part.start()) && reading.clauseOf(part.end() - 1).end() == part.end();
    }

    /** Returns whether a part is a sentence. */
    boolean alone(Span part) {
        return reading.sentence(part.start()).stream().allMatch(clause -> part.covers(clause.words()));
    }

    boolean asks(Span part) {
        return reading.clauseOf(part.start()).question();
    }

    /** Returns whether a part begins a sentence. */
    boolean opensSentence(Span part) {
        return reading.sentence(part.start()).getFirst().start() == part.start();
    }
}
