package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides whether an accepted answer that occurs in a text is given as the answer: not denied, not part of another
 * name, not a bound.
 */
final class Mentions {
    /** Words before a name that make it another name. */
    private static final Set<String> OTHER_NAME_BEFORE = Set.of(
            "new",
            "north",
            "south",
            "east",
            "west",
            "northern",
            "southern",
            "eastern",
            "western",
            "central",
            "upper",
            "lower",
            "inner",
            "outer",
            "equatorial",
            "papua",
            "san",
            "santa",
            "saint",
            "st",
            "fort",
            "port",
            "old",
            "little",
            "great",
            "greater",
            "democratic",
            "french",
            "british",
            "american",
            "dutch",
            "anti",
            "pseudo",
            "neo",
            "puerto",
            "nova",
            "nueva",
            "nuevo",
            "neu");

    /** Words after a name that leave it the same name. */
    private static final Set<String> SAME_NAME_AFTER = Set.of(
            "river",
            "city",
            "sea",
            "ocean",
            "desert",
            "mountain",
            "mountains",
            "island",
            "islands",
            "lake",
            "province",
            "state",
            "county",
            "kingdom",
            "empire",
            "street",
            "peninsula",
            "canyon",
            "strait",
            "channel",
            "republic",
            "planet",
            "jr",
            "sr",
            "i",
            "and",
            "the",
            "it",
            "in",
            "is",
            "was",
            "ltd",
            "inc",
            "bay",
            "valley",
            "family",
            "group",
            "gas",
            "metal",
            "war",
            "university",
            "dynasty");

    private static final Set<String> EVERYTHING =
            Set.of("any", "every", "all", "anything", "anyone", "anywhere", "everything");

    /** Words that begin a dependent clause in languages that separate it by a comma. */
    private static final Set<String> THAT = Set.of("dass", "что", "ze");

    private static final Set<String> OR_MORE =
            Set.of("more", "less", "fewer", "above", "below", "over", "under", "higher", "lower", "greater");

    private static final Pattern JOINT = Pattern.compile("\\s*[-\u2013\u2014]\\s*|[/:^]|[ \u00a0]+");
    private static final Set<String> NOTHING = Set.of("no", "none", "nobody", "noone", "nothing");

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
                && !relative(span, clause)
                && !deniedBefore(span, clause)
                && !deniedAfter(span, clause)
                && !otherName(span, answer)
                && !(answer.isNumber() && bounded(span, clause));
    }

    /**
     * Returns whether the name only describes somebody or something else: "a friend of Camus", "Austen's sister", "near
     * Oslo".
     */
    private boolean relative(Span span, Clause clause) {
        int name = nameStart(span, clause);
        int end = name > clause.start() && said.folded(name - 1).equals("the") ? name - 1 : name;
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
    private int nameStart(Span span, Clause clause) {
        int start = span.start();
        while (start > clause.start()
                && said.gap(start).isBlank()
                && Character.isUpperCase(said.get(start).written().charAt(0))
                && Character.isUpperCase(said.get(start - 1).written().charAt(0))
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
    private boolean deniedBefore(Span answer, Clause clause) {
        Span span = new Span(nameStart(answer, clause), answer.end());
        int before = span.start() - 1;
        while (before >= clause.start() && reading.in("links", said.folded(before))) {
            before--;
        }
        boolean rhetorical = clause.question() && answer.start() - clause.start() >= 2;
        boolean word = !rhetorical
                && before >= clause.start()
                && reading.in("before", said.folded(before))
                && !said.folded(before).equals("only");
        boolean nor = span.start() > 0 && said.folded(span.start() - 1).equals("nor");
        boolean neither = wordsBefore(span.start(), 8).contains("neither");
        boolean except = said.foldedOrEmpty(span.start() - 1).equals("but")
                && wordsBefore(span.start(), 6).stream().anyMatch(EVERYTHING::contains);
        boolean denied = except || reading.endsBefore("before", span.start());
        return word || subordinate(clause) || nor || neither || (denied && !noOther(span.start()));
    }

    /** Returns whether a clause depends on one that denies it: "Ich glaube nicht, dass es Paris ist". */
    private boolean subordinate(Clause clause) {
        int index = reading.clauses().indexOf(clause);
        return index > 0
                && THAT.contains(said.folded(clause.start()))
                && reading.clauses().get(index - 1).sentence() == clause.sentence()
                && reading.denies(reading.clauses().get(index - 1));
    }

    /**
     * Returns whether "other than" or "but" follows a denial: "none other than Paris", "It couldn't be anything but
     * Paris".
     */
    private boolean noOther(int index) {
        String last = said.foldedOrEmpty(index - 1);
        boolean exception = last.equals("but")
                || (last.equals("than") && said.foldedOrEmpty(index - 2).equals("other"));
        return exception
                && wordsBefore(index - 1, 7).stream()
                        .anyMatch(word -> NOTHING.contains(word) || reading.in("before", word));
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
        if (answer.isNumber()
                || !Character.isUpperCase(said.get(span.start()).written().charAt(0))) {
            return false;
        }
        if (span.start() > 0) {
            String gap = said.gap(span.start());
            Words.Word before = said.get(span.start() - 1);
            boolean joined =
                    gap.equals("-") && Character.isUpperCase(before.written().charAt(0));
            boolean name = gap.isBlank()
                    && Character.isUpperCase(before.written().charAt(0))
                    && OTHER_NAME_BEFORE.contains(before.folded());
            if (joined || name || (gap.isBlank() && democraticRepublic(span.start()))) {
                return true;
            }
        }
        if (span.end() < said.size()) {
            String gap = said.gap(span.end());
            Words.Word after = said.get(span.end());
            boolean upper = Character.isUpperCase(after.written().charAt(0)) && !Words.blankless(after.folded());
            boolean shouted = said.get(span.start()).written().length() > 1
                    && said.get(span.start())
                            .written()
                            .equals(said.get(span.start()).written().toUpperCase(Locale.ROOT));
            return upper
                    && (gap.equals("-")
                            || (gap.matches("[ \\u00a0]+") && !shouted && !SAME_NAME_AFTER.contains(after.folded())));
        }
        return false;
    }

    /** Returns whether "Democratic Republic of (the)" comes before a name. */
    private boolean democraticRepublic(int name) {
        List<String> before = wordsBefore(name, 4);
        int end = before.size() - (before.isEmpty() || !before.getLast().equals("the") ? 0 : 1);
        return end >= 3 && before.subList(end - 3, end).equals(List.of("democratic", "republic", "of"));
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
                .anyMatch(word -> word.folded().equals("between")
                        || word.folded().equals("zwischen")
                        || word.folded().equals("entre")
                        || word.folded().equals("tussen"));
        boolean part = (joinsDigits(span.start()) || joinsDigits(span.end()))
                && Dates.all(said).isEmpty();
        String next = said.foldedOrEmpty(span.end());
        boolean more = said.gap(span.end()).startsWith("+")
                || (next.equals("or") && OR_MORE.contains(said.foldedOrEmpty(span.end() + 1)))
                || (next.equals("and") && said.foldedOrEmpty(span.end() + 1).equals("a"));
        boolean symbol = said.gap(span.start()).matches("(?s).*[<>\u2264\u2265]\\s*");
        boolean era = said.gap(span.end()).isBlank() && (next.equals("bc") || next.equals("bce"));
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
