package dev.rlhf.refusal.judge;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of words: {@code "I (really|honestly)? don't know"}. {@code (a|b c)} is a choice, {@code ?} after a group
 * makes it optional, {@code *} matches up to five words, {@code ~} up to two, {@code <} and {@code >} match the
 * beginning and the end of the clause, {@code $name} is a macro, and {@code !(a|b)} means that none of these words may
 * follow. Case, accents and the kind of apostrophe do not matter. Immutable.
 */
final class PhrasePattern {
    private static final Pattern TOKEN = Pattern.compile("!\\(|\\)\\?|[()|*~<>]|[^\\s()|*~<>!]+");

    private final Pattern regex;
    private final boolean blanks;

    private PhrasePattern(Pattern regex, boolean blanks) {
        this.regex = regex;
        this.blanks = blanks;
    }

    /**
     * Compiles a pattern.
     * @param blanks false for languages that are compared without spaces (Chinese, Japanese, Thai, Korean)
     * @throws IllegalArgumentException if brackets do not match or a macro is unknown
     */
    static PhrasePattern of(String source, Map<String, String> macros, boolean blanks) {
        return new PhrasePattern(
                Pattern.compile((blanks ? "(?<= )" : "") + "(?:" + regex(source, macros, blanks) + ")"), blanks);
    }

    /** Returns a pattern for exactly these words, without special characters. */
    static PhrasePattern literal(String phrase) {
        Words words = Words.of(phrase);
        boolean blanks = words.words().stream().noneMatch(word -> Words.blankless(word.folded()));
        String key = key(words, 0, words.size(), blanks);
        return new PhrasePattern(
                Pattern.compile((blanks ? "(?<= )" : "") + Pattern.quote(key.strip()) + (blanks ? " " : "")), blanks);
    }

    private static String regex(String source, Map<String, String> macros, boolean blanks) {
        StringBuilder regex = new StringBuilder();
        Matcher tokens = TOKEN.matcher(source);
        while (tokens.find()) {
            String token = tokens.group();
            switch (token) {
                case "(" -> regex.append("(?:");
                case "!(" -> regex.append("(?!");
                case ")", ")?", "|" -> regex.append(token);
                case "*" -> regex.append(blanks ? "(?:\\S+ ){0,5}?" : ".{0,14}?");
                case "~" -> regex.append(blanks ? "(?:\\S+ ){0,2}?" : ".{0,6}?");
                case "<" -> regex.append(blanks ? "(?<=^ )" : "^");
                case ">" -> regex.append("$");
                default -> {
                    if (token.startsWith("$")) {
                        String macro = macros.get(token.substring(1));
                        if (macro == null) {
                            throw new IllegalArgumentException("unknown macro " + token + " in: " + source);
                        }
                        regex.append("(?:").append(regex(macro, macros, blanks)).append(')');
                    } else {
                        Words words = Words.of(token);
                        regex.append(blanks ? key(words, 0, words.size(), true).substring(1) : Words.fold(token));
                    }
                }
            }
        }
        return regex.toString();
    }

    /** Returns words in the form that patterns are matched against: {@code " i dont know "}, or without spaces. */
    static String key(Words words, int start, int end, boolean blanks) {
        StringBuilder key = new StringBuilder(blanks ? " " : "");
        for (Words.Word word : words.words().subList(start, end)) {
            key.append(word.folded()).append(blanks ? " " : "");
        }
        return key.toString();
    }

    /**
     * Returns the earliest match between words {@code start} and {@code end} (exclusive), the longest one if several
     * start at the same word; null if there is none.
     */
    static @Nullable Span find(List<PhrasePattern> patterns, Words words, int start, int end) {
        String spaced = key(words, start, end, true);
        String joined = key(words, start, end, false);
        Span first = null;
        for (PhrasePattern pattern : patterns) {
            Matcher matcher = pattern.regex.matcher(pattern.blanks ? spaced : joined);
            if (matcher.find()) {
                Span span = pattern.span(matcher, words, start, end);
                boolean longer = first != null && span.start() == first.start() && span.end() > first.end();
                if (first == null || span.start() < first.start() || longer) {
                    first = span;
                }
            }
        }
        return first;
    }

    private Span span(Matcher matcher, Words words, int start, int end) {
        int offset = blanks ? 1 : 0;
        int from = start;
        for (; from < end && offset + words.folded(from).length() <= matcher.start(); from++) {
            offset += words.folded(from).length() + (blanks ? 1 : 0);
        }
        int to = from;
        for (; to < end && offset < matcher.end(); to++) {
            offset += words.folded(to).length() + (blanks ? 1 : 0);
        }
        return new Span(from, Math.max(to, Math.min(from + 1, end)));
    }
}
