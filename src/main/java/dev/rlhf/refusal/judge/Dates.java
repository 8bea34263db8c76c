package dev.rlhf.refusal.judge;

import com.ibm.icu.text.DateFormatSymbols;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Dates in the notations of several languages: {@code 3 May 1945}, {@code May 3rd, 1945}, {@code 1945-05-03},
 * {@code 03.05.1945}, {@code 1945年5月3日}.
 */
final class Dates {
    /** A date or a part of one; missing parts are 0. */
    record Date(int year, int month, int day) {
        /** Returns whether this date has every part of {@code wanted}, with the same value. */
        boolean says(Date wanted) {
            return (wanted.year == 0 || year == wanted.year)
                    && (wanted.month == 0 || month == wanted.month)
                    && (wanted.day == 0 || day == wanted.day);
        }
    }

    /** A date in a text with its possible readings: 8/5/1945 is in May or in August. */
    record Found(Span span, List<Date> dates) {}

    private static final Map<String, Integer> MONTHS = months();
    private static final Set<String> BETWEEN = Language.wordsOfAll("date_link");

    private Dates() {}

    private static Map<String, Integer> months() {
        Map<String, Integer> months = new HashMap<>();
        for (Language language : Language.ALL) {
            DateFormatSymbols symbols = new DateFormatSymbols(language.locale());
            for (int context : new int[] {DateFormatSymbols.FORMAT, DateFormatSymbols.STANDALONE}) {
                for (int width : new int[] {DateFormatSymbols.WIDE, DateFormatSymbols.ABBREVIATED}) {
                    String[] names = symbols.getMonths(context, width);
                    for (int i = 0; i < 12; i++) {
                        String name = Words.fold(names[i]).replace(".", "");
                        if (!name.isEmpty() && name.chars().allMatch(Character::isLetter)) {
                            months.putIfAbsent(name, i + 1);
                        }
                    }
                }
            }
        }
        months.put("sept", 9);
        return Map.copyOf(months);
    }

    /** Returns the number of the month that a folded word names; 0 if it names none. */
    static int month(String word) {
        return MONTHS.getOrDefault(word, 0);
    }

    /** Parses a whole text as a date that has at least a month. */
    static Optional<Date> parse(String text) {
        Words words = Words.of(text);
        return all(words).stream()
                .filter(found -> found.span().start() == 0 && found.span().end() == words.size())
                .map(found -> found.dates().getFirst())
                .findFirst();
    }

    static List<Found> all(Words words) {
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Found found = at(words, i);
            if (found != null) {
                all.add(found);
                i = found.span().end() - 1;
            }
        }
        return all;
    }

    private static @Nullable Found at(Words words, int i) {
        boolean digit = Character.isDigit(words.folded(i).charAt(0));
        if (!digit && month(words.folded(i)) == 0) {
            return null;
        }
        String[] dotted = words.folded(i).split("\\.", -1);
        if (dotted.length == 3 && dotted[2].length() == 4 && number(dotted[0]) > 0 && number(dotted[1]) > 0) {
            return numeric(new Span(i, i + 1), number(dotted[0]), number(dotted[1]), number(dotted[2]));
        }
        int first = number(words.folded(i));
        if (first > 0 && i + 2 < words.size()) {
            int second = number(words.folded(i + 1));
            int third = number(words.folded(i + 2));
            String gap = words.gap(i + 1);
            if (second > 0 && third > 0 && gap.matches("[-/.]") && gap.equals(words.gap(i + 2))) {
                Span span = new Span(i, i + 3);
                return first > 31
                        ? new Found(span, List.of(new Date(first, second, third)))
                        : third > 31 ? numeric(span, first, second, third) : null;
            }
            if (words.folded(i + 1).equals("年")
                    && third > 0
                    && words.foldedOrEmpty(i + 3).startsWith("月")) {
                int day = number(words.foldedOrEmpty(i + 4));
                return new Found(
                        new Span(i, Math.min(words.size(), i + (day > 0 ? 6 : 4))),
                        List.of(new Date(first, third, day)));
            }
        }
        return written(words, i);
    }

    /** Parses day and month in words, in either order. */
    private static @Nullable Found written(Words words, int i) {
        int day = day(words.folded(i));
        int next = day > 0 ? skip(words, i + 1) : i;
        int month = month(words.foldedOrEmpty(next));
        if (month == 0) {
            return null;
        }
        int end = next + 1;
        if (day == 0 && day(words.foldedOrEmpty(skip(words, end))) > 0) {
            day = day(words.folded(skip(words, end)));
            end = skip(words, end) + 1;
        }
        int year = number(words.foldedOrEmpty(skip(words, end)));
        if (year >= 100 && year < 3000) {
            end = skip(words, end) + 1;
        } else {
            year = 0;
        }
        return day == 0 && year == 0 ? null : new Found(new Span(i, end), List.of(new Date(year, month, day)));
    }

    private static Found numeric(Span span, int first, int second, int year) {
        List<Date> dates = new ArrayList<>();
        if (second <= 12) {
            dates.add(new Date(year, second, first));
        }
        if (first <= 12) {
            dates.add(new Date(year, first, second));
        }
        return new Found(span, dates);
    }

    private static int skip(Words words, int index) {
        return BETWEEN.contains(words.foldedOrEmpty(index)) ? index + 1 : index;
    }

    private static int day(String word) {
        int day = number(word.replaceAll("(st|nd|rd|th)$", ""));
        return day <= 31 ? day : 0;
    }

    private static int number(String word) {
        return !word.isEmpty() && word.length() <= 4 && word.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(word)
                : 0;
    }
}
