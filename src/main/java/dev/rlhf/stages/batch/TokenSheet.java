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
 * A row in the form that {@link ShowTokens} prints.
 *
 * @param row number of the row, from 1
 * @param ids tokens of the row, after truncation
 * @param trained whether each token is trained on
 * @param whole number of tokens before truncation
 * @param tokenizer null: only ids are printed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenSheet(
        int row,
        int[] ids,
        boolean[] trained,
        boolean dropped,
        boolean truncated,
        int whole,
        @Nullable Tokenizer tokenizer) {
    private static final String TRAINED = "\u001b[32m";
    private static final String READ = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    /** Returns the row as a JSON object. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("row", row);
        if (tokenizer != null) {
            json.put("text", tokenizer.decode(ids));
            json.put("tokens", IntStream.of(ids).mapToObj(tokenizer::spelling).toList());
        }
        json.put("input_ids", ids);
        json.put(
                "labels",
                IntStream.range(0, ids.length)
                        .map(i -> trained[i] ? ids[i] : Example.IGNORED)
                        .toArray());
        json.put("dropped", dropped);
        json.put("truncated", truncated);
        return json;
    }

    /**
     * Returns a heading, the text if there is a tokenizer, and one line per token.
     *
     * @param colour prints tokens that are trained on in green and the rest dim; otherwise a star marks them
     */
    List<String> lines(boolean colour) {
        List<String> lines = new ArrayList<>();
        long count = IntStream.range(0, ids.length).filter(i -> trained[i]).count();
        lines.add("row %d: %d tokens, %d trained on%s%s"
                .formatted(
                        row,
                        ids.length,
                        count,
                        dropped ? "; dropped: nothing to train on" : "",
                        ids.length < whole ? "; cut at max_length, of " + whole + " tokens" : ""));
        if (tokenizer != null) {
            lines.addAll(text(tokenizer, colour).lines().toList());
        }
        for (int i = 0; i < ids.length; i++) {
            String token = tokenizer == null ? "" : tokenizer.spelling(ids[i]);
            String line = "%5d %8d  %s".formatted(i, ids[i], token);
            lines.add(colour ? painted(line, trained[i]) : (trained[i] ? "*" : " ") + line);
        }
        lines.add("");
        return lines;
    }

    private String text(Tokenizer tokenizer, boolean colour) {
        if (!colour) {
            return tokenizer.decode(ids);
        }
        StringBuilder text = new StringBuilder();
        StringBuilder run = new StringBuilder(); // text of one colour
        IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, false);
        for (int i = 0; i < ids.length; i++) {
            boolean last = i + 1 == ids.length;
            run.append(decoder.add(ids[i])).append(last ? decoder.flush() : "");
            if (last || trained[i] != trained[i + 1]) {
                text.append(paintedLines(run.toString(), trained[i]));
                run.setLength(0);
            }
        }
        return text.toString();
    }

    /**
     * Colours each line separately: pagers would show a colour that continues past the end of a line in other text too.
     */
    private static String paintedLines(String text, boolean trained) {
        return Arrays.stream(text.split("\n", -1))
                .map(line -> line.isEmpty() ? "" : painted(line, trained))
                .collect(Collectors.joining("\n"));
    }

    private static String painted(String text, boolean trained) {
        return (trained ? TRAINED : READ) + text + PLAIN;
    }
}
