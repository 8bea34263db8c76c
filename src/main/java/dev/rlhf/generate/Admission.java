package dev.rlhf.generate;

import dev.rlhf.model.KvCache;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The rows that join the batch together, each with the cache blocks for its longest possible completion, and what must
 * be computed for them first.
 */
final class Admission {
    private final BlockPool blocks;
    private final List<Row> rows = new ArrayList<>();
    private final List<Group> groupOf = new ArrayList<>();
    private final List<Group> fresh = new ArrayList<>();
    private final List<long[]> copies = new ArrayList<>();

    private Admission(BlockPool blocks) {
        this.blocks = blocks;
    }

    /**
     * Takes waiting rows from the groups at the head of the queue, as many as there is room for.
     *
     * @param queue groups with waiting rows; a group without any left is removed
     * @param room maximum number of rows
     * @param prefill maximum prompt positions of the groups to be prefilled, padding included; the first is always
     *     taken
     */
    static Admission next(ArrayDeque<Group> queue, BlockPool blocks, int room, int prefill) {
        Admission admission = new Admission(blocks);
        while (!queue.isEmpty() && admission.rows.size() < room) {
            Group group = queue.getFirst();
            if (group.blocks == null) {
                if (!admission.fresh.isEmpty() && (admission.fresh.size() + 1) * group.prompt.length > prefill) {
                    break;
                }
                admission.addFresh(group);
            }
            admission.addRow(group);
            if (group.waiting.isEmpty()) {
                queue.pop();
            }
        }
        return admission;
    }

    private void addFresh(Group group) {
        fresh.add(group);
        group.blocks = new int[KvCache.blocksFor(group.prompt.length)];
        Arrays.setAll(group.blocks, i -> blocks.take());
    }

    /** Admits the next waiting row of a group; the last one releases the group's own references to blocks. */
    private void addRow(Group group) {
        Row row = group.waiting.pop();
        int[] prompt = Objects.requireNonNull(group.blocks);
        row.table = table(group, prompt, row);
        rows.add(row);
        groupOf.add(group);
        if (group.waiting.isEmpty()) {
            // the last row keeps the block in which the prompt ends
            Arrays.stream(prompt, 0, group.prompt.length / KvCache.BLOCK).forEach(blocks::release);
        }
    }

    /**
     * Returns the row's block table. Full blocks of the prompt are shared; the block in which the prompt ends and all
     * later ones belong to the row.
     */
    private int[] table(Group group, int[] prompt, Row row) {
        int full = group.prompt.length / KvCache.BLOCK;
        int[] table = new int[KvCache.blocksFor(row.prompt.length + row.limit())];
        for (int i = 0; i < table.length; i++) {
            if (i < full) {
                table[i] = blocks.share(prompt[i]);
            } else if (i < prompt.length && group.waiting.isEmpty()) {
                table[i] = prompt[i];
            } else {
                table[i] = blocks.take();
                if (i < prompt.length) {
                    copies.add(new long[] {prompt[i], table[i]});
                }
            }
        }
        return table;
    }

    /** Returns the joining rows. */
    List<Row> rows() {
        return rows;
    }

    /** Returns the group of each row. */
    List<Group> groupOf() {
        return groupOf;
    }

    /** Returns the groups whose prompts must be prefilled. */
    List<Group> fresh() {
        return fresh;
    }

    /** Returns the cache blocks to copy after the prefill, as pairs [from, to]. */
    List<long[]> copies() {
        return copies;
    }
}
