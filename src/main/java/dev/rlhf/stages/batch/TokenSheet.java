package dev.rlhf.stages.batch;

import dev.rlhf.data.Example;
import dev.rlhf.text.IncrementalDecoder;
import dev.rlhf.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One row as {@link ShowTokens} shows it.
 *
 * @param row from 1
 * @param ids what is kept of it
 * @param labels as long: the id where it is learnt, {@link Example#IGNORED} where not
 * @param whole tokens before it was cut
 * @param tokenizer null: ids alone are shown
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenSheet(
        int row,
        int[] ids,
        int[] labels,
        boolean dropped,
        boolean truncated,
        int whole,
        @Nullable Tokenizer tokenizer) {
    private static final String LEARNT = "\u001b[32m";
    private static final String READ = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    /** Its JSON object. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("row", row);
        if (tokenizer != null) {
            json.put("text", tokenizer.decode(ids));
            json.put("tokens", IntStream.of(ids).mapToObj(tokenizer::spelling).toList());
        }
        json.put("input_ids", ids);
        json.put("labels", labels);
        json.put("dropped", dropped);
        json.put("truncated", truncated);
        return json;
    }

    /**
     * A head, the text if there is a tokenizer, and a line a token.
     *
     * @param colour what is learnt in green and the rest dim; otherwise a star marks the lines of what is learnt
     */
    List<String> lines(boolean colour) {
        List<String> lines = new ArrayList<>();
        long learnt = IntStream.range(0, ids.length).filter(this::isLearnt).count();
        lines.add("row %d: %d tokens, %d learnt%s%s"
                .formatted(
                        row,
                        ids.length,
                        learnt,
                        dropped ? "; dropped: nothing to learn" : "",
                        ids.length < whole ? "; cut at max_length, of " + whole + " tokens" : ""));
        if (tokenizer != null) {
            lines.addAll(text(tokenizer, colour).lines().toList());
        }
        for (int i = 0; i < ids.length; i++) {
            String token = tokenizer == null ? "" : tokenizer.spelling(ids[i]);
            String line = "%5d %8d  %s".formatted(i, ids[i], token);
            lines.add(colour ? painted(line, isLearnt(i)) : (isLearnt(i) ? "*" : " ") + line);
        }
        lines.add("");
        return lines;
    }

    private boolean isLearnt(int i) {
        return labels[i] != Example.IGNORED;
    }

    private String text(Tokenizer tokenizer, boolean colour) {
        if (!colour) {
            return tokenizer.decode(ids);
        }
        StringBuilder text = new StringBuilder();
        StringBuilder run = new StringBuilder(); // of one colour
        IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, false);
        for (int i = 0; i < ids.length; i++) {
            boolean last = i + 1 == ids.length;
            run.append(decoder.add(ids[i])).append(last ? decoder.flush() : "");
            if (last || isLearnt(i) != isLearnt(i + 1)) {
                text.append(paintedLines(run.toString(), isLearnt(i)));
                run.setLength(0);
            }
        }
        return text.toString();
    }

    /** A colour that ran over a line's end would stain what pagers show after it. */
    private static String paintedLines(String text, boolean learnt) {
        return Arrays.stream(text.split("\n", -1))
                .map(line -> line.isEmpty() ? "" : painted(line, learnt))
                .collect(Collectors.joining("\n"));
    }

    private static String painted(String text, boolean learnt) {
        return (learnt ? LEARNT : READ) + text + PLAIN;
    }
}
