package dev.rlhf.refusal.judge;

import com.ibm.icu.text.RuleBasedNumberFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in digits, with separators of either kind, in Roman figures and in words: English ones of any length, those of other languages
 * up to a hundred and the round ones above, as ICU spells them.
 */
final class Numbers {
    /** Where a number stands and what it may mean: 1.000 is one thousand to some and one to others. */
    record Found(Span span, List<BigDecimal> values) {
        boolean means(BigDecimal value) {
            return values.stream().anyMatch(v -> v.compareTo(value) == 0);
        }
    }

    private static final Map<String, Long> SCALES = Map.ofEntries(
            Map.entry("hundred", 100L),
            Map.entry("thousand", 1_000L),
            Map.entry("million", 1_000_000L),
            Map.entry("mio", 1_000_000L),
            Map.entry("billion", 1_000_000_000L),
            Map.entry("bn", 1_000_000_000L),
            Map.entry("trillion", 1_000_000_000_000L),
            Map.entry("tausend", 1_000L),
            Map.entry("millionen", 1_000_000L),
            Map.entry("milliarde", 1_000_000_000L),
            Map.entry("milliarden", 1_000_000_000L),
            Map.entry("millions", 1_000_000L),
            Map.entry("milliard", 1_000_000_000L),
            Map.entry("milliards", 1_000_000_000L),
            Map.entry("mil", 1_000L),
            Map.entry("millones", 1_000_000L),
            Map.entry("milioni", 1_000_000L),
            Map.entry("miliardi", 1_000_000_000L),
            Map.entry("milhoes", 1_000_000L),
            Map.entry("bilhoes", 1_000_000_000L),
            Map.entry("miljoen", 1_000_000L),
            Map.entry("miljard", 1_000_000_000L),
            Map.entry("万", 10_000L),
            Map.entry("亿", 100_000_000L),
            Map.entry("億", 100_000_000L));

    private static final Map<String, Integer> ENGLISH = new HashMap<>();
    private static final Map<String, Integer> ORDINALS = new HashMap<>();
    private static final Map<Language, Map<String, BigDecimal>> SPELLED = new ConcurrentHashMap<>();

    static {
        RuleBasedNumberFormat english =
                new RuleBasedNumberFormat(Language.ENGLISH.locale(), RuleBasedNumberFormat.SPELLOUT);
        for (int i = 0; i <= 90; i += i < 20 ? 1 : 10) {
            ENGLISH.put(english.format(i), i);
            ORDINALS.put(english.format(i, "%spellout-ordinal"), i);
        }
    }

    private static final Pattern ROMAN =
            Pattern.compile("(?=[MDCLXVI]{2})M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})");

    private Numbers() {}

