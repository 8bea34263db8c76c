package dev.rlhf.label.files;

import dev.rlhf.label.RankedTask;
import java.util.List;
import java.util.function.Consumer;

/** Converts rows of another tool's file into tasks. */
interface RowReader {
    /**
     * Returns the tasks of a row; empty if nothing of it can be used, which is then reported to {@code leftOut}.
     *
     * @param id id of the row's only task if the row has none
     * @param leftOut receives the reason for everything that is left out, in words that do not depend on the row
     * @throws IllegalArgumentException if the row is not in this format; the message does not include file and line
     */
    List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut);
}
