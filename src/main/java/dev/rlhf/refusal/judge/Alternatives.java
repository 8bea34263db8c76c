package dev.rlhf.refusal.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the other items in a list of possibilities that contains an accepted answer: "Oslo, Bergen or Tromsø",
 * "Oslo/Bergen", "Candidates include …".
 */
final class Alternatives {
    private static final int LONGEST_ITEM = 4;

    private final Words said;
    private final Reading reading;

    Alternatives(Words said, Reading reading) {
        this.said = said;
        this.reading = reading;
    }

    /** Returns an item of the list with an answer that is not one of {@code given}; null if there is none. */
    @Nullable
    Span beside(Span span, List<Span> given) {
        Span listed = chained(span, given);
        Span slashed = listed != null ? listed : slashed(span, given);
        return slashed != null ? slashed : announced(span, given);
    }

    /** Lists such as "Oslo, Bergen or Tromsø", seen from any item except the last. */
    private @Nullable Span chained(Span span, List<Span> given) {
        Span other = null;
        int at = span.end();
        while (at < said.size() && said.gap(at).matches("[\\s,*_]*")) {
            boolean or = reading.in("or", said.folded(at));
            int item = or ? at + 1 : at;
            while (or && item < said.size() - 1 && reading.in("starters", said.folded(item))) {
                item++;
            }
            if (item >= said.size()
                    || (!or && !said.gap(at).contains(","))
                    || (or && !said.gap(item).isBlank())
                    || (reading.capitalised(span.start())
                            ? !reading.capitalised(item)
                            : reading.plain(said.folded(item)))
                    || reading.in("or_not", said.folded(item))) {
                return null;
            }
            int end = item + 1;
            while (end < said.size()
                    && end - item < LONGEST_ITEM
                    && said.gap(end).isBlank()
                    && !reading.in("or", said.folded(end))) {
                end++;
            }
            Span found = new Span(item, end);
            if (given.stream().noneMatch(found::overlaps)) {
                other = found;
            }
            if (or) {
                return at == span.end() && !reading.capitalised(span.start()) ? null : other;
            }
            at = end;
        }
        return null;
    }

    private @Nullable Span slashed(Span span, List<Span> given) {
        int after = span.end();
        int before = span.start() - 1;
        Span other = after < said.size() && said.gap(after).strip().equals("/")
                ? new Span(after, after + 1)
                : before >= 0 && said.gap(span.start()).strip().equals("/") ? new Span(before, before + 1) : null;
        return other != null
                        && given.stream().noneMatch(other::overlaps)
                        && Character.isUpperCase(
                                said.get(other.start()).written().charAt(0))
                ? other
                : null;
    }

    /** "Candidates include Oslo and Bergen". */
    private @Nullable Span announced(Span span, List<Span> given) {
        List<Clause> clauses = reading.sentence(span.start());
        boolean several = clauses.stream()
                .anyMatch(clause -> clause.start() < span.start()
                        && said.words().subList(clause.start(), Math.min(clause.end(), span.start())).stream()
                                .anyMatch(word -> reading.in("several", word.folded())));
        return !several
                ? null
                : clauses.stream()
                        .flatMap(clause -> reading.values(clause).stream())
                        .filter(i -> i > clauses.getFirst().start() && reading.capitalised(i))
                        .map(i -> new Span(i, i + 1))
                        .filter(item -> given.stream().noneMatch(item::overlaps))
                        .findFirst()
                        .orElse(null);
    }
}
