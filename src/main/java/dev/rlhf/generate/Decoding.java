package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A run of continuous batching. Rows wait in groups that share a prompt. A row joins the batch when a slot is free,
 * with cache blocks for its longest possible completion, gains a token per step, and leaves when it ends.
 */
final class Decoding implements AutoCloseable {
    private final Torch torch;
    private final CausalLm model;
    private final KvCache cache;
    private final BlockPool blocks;
    private final int batch;
    private final int prefill;
    private final Map<PromptKey, Group> groups = new LinkedHashMap<>();
    private final ArrayDeque<Group> queue = new ArrayDeque<>();
    private final List<Row> active = new ArrayList<>();
    private final Sampling sampling;
    private final Steps steps;

    /**
     * @param batch maximum rows per step
     * @param prefill maximum prompt positions per prefill, padding included
     */
    Decoding(Torch torch, CausalLm model, KvCache cache, BlockPool blocks, int batch, int prefill, Sampling sampling) {
        this.torch = torch;
        this.model = model;
        this.cache = cache;
        this.blocks = blocks;
        this.batch = batch;
        this.prefill = prefill;
        this.sampling = sampling;
        this.steps = torch.gpuKernels()
                ? new GpuSteps(torch, model, cache, batch, sampling)
                : new CpuSteps(torch, model, cache, sampling);
    }

    void add(Row row) {
        groups.computeIfAbsent(new PromptKey(row.prompt), prompt -> new Group(prompt.ids()))
                .waiting
                .add(row);
    }

    /** Runs to the end. {@code ended} is called after each step in which rows ended, with these rows. */
    void run(Consumer<List<Row>> ended) {
        groups.values().stream()
                .sorted(Comparator.comparingInt(group -> group.prompt.length))
                .forEach(queue::add);
        while (!queue.isEmpty() || !active.isEmpty()) {
            if (shouldAdmit()) {
                admit();
            } else {
                steps.step(active);
            }
            List<Row> done = active.stream().filter(Row::ended).toList();
            if (!done.isEmpty()) {
                active.removeAll(done);
                done.forEach(this::leave);
                steps.rowsChanged();
                ended.accept(done);
            }
        }
    }

    /**
     * Returns whether to admit rows now. A prefill costs about as much as a step, so rows are admitted several at a
     * time.
     */
    private boolean shouldAdmit() {
        if (queue.isEmpty() || active.size() == batch) {
            return false;
        }
        return active.isEmpty() || batch - active.size() >= Math.max(1, batch / 8);
    }

    /** Admits waiting rows while the batch has room; runs their prompts and draws their first tokens. */
    private void admit() {
        Admission admission = Admission.next(queue, blocks, batch - active.size(), prefill);
        try (Scope scope = new Scope()) {
            List<NDArray> logits = new ArrayList<>();
            for (List<Group> pass : Passes.of(admission.fresh(), group -> group.prompt.length, torch.onGpu())) {
                logits.add(prefill(pass));
            }
            copy(admission.copies());
            Sampler.draw(torch, admission.rows(), firstLogits(admission, logits), sampling);
            keepOrDropLogits(scope, admission, logits);
        }
        active.addAll(admission.rows());
        steps.rowsChanged();
    }

    /**
     * Returns logits [P, V] after each prompt. Right-padded: keys of padding go to block 0, which no real token attends
     * to.
     */
    private NDArray prefill(List<Group> fresh) {
        int width = fresh.stream().mapToInt(group -> group.prompt.length).max().orElseThrow();
        long[] ids = new long[fresh.size() * width];
        long[] into = new long[ids.length];
        long[] last = new long[fresh.size()];
        for (int g = 0; g < last.length; g++) {
            Group group = fresh.get(g);
            int[] table = Objects.requireNonNull(group.blocks);
            for (int t = 0; t < group.prompt.length; t++) {
                ids[g * width + t] = group.prompt[t];
                into[g * width + t] = table[t / KvCache.BLOCK];
            }
            last[g] = (long) g * width + group.prompt.length - 1;
        }
        Input input = Input.prefill(torch, cache, ids, into, last.length);
        return model.projectStep(model.hiddenAt(input, torch.longs(last, last.length)));
    }

    private void copy(List<long[]> copies) {
        if (!copies.isEmpty()) {
            cache.copy(
                    copies.stream().mapToLong(pair -> pair[0]).toArray(),
                    copies.stream().mapToLong(pair -> pair[1]).toArray());
        }
    }

    /**
     * Returns logits [R, V] for the first token of each admitted row.
     *
     * @param logits those after the prompts of the fresh groups, in one or more passes
     */
    private NDArray firstLogits(Admission admission, List<NDArray> logits) {
        List<Group> fresh = admission.fresh();
        Group first = admission
                .groupOf()
                .getFirst(); // only the group at the head of the queue can have been prefilled before
        List<NDArray> parts = new ArrayList<>();
        if (first.logits != null) {
            parts.add(first.logits);
        }
        int offset = parts.size();
        parts.addAll(logits);
        long[] at = admission.groupOf().stream()
                .mapToLong(group -> fresh.contains(group) ? offset + fresh.indexOf(group) : 0)
                .toArray();
        return torch.kernels().call("rows_of_all", parts, torch.longs(at, at.length));
    }

    /** Keeps the prompt logits of groups with waiting rows, and frees those of other groups. */
    private void keepOrDropLogits(Scope scope, Admission admission, List<NDArray> logits) {
        for (Group group :
                List.of(admission.groupOf().getFirst(), admission.groupOf().getLast())) {
            if (group.waiting.isEmpty()) {
                close(group);
            } else if (group.logits == null) {
                long row = admission.fresh().indexOf(group);
                group.logits =
                        scope.keep(torch.kernels().call("rows_of_all", logits, torch.longs(new long[] {row}, 1)));
            }
        }
    }

    private static void close(Group group) {
        if (group.logits != null) {
            group.logits.close();
            group.logits = null;
        }
    }

    private void leave(Row row) {
        Arrays.stream(row.table).forEach(blocks::release);
    }

    @Override
    public void close() {
        steps.close();
        groups.values().forEach(Decoding::close);
    }
}
