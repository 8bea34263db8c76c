package dev.rlhf.generate;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The tokens of one row so far, and their counts, for {@link LogitRules}. */
final class History {
    private final LogitRules rules;
    private final Collection<Integer> stopIds;
    private final int promptLength;
    private final Map<Integer, Integer> counts = new LinkedHashMap<>();
    private int[] tokens;
    private int length;

    History(int[] prompt, Sampling sampling) {
        this.rules = sampling.rules();
        this.stopIds = sampling.stopIds();
        this.promptLength = prompt.length;
        this.tokens = Arrays.copyOf(prompt, prompt.length + 16);
        this.length = prompt.length;
        for (int token : prompt) {
            counts.put(token, 0);
        }
    }

    void add(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
        }
        tokens[length++] = token;
        counts.merge(token, 1, Integer::sum);
    }

    /** Returns every token of prompt and completion, with its count in the completion. */
    Map<Integer, Integer> counts() {
        return counts;
    }

    /** Returns the tokens that must not come next. */
    int[] forbidden() {
        Map<Integer, Boolean> all = new HashMap<>();
        for (List<Integer> word : rules.badWords()) {
            boolean stop = word.size() == 1 && stopIds.contains(word.getFirst());
            if (!stop && endsWith(word.subList(0, word.size() - 1))) {
                all.put(word.getLast(), true);
            }
        }
        if (length - promptLength < rules.minNewTokens()) {
            stopIds.forEach(id -> all.put(id, true));
        }
        return all.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private boolean endsWith(List<Integer> part) {
        int from = length - part.size();
        return from >= 0 && IntStream.range(0, part.size()).allMatch(i -> tokens[from + i] == part.get(i));
    }
}
