package dev.rlhf.label;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the fields of a label, sent by a labeler or read from a file. The schema has the same limits.
 */
public final class LabelChecks {
    static final int REASON_LIMIT = 500;
    static final int COMMENT_LIMIT = 4000;
    static final int DEMONSTRATION_LIMIT = 16_000;

    private static final Predicate<String> FLAG =
            Pattern.compile("[a-z0-9_]{1,64}").asMatchPredicate();

    private LabelChecks() {}

    /** Returns the text without leading and trailing white space; null if nothing is left. */
    static @Nullable String text(String key, @Nullable String text, int limit) {
        String stripped = text == null ? "" : text.strip();
        if (stripped.length() > limit) {
            throw new IllegalArgumentException("\"" + key + "\" has at most " + limit + " characters");
        }
        // A lone surrogate could not be written to a file.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(stripped)) {
            throw new IllegalArgumentException("\"" + key + "\" is not well-formed text");
        }
        return stripped.isEmpty() ? null : stripped;
    }

    static @Nullable Double seconds(@Nullable Double seconds) {
        if (seconds != null && !(seconds >= 0 && seconds < 1e9)) {
            throw new IllegalArgumentException("\"seconds\" is " + seconds + "; it is a time, 0 or more");
        }
        return seconds;
    }

    static @Nullable String guideline(@Nullable String version) {
        if (version != null && (version.isBlank() || version.length() > 64)) {
            throw new IllegalArgumentException("\"guideline\" has 1 to 64 characters");
        }
        return version;
    }

    static @Nullable Integer strength(@Nullable Integer strength) {
        if (strength != null && (strength < -3 || strength > 3)) {
            throw new IllegalArgumentException("\"strength\" is " + strength + "; it is -3 to 3");
        }
        return strength;
    }

    /** Returns the scores, each 1 to 7 or null; null if no completion has one. */
    static @Nullable List<@Nullable Integer> scores(@Nullable List<@Nullable Integer> scores) {
        if (scores == null) {
            return null;
        }
        boolean any = false;
        for (Integer score : scores) {
            if (score != null && (score < 1 || score > 7)) {
                throw new IllegalArgumentException("score " + score + "; scores are 1 to 7");
            }
            any |= score != null;
        }
        return any ? Collections.unmodifiableList(new ArrayList<>(scores)) : null;
    }

    /** Returns the flags sorted and without repetitions. */
    public static List<String> flags(List<String> flags) {
        if (!flags.stream().allMatch(FLAG)) {
            throw new IllegalArgumentException("a flag is 1 to 64 lower-case letters, digits or _");
        }
        return flags.stream().sorted().distinct().toList();
    }
}
