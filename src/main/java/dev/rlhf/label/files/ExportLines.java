package dev.rlhf.label.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The lines of an exported file, and counts of what its format cannot express. */
final class ExportLines {
    private final List<String> lines = new ArrayList<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();

    void add(ObjectNode line) {
        try {
            lines.add(Json.mapper().writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    void addAll(List<String> more) {
        lines.addAll(more);
    }

    /**
     * Counts something that the file does not contain. The reason must be ASCII, because it is sent in an HTTP header.
     */
    void leaveOut(String reason) {
        leftOut.merge(reason, 1, Integer::sum);
    }

    /** Returns the tasks that are not gold, and counts the others. */
    List<RankedTask> withoutGold(List<RankedTask> tasks) {
        tasks.stream().filter(RankedTask::isGold).forEach(_ -> leaveOut("gold tasks"));
        return tasks.stream().filter(task -> !task.isGold()).toList();
    }

    List<String> lines() {
        return Collections.unmodifiableList(lines);
    }

    SortedMap<String, Integer> leftOut() {
        return Collections.unmodifiableSortedMap(leftOut);
    }

    /** Writes the field only for a truncated completion, as in a rankings file. */
    static void ended(ObjectNode node, String key, Completion completion) {
        if (!completion.ended()) {
            node.put(key, false);
        }
    }
}
