package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Python's operations on strings, which are sequences of code points, with Python's definitions of white space and line
 * ends.
 */
final class PyText {
    private PyText() {}

    /** {@code str.isspace} for one code point. */
    static boolean isSpace(int c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || (c > 0xff && Character.isSpaceChar(c));
    }

    static long length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Splits a text into one-character strings. */
    static List<Object> characters(String text) {
        List<Object> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    /** Strips white space, or any of {@code chars} if that is not null. */
    static String strip(String text, @Nullable String chars, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(text.codePointAt(from), chars)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && strips(text.codePointBefore(to), chars)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean strips(int c, @Nullable String chars) {
        return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
    }

    /** {@code str.replace}; replaces all occurrences if {@code count} is negative. */
    static String replace(String text, String old, String with, long count) {
        long left = count < 0 ? Long.MAX_VALUE : count;
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        if (old.isEmpty()) {
            while (left-- > 0) {
                out.append(with);
                if (at == text.length()) {
                    return bounded(out);
                }
                int width = Character.charCount(text.codePointAt(at));
                out.append(text, at, at + width);
                at += width;
                Limits.text(out.length());
            }
            return bounded(out.append(text, at, text.length()));
        }
        for (int found = text.indexOf(old); found >= 0 && left-- > 0; found = text.indexOf(old, at)) {
            out.append(text, at, found).append(with);
            Limits.text(out.length());
            at = found + old.length();
        }
        return bounded(out.append(text, at, text.length()));
    }

    private static String bounded(StringBuilder out) {
        Limits.text(out.length());
        return out.toString();
    }

    /** {@code str.splitlines()}. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (endsLine(text.charAt(i))) {
                lines.add(text.substring(start, i));
                if (text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static boolean endsLine(char c) {
        return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code str.capitalize}: title-cases the first character and lowers the rest. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        int width = Character.charCount(first);
        // Lower the whole text at once: the form of a final sigma depends on the letters before it.
        String lowered = lower(text).substring(lower(text.substring(0, width)).length());
        return title(first) + lowered;
    }

    /** {@code str.title}: capitalizes every run of letters. */
    static String titleWords(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.append(inWord ? lower(Character.toString(c)) : title(c));
            inWord = isCased(c);
        }
        return out.toString();
    }

    private static String title(int c) {
        String upper = upper(Character.toString(c));
        if (upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(Character.toTitleCase(c));
        }
        int width = Character.charCount(upper.codePointAt(0));
        return upper.substring(0, width) + lower(upper.substring(width));
    }

    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }
}
