package dev.rlhf.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Divides rows into parts of equal size that are decoded at the same time. Depends on the prompts alone, so that
 * results do not depend on which thread is faster.
 */
final class BatchPartition {
    private BatchPartition() {}

    /** Divides rows into this many parts. Rows with the same prompt stay together, as far as they fit into a part. */
    static List<List<Row>> of(List<Row> rows, int parts) {
        int size = Math.ceilDiv(rows.size(), parts);
        List<List<Row>> all = Stream.generate(() -> (List<Row>) new ArrayList<Row>())
                .limit(parts)
                .toList();
        Map<PromptKey, List<Row>> groups = new LinkedHashMap<>();
        for (Row row : rows) {
            groups.computeIfAbsent(new PromptKey(row.prompt), _ -> new ArrayList<>())
                    .add(row);
        }
        for (List<Row> group : groups.values()) {
            List<Row> part = smallest(all);
            for (Row row : group) {
                part = part.size() < size ? part : smallest(all);
                part.add(row);
            }
        }
        return all;
    }

    private static List<Row> smallest(List<List<Row>> parts) {
        return parts.stream().min(Comparator.comparingInt(List::size)).orElseThrow();
    }
}
