package dev.rlhf.refusal.judge;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as words: compatibility-normalised, without accents on Latin, Greek, Cyrillic, Arabic and Hebrew letters
 * (except in words of one letter), and split at everything except letters and digits. Scripts without spaces (Han,
 * kana, Thai, Lao, Khmer, Burmese) are split by ICU's dictionaries. An English contraction is one word ({@code don't} →
 * {@code dont}); other apostrophes split ({@code l'euro} → {@code l euro}). A separator between digits stays
 * ({@code 7.5} is not 7); units ({@code 5km} → {@code 5 km}), {@code %}, {@code °} and currency signs are words of
 * their own.
 *
 * @param tail the text after the last word
 */
record Words(List<Word> words, String tail) {
    /**
     * A word.
     *
     * @param written without accents, in the case of the text
     * @param folded in lower case, with ß as ss, æ as ae, ø as o
     * @param gap the text between the previous word and this one, including punctuation
     */
    record Word(String written, String folded, String gap) {}

    /** Letters of scripts without spaces between words. */
    private static final String NO_BLANKS =
            "\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}ー\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}";

    /** Accents, except that of a word of one letter: Italian {@code è} is "is", and {@code e} is "and". */
    private static final Pattern MARKS =
            Pattern.compile("(?<=[\\p{IsLatin}\\p{IsGreek}\\p{IsCyrillic}\\p{IsArabic}\\p{IsHebrew}])"
                    + "(?!(?<=(?<![\\p{L}\\p{M}\\p{N}])\\p{IsLatin})\\p{M}(?![\\p{L}\\p{M}\\p{N}]))\\p{M}+");

    private static final Pattern CONTRACTIONS = Pattern.compile(
            "(?<=\\p{L})['\u2018\u2019\u02bc`\u00b4](?=(?:t|s|m|re|ve|ll|d)(?!\\p{L}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORD = Pattern.compile("(?<blankless>[" + NO_BLANKS + "][" + NO_BLANKS + "\\p{M}]*)"
            + "|\\p{Nd}+(?:st|nd|rd|th|s)(?![\\p{L}\\p{Nd}])"
            + "|\\p{Nd}{1,3}(?:[ '\u2019]\\p{Nd}{3})+(?![\\p{Nd}.,])"
            + "|\\p{Nd}+(?:[.,]\\p{Nd}+)*"
            + "|[\\p{L}&&[^" + NO_BLANKS + "]][\\p{L}\\p{M}\\p{N}&&[^" + NO_BLANKS + "]]*"
            + "|\\p{N}|[%°$€£¥]");
    /** Han digits, which the dictionary joins with the word they count. */
    private static final Pattern NUMERAL = Pattern.compile("[一二三四五六七八九十百千万零〇两]+");

    private static final Pattern BLANKLESS = Pattern.compile("[" + NO_BLANKS + "\\p{M}]+");

    static Words of(String text) {
        String plain = plain(text);
        Matcher matcher = WORD.matcher(plain);
        List<Word> words = new ArrayList<>();
        int end = 0;
        while (matcher.find()) {
            String gap = plain.substring(end, matcher.start());
            if (matcher.group("blankless") == null) {
                words.add(word(matcher.group(), gap));
            } else {
                addSegments(words, matcher.group(), gap);
            }
            end = matcher.end();
        }
        return new Words(List.copyOf(words), plain.substring(end));
    }

    /** Removes accents and joins English contractions. */
    private static String plain(String text) {
        String decomposed = Normalizer.normalize(
                Normalizer.normalize(text.replace('´', '\''), Normalizer.Form.NFKC), Normalizer.Form.NFD);
        String plain = Normalizer.normalize(MARKS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC);
        return CONTRACTIONS.matcher(plain).replaceAll("");
    }

    /** Folds a word for comparison. */
    static String fold(String text) {
        return foldPlain(plain(text));
    }

    private static String foldPlain(String plain) {
        return plain.toLowerCase(Locale.ROOT)
                .replace("ß", "ss")
                .replace("æ", "ae")
                .replace("œ", "oe")
                .replace('ø', 'o')
                .replace('ł', 'l')
                .replace('đ', 'd')
                .replace('ı', 'i');
    }

    private static Word word(String written, String gap) {
        return new Word(written, foldPlain(written), gap);
    }

    private static void addSegments(List<Word> words, String run, String gap) {
        BreakIterator breaks = BreakIterator.getWordInstance(ULocale.ROOT);
        breaks.setText(run);
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            String segment = run.substring(start, end);
            Matcher numeral = NUMERAL.matcher(segment);
            int split = numeral.lookingAt() ? numeral.end() : segment.length();
            words.add(word(segment.substring(0, split), start == 0 ? gap : ""));
            if (split < segment.length()) {
                words.add(word(segment.substring(split), ""));
            }
            start = end;
        }
    }

    /** Returns whether a word is in a script without spaces between words. */
    static boolean blankless(String word) {
        return BLANKLESS.matcher(word).matches();
    }

    int size() {
        return words.size();
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    Word get(int index) {
        return words.get(index);
    }

    String folded(int index) {
        return words.get(index).folded();
    }

    /** Returns the folded word, or "" if the index is out of range. */
    String foldedOrEmpty(int index) {
        return index >= 0 && index < size() ? folded(index) : "";
    }

    /** Returns the text before word {@code index}; at the end, the text after the last word. */
    String gap(int index) {
        return index < size() ? get(index).gap() : tail;
    }

    Words from(int index) {
        return new Words(words.subList(index, words.size()), tail);
    }

    /** Returns words {@code start} to {@code end} (exclusive) as written, with the text in between. */
    String text(int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end; i++) {
            text.append(i == start ? "" : get(i).gap()).append(get(i).written());
        }
        return text.toString();
    }

    /** Returns whether the words at {@code index} are those of {@code phrase}. */
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
