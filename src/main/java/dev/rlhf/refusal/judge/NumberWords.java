package dev.rlhf.refusal.judge;

import com.ibm.icu.text.RuleBasedNumberFormat;
import dev.rlhf.refusal.judge.Numbers.Found;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in words: English numbers of any length; in other languages those up to a hundred and round numbers above, as
 * ICU spells them.
 */
final class NumberWords {
    private static final Map<String, Long> SCALES = Language.scales();

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

    private NumberWords() {}

    /** Returns what a folded word multiplies the number before it by, such as "million"; null for any other word. */
    static @Nullable Long scale(String folded) {
        return SCALES.get(folded);
    }

    /** Returns the number whose words begin at a position; null if none do. */
    static @Nullable Found at(Words words, int i, List<Language> languages) {
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
        return null;
    }

    /** Returns the value of an English ordinal such as "eighteenth"; null for any other word. */
    static @Nullable Integer ordinal(String folded) {
        return ORDINALS.get(folded);
    }

    /** Parses English number words: {@code three hundred and five}, {@code nineteen eighty-nine}. */
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

    /** Returns the number with the longest spelling at a position; null if there is none. */
    private static @Nullable Found spelled(Words words, int i, Language language) {
        Map<String, BigDecimal> spelled = SPELLED.computeIfAbsent(language, NumberWords::spellings);
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
}
