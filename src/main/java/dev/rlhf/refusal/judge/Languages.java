package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The languages that the judge reads. */
public final class Languages {
    /** Their codes in ISO 639, English first. */
    public static final List<String> CODES =
            Language.ALL.stream().map(Language::code).toList();

    /**
     * Letters and marks that only one of these languages uses, in this order; a short question has few frequent words.
     */
    private static final List<Map.Entry<String, Pattern>> MARKS = List.of(
            Map.entry("ko", Pattern.compile("\\p{IsHangul}")),
            Map.entry("es", Pattern.compile("[\u00bf\u00a1\u00f1]")),
            Map.entry("pt", Pattern.compile("[\u00e3\u00f5]|(?<!\\p{L})\u00e9(?!\\p{L})")),
            Map.entry("tr", Pattern.compile("[\u0131\u011f\u015f]")),
            Map.entry("pl", Pattern.compile("[\u0142\u015b\u017a\u017c]")),
            Map.entry("de", Pattern.compile("\u00df")));

    private static final Pattern NAME = Pattern.compile("\\p{Lu}\\p{L}*");

    private Languages() {}

    /**
     * Returns the code of the language that a text is probably in, by its frequent words and by letters outside names;
     * English if it has too few of another language's.
     */
    public static String of(String text) {
        Words words = Words.of(text);
        if (Language.score(Language.ENGLISH, words) < 2) {
            String withoutNames = NAME.matcher(text).replaceAll("");
            for (Map.Entry<String, Pattern> mark : MARKS) {
                if (mark.getValue().matcher(withoutNames).find()) {
                    return mark.getKey();
                }
            }
        }
        return Language.of(words).getLast().code();
    }
}
