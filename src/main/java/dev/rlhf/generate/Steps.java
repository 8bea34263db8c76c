package dev.rlhf.generate;

import java.util.List;

/** Runs the steps of a batch: each adds a token to every row. Closed by its creator. */
interface Steps extends AutoCloseable {
    /** Runs one step for these rows, which stay the same until {@link #rowsChanged}. */
    void step(List<Row> active);

    /** Says that rows joined or left the batch. */
    void rowsChanged();

    @Override
    void close();
}