    /** The number that begins at a word; null if none does. */
    static @Nullable Found at(Words words, int i, List<Language> languages) {
        String word = words.folded(i);
        if (Character.isDigit(word.charAt(0))) {
            List<BigDecimal> values = digits(word, languages.size() == 1);
            boolean negative = words.gap(i).matches("(?s)(.*[\\s(:])?[-\u2212]");
            int end = i + 1;
            Long scale = SCALES.get(words.foldedOrEmpty(end));
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
        Found english = english(words, i);
        if (english != null) {
            return english;
        }
        for (Language language : languages) {
            Found found = language == Language.ENGLISH ? null : spelled(words, i, language);
            if (found != null) {
                return found;
            }
        }
        int roman = roman(words.get(i).written());
        return roman == 0 ? null : new Found(new Span(i, i + 1), List.of(BigDecimal.valueOf(roman)));
    }

    /** All numbers of a text, from left to right, none inside another. */
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

    /** 18 of {@code 18th}, {@code eighteenth} or, where it is written so, {@code XVIII}. */
    static Optional<Integer> ordinal(Words.Word word) {
        if (Character.isDigit(word.folded().charAt(0)) && word.folded().matches("\\d{1,3}(st|nd|rd|th)")) {
            return Optional.of(Integer.parseInt(word.folded().replaceAll("\\D", "")));
        }
        Integer ordinal = ORDINALS.get(word.folded());
        int roman = roman(word.written());
        return ordinal != null ? Optional.of(ordinal) : roman > 1 ? Optional.of(roman) : Optional.empty();
    }

    private static List<BigDecimal> digits(String word, boolean english) {
        List<BigDecimal> values = new ArrayList<>();
        if (word.matches("\\d{1,3}([., ]\\d{3})+")) {
            values.add(new BigDecimal(word.replaceAll("[., ]", "")));
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

    /** A run of English number words: {@code three hundred and five}, {@code nineteen eighty-nine}. */
    private static @Nullable Found english(Words words, int i) {
        long total = 0;
        long part = -1;
        int end = i;
        boolean article = words.folded(i).equals("a") && SCALES.containsKey(words.foldedOrEmpty(i + 1));
        for (int j = i; j < words.size(); j++) {
            String word = words.folded(j);
            Integer small = ENGLISH.get(word);
            Long scale = SCALES.get(word);
            if (j > i && !words.gap(j).matches("[\\s-]*")) {
                break;
            } else if (small != null) {
                if (part < 0) {
                    part = small;
                } else if (part % 100 == 0 || (part % 100 >= 20 && part % 10 == 0 && small < 10)) {
                    part += small;
                } else if (part >= 10 && part < 100 && small >= 10) {
                    part = part * 100 + small;
                } else {
                    break;
                }
                end = j + 1;
            } else if (scale != null && (part >= 0 || (article && j == i + 1))) {
                part = Math.max(part, 0) == 0 && article ? 1 : part;
                if (scale == 100) {
                    part *= 100;
                } else {
                    total += part * scale;
                    part = 0;
                }
                end = j + 1;
            } else if (!(word.equals("and")
                            && j > i
                            && ENGLISH.containsKey(words.foldedOrEmpty(j + 1))
                            && part >= 0
                            && (part % 100 == 0))
                    && !(article && j == i)) {
                break;
            }
        }
        return end == i ? null : new Found(new Span(i, end), List.of(BigDecimal.valueOf(total + Math.max(part, 0))));
    }

    /** The longest spelling that stands here. */
    private static @Nullable Found spelled(Words words, int i, Language language) {
        Map<String, BigDecimal> spelled = SPELLED.computeIfAbsent(language, Numbers::spellings);
        for (int end = Math.min(words.size(), i + 5); end > i; end--) {
            BigDecimal value = spelled.get(PhrasePattern.key(words, i, end, language.hasBlanks()));
            if (value != null) {
                return new Found(new Span(i, end), List.of(value));
            }
        }
        return null;
    }

    private static Map<String, BigDecimal> spellings(Language language) {
        Map<String, BigDecimal> spellings = new HashMap<>();
        RuleBasedNumberFormat format = new RuleBasedNumberFormat(language.locale(), RuleBasedNumberFormat.SPELLOUT);
        List<Long> values = new ArrayList<>(List.of(1_000_000L, 1_000_000_000L));
        for (long i = 0; i <= 100; i++) {
            values.add(i);
        }
        for (long i = 2; i <= 10; i++) {
            values.add(i * 100);
            values.add(i * 1000);
        }
        for (String rule : format.getRuleSetNames()) {
            if (rule.startsWith("%spellout-cardinal") || rule.equals("%spellout-numbering")) {
                for (long value : values) {
                    Words words = Words.of(format.format(value, rule).replace("\u00ad", ""));
                    spellings.putIfAbsent(
                            PhrasePattern.key(words, 0, words.size(), language.hasBlanks()), BigDecimal.valueOf(value));
                }
            }
        }
        return spellings;
    }

    /** The value of two Roman figures or more in capitals, such as VII; 0 for anything else. */
    private static int roman(String word) {
        if ("MDCLXVI".indexOf(word.charAt(0)) < 0 || !ROMAN.matcher(word).matches()) {
            return 0;
        }
        int total = 0;
        for (int i = 0; i < word.length(); i++) {
            int value = romanFigure(word.charAt(i));
            total += i + 1 < word.length() && value < romanFigure(word.charAt(i + 1)) ? -value : value;
        }
        return total;
    }

    private static int romanFigure(char figure) {
        return switch (figure) {
            case 'M' -> 1000;
            case 'D' -> 500;
            case 'C' -> 100;
            case 'L' -> 50;
            case 'X' -> 10;
            case 'V' -> 5;
            default -> 1;
        };
    }
}
