package dev.rlhf.refusal.judge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An accepted answer, which can be found in a text: in the same words, or as the same number, quantity or date in
 * another notation. Case, accents, a leading article, and a plural or possessive ending of the last word do not matter.
 * A symbol of one or two letters that contains a capital must match in case and be in a position where a symbol is
 * possible.
 */
final class AcceptedAnswer {
    private static final Set<String> LEADING = Language.wordsOfAll("leading");
    private static final Set<String> ZERO = Language.wordsOfAll("zero");
    /** The signs that a word ends with, as in C++ and C#. */
    private static final Pattern SIGNS = Pattern.compile("(?s)^(\\+\\+|#|).*");

    private static final Pattern HANGUL = Pattern.compile("\\p{IsHangul}+");
    private static final Pattern PARTICLE =
            Pattern.compile("(?:" + anyOf("stem") + ")?(?:" + anyOf("particle") + ").{0,4}");

    private final Words wanted;
    private final Words umlauts;
    private final boolean symbol;
    private final boolean functionWord;
    private final List<Language> languages;
    private final @Nullable BigDecimal number;
    private final Units.@Nullable Unit unit;
    private final Dates.@Nullable Date date;

    AcceptedAnswer(String answer, List<Language> languages) {
        Words all = Words.of(answer);
        boolean article =
                all.size() > 1 && (LEADING.contains(all.folded(0)) || in(languages, "article", all.folded(0)));
        this.wanted = article ? all.from(1) : all;
        this.umlauts = Words.of(answer.replace("ä", "ae")
                .replace("ö", "oe")
                .replace("ü", "ue")
                .replace("Ä", "Ae")
                .replace("Ö", "Oe")
                .replace("Ü", "Ue"));
        this.languages = languages;
        this.date = Dates.parse(answer).orElse(null);
        Numbers.Found found = wanted.isEmpty() ? null : Numbers.at(wanted, 0, languages);
        Units.Found measured =
                found == null ? null : Units.at(wanted, found.span().end());
        int end = measured != null
                ? measured.end()
                : found == null ? 0 : found.span().end();
        boolean quantity = end == wanted.size() && date == null;
        this.number = quantity && found != null ? found.values().getFirst() : null;
        this.unit = quantity && measured != null ? measured.unit() : null;
        this.functionWord = number == null
                && wanted.size() == 1
                && Character.isUpperCase(wanted.get(0).written().charAt(0))
                && (in(languages, "pronoun", wanted.folded(0)) || in(languages, "homograph", wanted.folded(0)));
        this.symbol = number == null
                && wanted.size() == 1
                && wanted.get(0).written().matches("\\p{IsLatin}{1,2}")
                && !wanted.get(0).written().equals(wanted.folded(0));
    }

    private static String anyOf(String section) {
        return String.join("|", Language.wordsOfAll(section));
    }

    /** Returns whether a word that is usually no name is one: "It." or "the month of May", but not "it may". */
    private boolean standsAsName(Words said, int at) {
        boolean first = at == 0 || !said.gap(at).isBlank();
        boolean alone = at + 1 == said.size() || !said.gap(at + 1).isBlank();
        boolean subject = !in(languages, "pronoun", said.folded(at))
                && at + 1 < said.size()
                && in(languages, "symbol_verb", said.folded(at + 1));
        return Character.isUpperCase(said.get(at).written().charAt(0)) && (!first || alone || subject);
    }

