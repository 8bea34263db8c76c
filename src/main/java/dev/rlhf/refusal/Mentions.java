package dev.rlhf.refusal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells where an accepted answer that stands in a text is really given: not denied, not a part of another name, not one of several. */
final class Mentions {
    /** Put before a name they make it another one. */
    private static final Set<String> OTHER_NAME_BEFORE = Set.of(
            "new", "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "upper", "lower", "inner",
            "outer", "equatorial", "papua", "san", "santa", "saint", "st", "fort", "port", "old", "little", "great", "greater",
            "democratic", "french", "british", "american", "dutch", "anti", "pseudo", "neo", "puerto", "nova", "nueva", "nuevo", "neu");

    /** Put behind a name they leave it the same. */
    private static final Set<String> SAME_NAME_AFTER = Set.of(
            "river", "city", "sea", "ocean", "desert", "mountain", "mountains", "island", "islands", "lake", "province", "state", "county",
            "kingdom", "empire", "street", "peninsula", "canyon", "strait", "channel", "republic", "planet", "jr", "sr", "i", "and", "the",
            "it", "in", "is", "was", "ltd", "inc", "bay", "valley", "family", "group", "gas", "metal", "war", "university", "dynasty");

    private static final Set<String> COPULAS = Set.of("is", "was", "are", "were", "ist", "war", "est", "es", "son", "zijn");

    private final Words said;
    private final Reading reading;

    Mentions(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
    }

    /** Whether the answer given at a place is meant: neither denied, nor another name, nor the bound of a number. */
    boolean affirmed(Span span, AcceptedAnswer answer) {
        Clause clause = reading.clauseOf(span.start());
        Span refusal = reading.refusal(clause);
        boolean refused = refusal != null && span.start() >= refusal.start() && !span.covers(refusal);
        return !refused
                && !deniedBefore(span, clause)
                && !deniedAfter(span, clause)
                && !otherName(span, answer)
                && !(answer.isNumber() && bounded(span, clause));
    }

    private boolean deniedBefore(Span span, Clause clause) {
        int before = span.start() - 1;
        while (before >= clause.start() && reading.in("links", said.folded(before))) {
            before--;
        }
        boolean word = before >= clause.start() && reading.in("before", said.folded(before)) && !said.folded(before).equals("only");
        boolean nor = span.start() > 0 && said.folded(span.start() - 1).equals("nor");
        boolean neither = wordsBefore(span.start(), 8).contains("neither");
        boolean anyBut = span.start() > 1
                && said.folded(span.start() - 1).equals("but")
                && wordsBefore(span.start(), 6).stream().anyMatch(Set.of("any", "every", "all", "anything", "anyone", "anywhere", "everything", "nothing")::contains);
        return word || nor || neither || anyBut || reading.endsBefore("before", span.start());
    }

