package dev.rlhf.generate;

import java.util.List;

/** Runs decoding steps, each of which adds a token to every row of a batch. Closed by its creator. */
interface Steps extends AutoCloseable {
    /** Runs one step for these rows, which stay the same until {@link #rowsChanged}. */
    void step(List<Row> active);

    /** Must be called when rows have joined or left the batch. */
    void rowsChanged();

    @Override
    void close();
}
