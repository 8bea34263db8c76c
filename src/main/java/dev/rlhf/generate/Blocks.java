package dev.rlhf.generate;

import java.util.ArrayDeque;

/** Reference counts of a cache's blocks, and the list of free ones. Block 0 is never handed out. */
final class Blocks {
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final int[] references;

    /** @param count number of blocks, including block 0 */
    Blocks(int count) {
        references = new int[count];
        for (int block = 1; block < count; block++) {
            free.add(block);
        }
    }

    int free() {
        return free.size();
    }

    /**
     * Takes a free block, with one reference.
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
