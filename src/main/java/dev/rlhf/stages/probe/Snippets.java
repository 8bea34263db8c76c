package dev.rlhf.stages.probe;

import dev.rlhf.data.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Cuts documents into snippets. Pure functions. */
final class Snippets {
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern SENTENCE_END = Pattern.compile(".*[.!?\u3002\uff01\uff1f][\"')\u201d\u300d]?");

    private Snippets() {}

    /**
     * Returns snippets of at most {@code words} words, evenly spread over all documents. A snippet ends with a sentence
     * if one ends in its second half. A snippet of less than half of the words is left out, unless the document has no
     * more.
     *
     * @param most maximum number of snippets; 0 for all
     */
    static List<String> of(List<Document> documents, int words, int most) {
        List<String> all = new ArrayList<>();
        documents.forEach(document -> add(document.text(), words, all));
        if (most == 0 || all.size() <= most) {
            return all;
        }
        List<String> some = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            some.add(all.get((int) ((long) i * all.size() / most)));
        }
        return some;
    }

    private static void add(String text, int most, List<String> snippets) {
        List<MatchResult> words = WORD.matcher(text).results().toList();
        int from = 0;
        while (from < words.size()) {
            int to = end(words, from, most);
            if (from == 0 || 2 * (to - from) >= most) {
                snippets.add(text.substring(
                        words.get(from).start(), words.get(to - 1).end()));
            }
            from = to;
        }
    }

    private static int end(List<MatchResult> words, int from, int most) {
        int last = Math.min(words.size(), from + most);
        for (int to = last; 2 * (to - from) >= most; to--) {
            if (SENTENCE_END.matcher(words.get(to - 1).group()).matches()) {
                return to;
            }
        }
        return last;
    }
}
