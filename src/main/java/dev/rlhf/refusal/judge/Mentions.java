package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides whether an accepted answer that occurs in a text is given as the answer: not denied, not part of another
 * name, not a bound.
 */
final class Mentions {
    private static final Pattern JOINT = Pattern.compile("\\s*[-\u2013\u2014]\\s*|[/:^]|[ \u00a0]+");

    private final Words said;
    private final Reading reading;

    Mentions(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
    }

    /** Returns whether the answer at a position is given: not denied, not another name, not a bound. */
    boolean affirmed(Span span, AcceptedAnswer answer) {
        Clause clause = reading.clauseOf(span.start());
        Span refusal = reading.refusal(clause);
        boolean refused = refusal != null && span.start() >= refusal.start() && !span.covers(refusal);
        boolean nobody = refusal != null && span.start() == refusal.start() && reading.in("nobody", answer.joined());
        return (!refused || nobody)
                && !relative(span, answer, clause)
                && !deniedBefore(span, answer, clause)
                && !deniedAfter(span, clause)
                && !otherName(span, answer)
                && !(answer.isNumber() && bounded(span, clause));
    }

    /**
     * Returns whether the name only describes somebody or something else: "a friend of Camus", "Austen's sister", "near
     * Oslo".
     */
    private boolean relative(Span span, AcceptedAnswer answer, Clause clause) {
        int name = nameStart(span, answer, clause);
        int end = name > clause.start() && reading.in("article", said.folded(name - 1)) ? name - 1 : name;
        Clause front = new Clause(new Span(clause.start(), end), 0, false, false, false);
        Span phrase = front.size() == 0 ? null : reading.find(front, "relative");
        boolean asked = phrase != null
                && said.words().subList(phrase.start(), phrase.end()).stream()
                        .anyMatch(word -> reading.asked().words().stream()
                                .anyMatch(w -> w.length() > 2 && w.regionMatches(0, word.folded(), 0, 3)));
        boolean kin = span.end() < clause.end()
                && said.folded(span.end() - 1).endsWith("s")
                && reading.in("kin", said.folded(span.end()));
        return kin || (phrase != null && !asked);
    }

    /** Returns the start of the name that an answer ends: "George" for Washington in "George Washington". */
    private int nameStart(Span span, AcceptedAnswer answer, Clause clause) {
        int start = span.start();
        boolean lower = !isUpper(said.get(start)) && isUpper(answer.words().get(0));
        while (start > clause.start()
                && said.gap(start).isBlank()
                && (lower || (isUpper(said.get(start)) && isUpper(said.get(start - 1))))
                && !reading.in("before", said.folded(start - 1))
                && !reading.plain(said.folded(start - 1))) {
            start--;
        }
        return start;
    }

    /**
     * Returns whether the words before an answer deny it: "Not Paris". A question such as "Isn't it Paris?" denies
     * nothing.
     */
    private boolean deniedBefore(Span given, AcceptedAnswer answer, Clause clause) {
        Span span = new Span(nameStart(given, answer, clause), given.end());
        int before = span.start() - 1;
        while (before >= clause.start() && reading.in("links", said.folded(before))) {
            before--;
        }
        boolean rhetorical = clause.question() && given.start() - clause.start() >= 2;
        boolean word = !rhetorical && before >= clause.start() && reading.in("before", said.folded(before));
        boolean neither = wordsBefore(span.start(), 8).stream().anyMatch(w -> reading.in("neither", w));
        boolean except = excepts(span.start())
                && wordsBefore(span.start(), 6).stream().anyMatch(w -> reading.in("everything", w));
        boolean denied = word || except || reading.endsBefore("before", span.start());
        return subordinate(clause) || neither || (denied && !noOther(span.start()));
    }

    /** Returns whether an exception ends before a word: "but", "other than". */
    private boolean excepts(int index) {
        return reading.in("exception", said.foldedOrEmpty(index - 1)) || reading.endsBefore("exception", index);
    }

    /** Returns whether a clause depends on one that denies it: "Ich glaube nicht, dass es Paris ist". */
    private boolean subordinate(Clause clause) {
        int index = reading.clauses().indexOf(clause);
        return index > 0
                && reading.in("that", said.folded(clause.start()))
                && reading.clauses().get(index - 1).sentence() == clause.sentence()
                && reading.denies(reading.clauses().get(index - 1));
    }

    /**
     * Returns whether "other than" or "but" follows a denial: "none other than Paris", "It couldn't be anything but
     * Paris".
     */
    private boolean noOther(int index) {
        return excepts(index)
                && wordsBefore(index - 1, 7).stream()
                        .anyMatch(word -> reading.in("nothing", word) || reading.in("before", word));
    }

    private List<String> wordsBefore(int index, int count) {
        return said.words().subList(Math.max(0, index - count), index).stream()
                .map(Words.Word::folded)
                .toList();
    }

    private boolean deniedAfter(Span span, Clause clause) {
        if (span.end() >= clause.end()) {
            return false;
        }
        Clause rest = new Clause(new Span(span.end(), clause.end()), 0, false, false, false);
        Span denied = reading.find(rest, "after");
        return denied != null && denied.start() == span.end();
    }

