package dev.rlhf.refusal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as words: compatibility-normalised, accents dropped, split at everything that is neither letter nor digit. An
 * apostrophe inside a word vanishes ({@code don't} → {@code dont}); a separator between digits stays ({@code 7.5} is not 7).
 */
record Words(List<Word> words) {
    /** As written, and in lower case. */
    record Word(String written, String folded) {}

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern APOSTROPHES = Pattern.compile("(?<=\\p{L})['\u2018\u2019\u02bc`](?=\\p{L})");
    private static final Pattern WORD =
            Pattern.compile("\\p{Nd}+(?:[.,]\\p{Nd}+)*(?:\\p{L}[\\p{L}\\p{Nd}]*)?|[\\p{L}\\p{N}]+");

    static Words of(String text) {
        String plain =
                MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        Matcher matcher = WORD.matcher(APOSTROPHES.matcher(plain).replaceAll(""));
        List<Word> words = new ArrayList<>();
        while (matcher.find()) {
            words.add(new Word(matcher.group(), matcher.group().toLowerCase(Locale.ROOT)));
        }
        return new Words(List.copyOf(words));
    }

    int size() {
        return words.size();
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    String folded(int index) {
        return words.get(index).folded();
    }

    Words from(int index) {
        return new Words(words.subList(index, words.size()));
    }

    /** Whether {@code phrase} stands at {@code index}, word for word. */
    boolean startsAt(int index, Words phrase) {
        if (index + phrase.size() > size()) {
            return false;
        }
        for (int i = 0; i < phrase.size(); i++) {
            if (!folded(index + i).equals(phrase.folded(i))) {
                return false;
            }
        }
        return true;
    }

    boolean contains(Words phrase) {
        for (int i = 0; i + phrase.size() <= size(); i++) {
            if (startsAt(i, phrase)) {
                return true;
            }
        }
        return false;
    }
}
