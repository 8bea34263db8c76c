package dev.rlhf.stages.batch;

import dev.rlhf.generate.TokenListener;
import dev.rlhf.text.IncrementalDecoder;
import dev.rlhf.text.StopStrings;
import dev.rlhf.text.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends rows at stop strings and keeps their text up to the stop string. For one generation; not thread-safe. */
final class StopStringListener implements TokenListener {
    private final Tokenizer tokenizer;
    private final List<String> stops;
    private final Map<Integer, Row> rows = new HashMap<>();

    /** @param stops texts that end a row and are not part of it */
    StopStringListener(Tokenizer tokenizer, List<String> stops) {
        this.tokenizer = tokenizer;
        this.stops = stops;
    }

    private record Row(IncrementalDecoder decoder, StopStrings stops, StringBuilder text) {}

    @Override
    public boolean token(int index, int token) {
        Row row = rows.computeIfAbsent(
                index,
                _ -> new Row(new IncrementalDecoder(tokenizer, true), new StopStrings(stops), new StringBuilder()));
        row.text().append(row.stops().add(row.decoder().add(token)));
        return !row.stops().stopped();
    }

    /** Returns a row's text before its stop string; null if it contains none. */
    @Nullable
    String stoppedText(int index) {
        Row row = rows.get(index);
        return row != null && row.stops().stopped() ? row.text().toString() : null;
    }
}