    /**
     * Returns whether the next clause denies the answer that a clause gives: "Paris? No.", "Everyone says Paris, but
     * that is wrong".
     */
    boolean deniedLater(Clause clause) {
        List<Clause> clauses = reading.clauses();
        int next = clauses.indexOf(clause) + 1;
        if (next < clauses.size() && reading.matches(clauses.get(next), "denied")) {
            return true;
        }
        boolean no = next < clauses.size() && clauses.get(next).size() == 1 && reading.matches(clauses.get(next), "no");
        return no
                && (clause.question()
                        || (next + 1 < clauses.size() && reading.matches(clauses.get(next + 1), "denied")));
    }

    /**
     * Returns whether the answer is only a part of another name: "New York" is not York and "Guinea-Bissau" is not
     * Guinea, but "George Washington" is Washington and "the Mississippi River" is the Mississippi.
     */
    private boolean otherName(Span span, AcceptedAnswer answer) {
        if (answer.isNumber()) {
            return false;
        }
        if (followedInList(span)) {
            return true;
        }
        boolean lower = !isUpper(said.get(span.start()));
        if (lower && !isUpper(answer.words().get(0))) {
            return false;
        }
        if (span.start() > 0) {
            String gap = said.gap(span.start());
            Words.Word before = said.get(span.start() - 1);
            boolean joined = gap.equals("-") && (lower ? !reading.plain(before.folded()) : isUpper(before));
            boolean name = gap.isBlank() && (lower || isUpper(before)) && reading.in("other_name", before.folded());
            if (joined || name || (gap.isBlank() && reading.endsBefore("other_name", span.start()))) {
                return true;
            }
        }
        if (span.end() < said.size()) {
            String gap = said.gap(span.end());
            Words.Word after = said.get(span.end());
            boolean upper = isUpper(after) && !Words.blankless(after.folded());
            boolean shouted = said.get(span.start()).written().length() > 1
                    && said.get(span.start())
                            .written()
                            .equals(said.get(span.start()).written().toUpperCase(Locale.ROOT));
            return (lower && gap.equals("-") && !reading.plain(after.folded()))
                    || (upper
                            && (gap.equals("-")
                                    || (gap.matches("[ \\u00a0]+")
                                            && !shouted
                                            && !reading.in("same_name", after.folded()))));
        }
        return false;
    }

    private static boolean isUpper(Words.Word word) {
        return Character.isUpperCase(word.written().charAt(0));
    }

    /**
     * Returns whether a sentence says only new words, and one follows the answer without punctuation: "oslo bergen".
     * Words before it may be its first name.
     */
    private boolean followedInList(Span span) {
        int next = span.end();
        List<Clause> sentence = reading.sentence(span.start());
        return next < sentence.getLast().end()
                && said.gap(next).matches("[ \\t\u00a0]+")
                && sentence.stream()
                        .allMatch(clause -> clause.words().covers(span)
                                && reading.values(clause).size() == clause.size())
                && Dates.all(said).isEmpty()
                && !reading.in("same_name", said.folded(next));
    }

    /**
     * Returns whether a number is only a part of what is said: a bound ("at least 5", "5 or more", "5+"), an end of a
     * range ("5 to 7"), a term ("5/8", "5:30", "5 and a half"), a year before our era, or one of a row of numbers.
     */
    private boolean bounded(Span span, Clause clause) {
        boolean range = span.end() < clause.end()
                && reading.in("range", said.folded(span.end()))
                && span.end() + 1 < clause.end()
                && Numbers.at(said, span.end() + 1, reading.languages()) != null;
        boolean between = said.words().subList(clause.start(), span.start()).stream()
                .anyMatch(word -> reading.in("between", word.folded()));
        boolean part = (joinsDigits(span.start()) || joinsDigits(span.end()))
                && Dates.all(said).isEmpty();
        String next = said.foldedOrEmpty(span.end());
        boolean more = said.gap(span.end()).startsWith("+")
                || (reading.in("or", next) && reading.in("or_more", said.foldedOrEmpty(span.end() + 1)))
                || (reading.in("and", next) && reading.in("half", said.foldedOrEmpty(span.end() + 1)));
        boolean symbol = said.gap(span.start()).matches("(?s).*[<>\u2264\u2265]\\s*");
        boolean era =
                said.gap(span.end()).isBlank() && (reading.in("era", next) || reading.startsWith("era", span.end()));
        return range || between || part || more || symbol || era || reading.endsBefore("bound", span.start());
    }

    /** Returns whether a dash or a sign joins two numbers in digits at a word, or one follows the other. */
    private boolean joinsDigits(int word) {
        return word > 0
                && word < said.size()
                && JOINT.matcher(said.gap(word)).matches()
                && Character.isDigit(said.folded(word - 1).charAt(0))
                && Character.isDigit(said.folded(word).charAt(0))
                && !said.folded(word - 1).equals(said.folded(word));
    }
}
