package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's {@code split}, {@code rsplit} and {@code partition}. */
final class StringSplitting {
    private StringSplitting() {}

    /** Splits at most {@code most} times; without limit if negative. */
    static List<Object> by(String text, String separator, long most, boolean fromRight) {
        notEmpty(separator);
        List<Object> parts = new ArrayList<>();
        long left = most < 0 ? Long.MAX_VALUE : most;
        if (fromRight) {
            int end = text.length();
            for (int at = lastBefore(text, separator, end);
                    at >= 0 && left-- > 0;
                    at = lastBefore(text, separator, end)) {
                parts.add(text.substring(at + separator.length(), end));
                end = at;
            }
            parts.add(text.substring(0, end));
            Collections.reverse(parts);
            return parts;
        }
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0 && left-- > 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static int lastBefore(String text, String separator, int end) {
        return text.lastIndexOf(separator, end - separator.length());
    }

    private static void notEmpty(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("empty separator");
        }
    }

    /**
     * Splits at runs of white space and ignores them at both ends. After the last split, the remainder keeps the white
     * space at its far end.
     */
    static List<Object> byWhitespace(String text, long most, boolean fromRight) {
        long cuts = most < 0 ? Long.MAX_VALUE : most;
        return fromRight ? wordsFromRight(text, cuts) : wordsFromLeft(text, cuts);
    }

    private static List<Object> wordsFromLeft(String text, long cuts) {
        List<Object> words = new ArrayList<>();
        int at = skip(text, 0, true);
        while (at < text.length()) {
            int end = words.size() < cuts ? skip(text, at, false) : text.length();
            words.add(text.substring(at, end));
            at = skip(text, end, true);
        }
        return words;
    }

    private static List<Object> wordsFromRight(String text, long cuts) {
        List<Object> words = new ArrayList<>();
        int at = skipBack(text, text.length(), true);
        while (at > 0) {
            int start = words.size() < cuts ? skipBack(text, at, false) : 0;
            words.add(text.substring(start, at));
            at = skipBack(text, start, true);
        }
        Collections.reverse(words);
        return words;
    }

    private static int skip(String text, int from, boolean spaces) {
        int at = from;
        while (at < text.length() && PyText.isSpace(text.charAt(at)) == spaces) {
            at++;
        }
        return at;
    }

    private static int skipBack(String text, int from, boolean spaces) {
        int at = from;
        while (at > 0 && PyText.isSpace(text.charAt(at - 1)) == spaces) {
            at--;
        }
        return at;
    }

    static Tuple partition(String text, String separator, boolean last) {
        notEmpty(separator);
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }
}
