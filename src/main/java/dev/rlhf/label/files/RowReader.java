package dev.rlhf.label.files;

import dev.rlhf.label.RankedTask;
import java.util.Optional;
import java.util.function.Consumer;

/** One row of another tool as a task. */
interface RowReader {
    /**
     * A row as a task; empty if nothing of it can be used, which has then been said.
     *
     * @param id the task's, if the row has none
     * @param leftOut told, in words that fit any row, of everything that is left out
     * @throws IllegalArgumentException if the row is not of this format, without the place
     */
    Optional<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut);
}
