package dev.rlhf.refusal.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A clause: a part of a text between punctuation marks, or one that begins with a word such as "but" or "maybe".
 *
 * @param words its position in the text
 * @param sentence number of its sentence or line
 * @param question whether it ends with a question mark
 * @param label whether it ends with a colon or is the first cell of a row of a table
 * @param quoted whether it is in quotation marks
 */
record Clause(Span words, int sentence, boolean question, boolean label, boolean quoted) {
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?\u2026\u3002\uff01\uff1f\uff61\u0964\u061f\n]");
    private static final Pattern CLAUSE_END =
            Pattern.compile("[,;:()\\[\\]{}\"\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f\u2014\u3001\uff0c"
                    + "\u060c\u061b\uff1b\uff1a|]|\\s[-\u2013~]+\\s|[-\u2013]{2,}");
    private static final Pattern QUOTES = Pattern.compile("[\"\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f]");

    int start() {
        return words.start();
    }

    int end() {
        return words.end();
    }

    int size() {
        return words.end() - words.start();
    }

    /** Returns the rest of the clause from a word on; of size 0 if nothing is left. */
    Clause from(int word) {
        return word <= start()
                ? this
                : new Clause(new Span(Math.min(word, end()), end()), sentence, question, label, quoted);
    }

    /** Splits a text into clauses. */
    static List<Clause> of(Words text, List<Language> languages) {
        boolean[] quoted = quoted(text);
        List<Clause> clauses = new ArrayList<>();
        int start = 0;
        int sentence = 0;
        for (int i = 1; i <= text.size(); i++) {
            boolean sentenceEnd = endsSentence(text, i, languages);
            if (i == text.size()
                    || sentenceEnd
                    || CLAUSE_END.matcher(text.gap(i)).find()
                    || opens(text, i, start, languages)) {
                String gap = text.gap(i);
                boolean question = gap.contains("?") || gap.contains("\u061f");
                clauses.add(new Clause(
                        new Span(start, i),
                        sentence,
                        question,
                        Set.of(":", "|").contains(gap.strip().replace("*", "")),
                        quoted[start]));
                start = i;
            }
            sentence += sentenceEnd ? 1 : 0;
        }
        return clauses;
    }

    private static boolean endsSentence(Words text, int index, List<Language> languages) {
        if (!SENTENCE_END.matcher(text.gap(index)).find()) {
            return false;
        }
        Words.Word before = text.get(index - 1);
        boolean initial = index > 1
                && before.written().length() == 1
                && Character.isUpperCase(before.written().charAt(0));
        boolean dayOfMonth = before.written().length() <= 2
                && Character.isDigit(before.written().charAt(0))
                && index < text.size()
                && Dates.month(text.folded(index)) > 0;
        boolean onlyDot = text.gap(index).strip().equals(".");
        boolean abbreviation = languages.stream()
                .anyMatch(language -> language.words("abbreviation").contains(before.folded()));
        return !(onlyDot && (initial || dayOfMonth || abbreviation));
    }

    /** Returns whether the word begins a clause without punctuation before it. */
    private static boolean opens(Words text, int index, int start, List<Language> languages) {
        for (Language language : languages) {
            String word = text.folded(index);
            boolean but = language.words("but").contains(word)
                    && !language.words("before").contains(text.folded(index - 1));
            if (but || language.words("starters").contains(word)) {
                return true;
            }
            for (Words phrase : language.phrases("starters")) {
                boolean afterOpening =
                        index - start == 1 && language.words("but").contains(text.folded(start));
                if (!afterOpening && text.startsAt(index, phrase)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns which words are in quotation marks; none if all are. */
    private static boolean[] quoted(Words text) {
        boolean[] quoted = new boolean[text.size()];
        boolean inside = false;
        boolean all = true;
        for (int i = 0; i < text.size(); i++) {
            if (QUOTES.matcher(text.gap(i)).results().count() % 2 == 1) {
                inside = !inside;
            }
            quoted[i] = inside;
            all &= inside;
        }
        return all ? new boolean[text.size()] : quoted;
    }
}
