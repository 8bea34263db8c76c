package dev.rlhf.refusal.judge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds numbers in digits, with separators of either kind, as Roman numerals, and in words ({@link NumberWords}). */
final class Numbers {
    /** A number in a text with its possible values: 1.000 is one thousand or one, depending on the language. */
    record Found(Span span, List<BigDecimal> values) {
        boolean means(BigDecimal value) {
            return values.stream().anyMatch(v -> v.compareTo(value) == 0);
        }
    }

    private Numbers() {}

    /** Returns the number that begins at a word; null if none does. */
    static @Nullable Found at(Words words, int i, List<Language> languages) {
        String word = words.folded(i);
        if (minus(word, languages) && i + 1 < words.size() && words.gap(i + 1).isBlank()) {
            Found positive = minus(words.folded(i + 1), languages) ? null : at(words, i + 1, languages);
            return positive == null
                    ? null
                    : new Found(
                            new Span(i, positive.span().end()),
                            positive.values().stream().map(BigDecimal::negate).toList());
        }
        if (Character.isDigit(word.charAt(0))) {
            boolean point = words.gap(i).matches("(?s)(.*\\s)?\\.") && word.matches("\\d+");
            List<BigDecimal> values = digits(point ? "0." + word : word, languages.size() == 1);
            boolean negative = words.gap(i).matches("(?s)(.*[\\s(:])?[-\u2212]");
            int end = i + 1;
            Long scale = NumberWords.scale(words.foldedOrEmpty(end));
            if (scale != null) {
                end++;
            }
            long factor = (scale == null ? 1 : scale) * (negative ? -1 : 1);
            return values.isEmpty()
                    ? null
                    : new Found(
                            new Span(i, end),
                            values.stream()
                                    .map(v -> v.multiply(BigDecimal.valueOf(factor)))
                                    .toList());
        }
        Found spelled = NumberWords.at(words, i, languages);
        if (spelled != null) {
            return spelled;
        }
        int roman = RomanNumerals.value(words.get(i).written());
        return roman == 0 ? null : new Found(new Span(i, i + 1), List.of(BigDecimal.valueOf(roman)));
    }

    private static boolean minus(String word, List<Language> languages) {
        return languages.stream().anyMatch(language -> language.words("minus").contains(word));
    }

    /** Returns all numbers in a text, from left to right, without nested ones. */
    static List<Found> all(Words words, List<Language> languages) {
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Found found = at(words, i, languages);
            if (found != null) {
                all.add(found);
                i = found.span().end() - 1;
            }
        }
        return all;
    }

    /** Returns 18 for {@code 18th}, {@code eighteenth} or {@code XVIII}. */
    static Optional<Integer> ordinal(Words.Word word) {
        if (Character.isDigit(word.folded().charAt(0)) && word.folded().matches("\\d{1,3}(st|nd|rd|th)")) {
            return Optional.of(Integer.parseInt(word.folded().replaceAll("\\D", "")));
        }
        Integer ordinal = NumberWords.ordinal(word.folded());
        int roman = RomanNumerals.value(word.written());
        return ordinal != null ? Optional.of(ordinal) : roman > 1 ? Optional.of(roman) : Optional.empty();
    }

    private static List<BigDecimal> digits(String word, boolean english) {
        List<BigDecimal> values = new ArrayList<>();
        if (word.matches("\\d{1,3}([., '\u2019]\\d{3})+")) {
            values.add(new BigDecimal(word.replaceAll("[., '\u2019]", "")));
        }
        boolean grouped = !values.isEmpty() && english && word.contains(",");
        if (!grouped && word.matches("\\d+([.,]\\d+)?")) {
            values.add(new BigDecimal(word.replace(',', '.')));
        } else if (word.matches("\\d{1,3}(,\\d{3})+\\.\\d+")) {
            values.add(new BigDecimal(word.replace(",", "")));
        } else if (word.matches("\\d{1,3}(\\.\\d{3})+,\\d+")) {
            values.add(new BigDecimal(word.replace(".", "").replace(',', '.')));
        }
        return values;
    }
}