    private List<String> wordsBefore(int index, int count) {
        int sentence = reading.clauseOf(index).sentence();
        return said.words().subList(Math.max(0, index - count), index).stream()
                .map(Words.Word::folded)
                .filter(word -> sentence >= 0)
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

    /** "New York" is not York, "Guinea-Bissau" not Guinea; "George Washington" is Washington, "the Mississippi River" the Mississippi. */
    private boolean otherName(Span span, AcceptedAnswer answer) {
        if (answer.isNumber() || !Character.isUpperCase(said.get(span.start()).written().charAt(0))) {
            return false;
        }
        if (span.start() > 0) {
            String gap = said.gap(span.start());
            Words.Word before = said.get(span.start() - 1);
            boolean joined = gap.equals("-") && Character.isUpperCase(before.written().charAt(0));
            boolean name = gap.isBlank() && Character.isUpperCase(before.written().charAt(0)) && OTHER_NAME_BEFORE.contains(before.folded());
            if (joined || name || (gap.isBlank() && before.folded().equals("of") && said.foldedOrEmpty(span.start() - 2).equals("republic") && said.foldedOrEmpty(span.start() - 3).equals("democratic"))) {
                return true;
            }
        }
        if (span.end() < said.size()) {
            String gap = said.gap(span.end());
            Words.Word after = said.get(span.end());
            boolean upper = Character.isUpperCase(after.written().charAt(0)) && !Words.blankless(after.folded());
            boolean shouted = said.get(span.start()).written().length() > 1 && said.get(span.start()).written().equals(said.get(span.start()).written().toUpperCase(Locale.ROOT));
            return upper && (gap.equals("-") || (gap.matches("[ \\u00a0]+") && !shouted && !SAME_NAME_AFTER.contains(after.folded())));
        }
        return false;
    }

    private boolean bounded(Span span, Clause clause) {
        boolean range = span.end() < clause.end()
                && reading.in("range", said.folded(span.end()))
                && span.end() + 1 < clause.end()
                && Character.isDigit(said.folded(span.end() + 1).charAt(0));
        boolean between = said.words().subList(clause.start(), span.start()).stream()
                .anyMatch(word -> word.folded().equals("between") || word.folded().equals("zwischen") || word.folded().equals("entre") || word.folded().equals("tussen"));
        boolean dash = said.gap(span.start()).matches("[-\u2013]") && span.start() > 0 && Character.isDigit(said.folded(span.start() - 1).charAt(0)) && Dates.all(said).isEmpty()
                || span.end() < said.size() && said.gap(span.end()).matches("[-\u2013]") && Character.isDigit(said.folded(span.end()).charAt(0)) && Dates.all(said).isEmpty();
        return range || between || dash || reading.endsBefore("bound", span.start());
    }

    /** What stands beside an answer as its alternative; null if nothing does. {@code given} are all accepted answers that are affirmed. */
    @Nullable Span rival(Span span, List<Span> given) {
        Span after = alternativeAfter(span, given);
        Span other = after != null ? after : alternativeBefore(span, given);
        if (other == null) {
            other = listed(span, given);
        }
        return other != null ? other : alsoPossible(span, given);
    }

    /** "Perhaps Oslo, perhaps Bergen". */
    private @Nullable Span alsoPossible(Span span, List<Span> given) {
        Clause own = reading.clauseOf(span.start());
        if (!reading.in("starters", said.folded(own.start()))) {
            return null;
        }
        return reading.clauses().stream()
                .filter(clause -> reading.in("starters", said.folded(clause.start())))
                .filter(clause -> given.stream().noneMatch(clause.words()::overlaps) && !reading.values(clause).isEmpty())
                .map(Clause::words)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Span alternativeAfter(Span span, List<Span> given) {
        int next = span.end();
        if (next + 1 >= said.size() || !said.gap(next).matches("[\\s,*_]*")) {
            return null;
        }
        boolean or = reading.in("or", said.folded(next));
        boolean and = !or && reading.in("and", said.folded(next)) && bare(span, next);
        if (!or && !and || reading.in("or_not", said.folded(next + 1))) {
            return null;
        }
        int end = reading.clauseOf(next + 1).end();
        Span other = new Span(next + 1, end);
        boolean accepted = given.stream().anyMatch(g -> other.covers(g));
        return accepted ? null : other;
    }

    private @Nullable Span alternativeBefore(Span span, List<Span> given) {
        int before = span.start() - 1;
        while (before > 0 && !reading.in("or", said.folded(before)) && !reading.in("and", said.folded(before)) && reading.plain(said.folded(before))
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
        return accepted || values.size() == 0 || reading.refusal(clause) != null || reading.values(values).isEmpty() && !asksChoice(values) ? null : values.words();
    }

    private boolean asksChoice(Clause clause) {
        return reading.capitalised(clause.end() - 1) && !reading.plain(said.folded(clause.end() - 1));
    }

    /** Whether the sentence is little more than the answer and one other thing that looks like it. */
    private boolean bare(Span span, int joint) {
        int sentence = reading.clauseOf(span.start()).sentence();
        long size = reading.clauses().stream()
                .filter(clause -> clause.sentence() == sentence)
                .mapToLong(Clause::size)
                .sum();
        int other = joint >= span.end() ? joint + 1 : joint - 1;
        return size <= span.end() - span.start() + 4
                && (reading.capitalised(other) || Words.blankless(said.folded(other)) || reading.capitalised(Math.min(other + 1, said.size() - 1)));
    }

    /** Another item of a bare list: "Rome, Paris, London", or one a line. */
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
        List<Clause> beside = others.stream().filter(item -> item.sentence() == own.sentence()).toList();
        List<Clause> apart = others.stream().filter(item -> item.sentence() != own.sentence() && alone(item) && alone(own)).toList();
        boolean place = beside.size() <= 2 && beside.stream().allMatch(item -> item.start() > own.start());
        return !apart.isEmpty() ? apart.getFirst().words() : !beside.isEmpty() && !place ? beside.getFirst().words() : null;
    }

    private boolean alone(Clause item) {
        return reading.clauses().stream().filter(c -> c.sentence() == item.sentence()).count() == 1;
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
     * A clause from a word on that says of another name what the question asks for: "The capital of Botswana is Windhoek", "Windhoek is
     * the capital of Botswana"; null if none does.
     */
    @Nullable Clause rivalClaim(int from, List<Span> given) {
        for (Clause clause : reading.clauses()) {
            if (clause.start() >= from
                    && reading.refusal(clause) == null
                    && !reading.weak(clause)
                    && !reading.relation().isEmpty()
                    && given.stream().noneMatch(g -> clause.words().overlaps(g) || g.start() == clause.end())
                    && claims(clause)) {
                return clause;
            }
        }
        return null;
    }

    private boolean claims(Clause clause) {
        for (int i = clause.start() + 1; i < clause.end() - 1; i++) {
            if (COPULAS.contains(said.folded(i))) {
                boolean before = related(clause.start(), i) && nameAt(i + 1, clause.end()) >= 0;
                int name = nameAt(clause.start(), i);
                return before || (name == clause.start() && related(i + 1, clause.end()) && !reading.in("before", said.folded(i + 1)));
            }
        }
        return false;
    }

    /** Whether words have what the question asks for: most of its relation, and a name of it if it has one. */
    private boolean related(int start, int end) {
        List<String> words = said.words().subList(start, end).stream().map(Words.Word::folded).toList();
        long relation = reading.relation().stream().filter(words::contains).count();
        boolean entity = reading.entity().isEmpty() || reading.entity().stream().anyMatch(words::contains);
        return entity && relation >= 0.6 * reading.relation().size();
    }

    /** A capitalised word that the question lacks, at the begin of a run of words but for articles and adverbs; -1 if there is none. */
    private int nameAt(int start, int end) {
        for (int i = start; i < end; i++) {
            String word = said.folded(i);
            if (reading.in("before", word) || word.equals("a") || word.equals("an")) {
                return -1;
            }
            if (!reading.plain(word)) {
                return reading.capitalised(i) && !reading.asked(word) ? i : -1;
            }
        }
        return -1;
    }
}