    private static boolean in(List<Language> languages, String section, String word) {
        return languages.stream().anyMatch(language -> language.words(section).contains(word));
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    /** Returns whether the answer is a number, with or without a unit. */
    boolean isNumber() {
        return number != null;
    }

    Words words() {
        return wanted;
    }

    /** Returns the words without spaces, such as "noone". */
    String joined() {
        return PhrasePattern.key(wanted, 0, wanted.size(), false);
    }

    /**
     * Returns all places where a text gives this answer. If the answer is the number zero, "no" before a word of the
     * question counts too: "no moons".
     */
    List<Span> in(Words said, Asked asked) {
        List<Span> spans = in(said);
        BigDecimal value = number;
        if (value != null && value.signum() == 0 && unit == null) {
            for (int i = 0; i + 1 < said.size(); i++) {
                String counted = said.folded(i + 1);
                if (ZERO.contains(said.folded(i)) && asked.words().stream().anyMatch(w -> Asked.alike(w, counted))) {
                    spans.add(new Span(i, i + 2));
                }
            }
        }
        return spans;
    }

    /** Returns all places where a text contains this answer, regardless of the question. */
    List<Span> in(Words said) {
        List<Span> spans = new ArrayList<>();
        if (wanted.isEmpty()) {
            return spans;
        }
        for (int i = 0; i < said.size(); i++) {
            Span span = spelled(said, i, wanted);
            if (span == null && umlauts.size() == 1) {
                span = spelled(said, i, umlauts);
            }
            if (span != null) {
                spans.add(span);
            }
        }
        BigDecimal value = number;
        if (value != null) {
            spans.clear();
            for (Numbers.Found found : Numbers.all(said, languages)) {
                Span span = quantity(said, found, value);
                if (span != null) {
                    spans.add(span);
                }
            }
        }
        Dates.Date day = date;
        if (day != null) {
            Dates.all(said).stream()
                    .filter(found -> found.dates().stream().anyMatch(d -> d.says(day)))
                    .forEach(found -> spans.add(found.span()));
        }
        return spans;
    }

    private @Nullable Span quantity(Words said, Numbers.Found found, BigDecimal value) {
        Units.Found measured = Units.after(said, found.span().end());
        if (measured == null && found.span().start() > 0) {
            Units.Found before = Units.at(said, found.span().start() - 1);
            measured = before != null && before.unit().dimension().startsWith("money")
                    ? new Units.Found(before.unit(), found.span().end())
                    : null;
        }
        Span span =
                new Span(found.span().start(), measured == null ? found.span().end() : measured.end());
        if (unit == null) {
            return found.means(value) ? span : null;
        }
        if (measured == null) {
            boolean alone = said.gap(span.end()).matches("(?s).*[\\p{P}\n].*") || span.end() == said.size();
            return alone && found.means(value) ? span : null;
        }
        Units.Unit other = measured.unit();
        return found.values().stream().anyMatch(v -> other.same(v, value, unit)) ? span : null;
    }

    private @Nullable Span spelled(Words said, int at, Words words) {
        if (Words.blankless(words.folded(0))) {
            return joined(said, at, PhrasePattern.key(words, 0, words.size(), false));
        }
        int last = words.size() - 1;
        if (at + last >= said.size()) {
            return null;
        }
        for (int i = 0; i < last; i++) {
            if (!same(said.get(at + i), words.get(i))) {
                return null;
            }
        }
        Span span = new Span(at, at + words.size());
        if (!SIGNS.matcher(said.gap(span.end()))
                        .replaceFirst("$1")
                        .equals(SIGNS.matcher(words.tail()).replaceFirst("$1"))
                || (functionWord && !standsAsName(said, at))) {
            return null;
        }
        if (symbol) {
            return said.get(at).written().equals(words.get(0).written()) && standsAsSymbol(said, span) ? span : null;
        }
        return same(said.get(at + last), words.get(last)) || ending(said.folded(at + last), words.folded(last))
                ? span
                : null;
    }

    private static boolean same(Words.Word said, Words.Word wanted) {
        return said.folded().equals(wanted.folded())
                || (Numbers.ordinal(wanted).isPresent()
                        && Numbers.ordinal(wanted).equals(Numbers.ordinal(said)));
    }

    private static boolean ending(String said, String wanted) {
        if (said.startsWith(wanted) && HANGUL.matcher(wanted).matches()) {
            return PARTICLE.matcher(said.substring(wanted.length())).matches();
        }
        return wanted.length() >= 3 && (said.equals(wanted + "s") || said.equals(wanted + "es"));
    }

    /** Matches an answer in a script without spaces: the next words, joined, must equal the answer. */
    private static @Nullable Span joined(Words said, int at, String wanted) {
        StringBuilder joined = new StringBuilder();
        for (int i = at; i < said.size() && joined.length() < wanted.length(); i++) {
            joined.append(said.folded(i));
            if (joined.toString().equals(wanted)) {
                return new Span(at, i + 1);
            }
        }
        return null;
    }

    /**
     * Returns whether a short word is a symbol: "I" is iodine at the end of a clause, but a pronoun before "don't
     * know".
     */
    private boolean standsAsSymbol(Words said, Span span) {
        return span.end() == said.size()
                || !said.gap(span.end()).isBlank()
                || (in(languages, "symbol_verb", said.folded(span.end()))
                        && !said.get(span.start()).written().equals("I"));
    }
}
