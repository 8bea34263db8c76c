package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/** Runs decoding steps on a CPU. */
final class CpuSteps implements Steps {
    private final Torch torch;
    private final CausalLm model;
    private final KvCache cache;
    private final Sampling sampling;
    private final List<NDArray> pages = new ArrayList<>();
    private int pagesColumns;

    CpuSteps(Torch torch, CausalLm model, KvCache cache, Sampling sampling) {
        this.torch = torch;
        this.model = model;
        this.cache = cache;
        this.sampling = sampling;
    }

    @Override
    public void step(List<Row> active) {
        int n = active.size();
        long[] ids = new long[n];
        int[] positions = new int[n];
        long[] into = new long[n];
        int longest = 0;
        for (int r = 0; r < n; r++) {
            Row row = active.get(r);
            ids[r] = row.token(row.count() - 1);
            positions[r] = row.position();
            into[r] = row.table[row.position() / KvCache.BLOCK];
            longest = Math.max(longest, row.position() + 1);
        }
        preparePages(active, longest);
        try (Scope _ = new Scope()) {
            Input input = Input.step(torch, cache, ids, positions, into, pages);
            Sampler.draw(torch, active, model.projectStep(model.hidden(input, false)), sampling);
        }
    }

    /** Makes {@link #pages} for {@code longest} positions, unless they have that width already. */
    private void preparePages(List<Row> active, int longest) {
        int columns = KvCache.blocksFor(longest) * KvCache.BLOCK;
        if (columns != pagesColumns) {
            rowsChanged();
            pages.addAll(cache.pages(tables(active, columns / KvCache.BLOCK), active.size()));
            pagesColumns = columns;
        }
    }

    private static long[] tables(List<Row> active, int width) {
        long[] tables = new long[active.size() * width];
        for (int r = 0; r < active.size(); r++) {
            int[] table = active.get(r).table;
            // blocks beyond a row's length are masked; block 0 replaces them because it stays in the processor's cache
            int used = KvCache.blocksFor(active.get(r).position() + 1 + KvCache.BLOCK);
            for (int i = 0; i < Math.min(Math.min(width, used), table.length); i++) {
                tables[r * width + i] = table[i];
            }
        }
        return tables;
    }

    @Override
    public void rowsChanged() {
        pages.forEach(NDArray::close);
        pages.clear();
        pagesColumns = 0;
    }

    @Override
    public void close() {
        rowsChanged();
    }
}
