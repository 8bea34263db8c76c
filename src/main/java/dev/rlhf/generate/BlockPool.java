package dev.rlhf.generate;

import java.util.ArrayDeque;

/** Allocates the blocks of a KV cache and counts the references to them. Block 0 is never allocated. */
final class BlockPool {
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final int[] references;

    /** @param count number of blocks, including block 0 */
    BlockPool(int count) {
        references = new int[count];
        for (int block = 1; block < count; block++) {
            free.add(block);
        }
    }

    /**
     * Allocates a free block, with one reference.
     *
     * @throws java.util.NoSuchElementException if all are in use
     */
    int take() {
        int block = free.pop();
        references[block] = 1;
        return block;
    }

    /** Adds a reference. */
    int share(int block) {
        references[block]++;
        return block;
    }

    /** Removes a reference; the last one frees the block. */
    void release(int block) {
        if (--references[block] == 0) {
            free.push(block);
        }
    }
}
