package dev.rlhf.refusal.judge;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The content of a question, as words.
 *
 * @param words all words, folded
 * @param relation lower-case words for what is asked: "capital"
 * @param key the words of {@code relation} after the last name, or all if there are none: in "the composer Grieg born"
 *     only "born" is asked
 * @param entity names in the question
 */
record Asked(Set<String> words, Set<String> relation, Set<String> key, Set<String> entity) {
    /** Minimum length of a word in {@code relation}. */
    private static final int RELATION_LENGTH = 3;

    /** @param plain accepts words without meaning of their own */
    static Asked of(Words question, Predicate<String> plain) {
        Set<String> words = new HashSet<>();
        Set<String> relation = new HashSet<>();
        Set<String> key = new HashSet<>();
        Set<String> entity = new HashSet<>();
        boolean asked = false; // what comes after the question, such as "One sentence is enough", is no key
        for (int i = 0; i < question.size(); i++) {
            String word = question.folded(i);
            asked |= i > 0 && question.gap(i).contains("?");
            words.add(word);
            if (i > 0 && Character.isUpperCase(question.get(i).written().charAt(0))) {
                entity.add(word);
                if (!asked) {
                    key.clear();
                }
            } else if (!plain.test(word) && isLong(word)) {
                relation.add(word);
                if (!asked) {
                    key.add(word);
                }
            }
        }
        return new Asked(words, relation, key.isEmpty() ? relation : key, entity);
    }

    /** Returns whether a word is long enough for one of {@code relation}: "age", "首都". */
    private static boolean isLong(String word) {
        return word.length() >= (Words.blankless(word) ? RELATION_LENGTH - 1 : RELATION_LENGTH);
    }

    /** Returns whether two words are the same or share a stem, that is, at least the first five letters. */
    static boolean alike(String one, String other) {
        int length = Math.min(one.length(), other.length());
        return one.equals(other) || (length >= 5 && one.regionMatches(0, other, 0, Math.max(5, length - 2)));
    }
}
