package dev.rlhf.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes special tokens written by a template from those typed by a user. Before rendering, a character that
 * occurs nowhere in the variables is inserted into every special token spelled in them, so every special token in the
 * rendering comes from the template. Those become {@link TokenizerJson#marker}s, and the inserted characters are
 * removed.
 *
 * <p>Immutable and thread-safe.
 */
final class SpecialText {
    private static final char FIRST_PRIVATE = '\uE000';

    private final Map<Character, List<String>> byFirst = new HashMap<>();
    private final Map<String, Integer> specials;

    SpecialText(Map<String, Integer> specials) {
        this.specials = specials;
        for (String token : specials.keySet()) {
            byFirst.computeIfAbsent(token.charAt(0), _ -> new ArrayList<>()).add(token);
        }
        byFirst.values()
                .forEach(tokens ->
                        tokens.sort(Comparator.comparingInt(String::length).reversed()));
    }

    /**
     * Template variables in whose strings special tokens have been broken up.
     * @param value the variables, with {@code breaker} inserted into each spelled special token
     * @param breaker the character to remove from the rendering; null if nothing was inserted
     */
    record Broken(Map<String, Object> value, @Nullable Character breaker) {}

    /** Returns the longest special token that begins at {@code at}; null if none does. */
    @Nullable
    String at(String text, int at) {
        for (String token : byFirst.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(token, at)) {
                return token;
            }
        }
        return null;
    }

    /** Returns the end of the last special token between {@code start} and {@code end}; -1 if there is none. */
    int endOfLast(String text, int start, int end) {
        int last = -1;
        for (int at = start; at < end; ) {
            String token = at(text, at);
            if (token == null) {
                at++;
            } else {
                at += token.length();
                last = at;
            }
        }
        return last <= end ? last : -1;
    }

    /** Returns the longest special token that ends at {@code end}; null if none does. */
    @Nullable
    String endingAt(String text, int end) {
        String longest = null;
        for (String token : specials.keySet()) {
            if (text.startsWith(token, end - token.length())
                    && (longest == null || token.length() > longest.length())) {
                longest = token;
            }
        }
        return longest;
    }

    int id(String token) {
        return specials.getOrDefault(token, -1);
    }

    /**
     * Breaks up special tokens spelled in the strings of {@code variables}, at any depth.
     * @param template the template, in which the inserted character must not occur either
     */
    Broken breakUp(Map<String, Object> variables, String template) {
        boolean[] used = new boolean[Character.MAX_VALUE + 1];
        boolean[] found = new boolean[1];
        scan(variables, used, found);
        if (!found[0]) {
            return new Broken(variables, null);
        }
        template.chars().forEach(c -> used[c] = true);
        char breaker = FIRST_PRIVATE;
        while (used[breaker]) {
            breaker++;
        }
        return new Broken(broken(variables, breaker), breaker);
    }

    private void scan(@Nullable Object value, boolean[] used, boolean[] found) {
        switch (value) {
            case String text -> {
                for (int i = 0; i < text.length(); i++) {
                    used[text.charAt(i)] = true;
                    found[0] |= at(text, i) != null;
                }
            }
            case Map<?, ?> map ->
                map.forEach((key, inner) -> {
                    scan(key, used, found);
                    scan(inner, used, found);
                });
            case List<?> list -> list.forEach(inner -> scan(inner, used, found));
            case null, default -> {}
        }
    }

    private Map<String, Object> broken(Map<?, ?> map, char breaker) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(broken(String.valueOf(key), breaker), broken(value, breaker)));
        return copy;
    }

    private @Nullable Object broken(@Nullable Object value, char breaker) {
        return switch (value) {
            case String text -> broken(text, breaker);
            case Map<?, ?> map -> broken(map, breaker);
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(broken(inner, breaker)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    private String broken(String text, char breaker) {
        StringBuilder broken = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            broken.append(text.charAt(i));
            if (at(text, i) != null) {
                broken.append(breaker);
            }
        }
        return broken.toString();
    }

    /**
     * A rendering whose special tokens are markers.
     * @param offsets the position in {@code text} of each character of the rendering, and of its end
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Marked(String text, int[] offsets) {}

    /** Replaces the special tokens of a rendering with markers and removes {@code breaker}. */
    Marked mark(String rendering, @Nullable Character breaker) {
        StringBuilder text = new StringBuilder();
        int[] offsets = new int[rendering.length() + 1];
        for (int i = 0; i < rendering.length(); ) {
            String token = at(rendering, i);
            int length = token == null ? 1 : token.length();
            for (int k = 0; k < length; k++) {
                offsets[i + k] = text.length();
            }
            char c = rendering.charAt(i);
            if (token != null) {
                text.append(TokenizerJson.marker(id(token)));
            } else if (c == TokenizerJson.MARK) {
                text.append('\uFFFD');
            } else if (breaker == null || c != breaker) {
                text.append(c);
            }
            i += length;
        }
        offsets[rendering.length()] = text.length();
        return new Marked(text.toString(), offsets);
    }
}
