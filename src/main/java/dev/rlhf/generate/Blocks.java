package dev.rlhf.generate;

import java.util.ArrayDeque;

/** Who holds which of a cache's blocks: free ones, and for each other how many hold it. Block 0 is nobody's. */
final class Blocks {
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final int[] holders;

    /** @param count of all blocks, block 0 among them */
    Blocks(int count) {
        holders = new int[count];
        for (int block = 1; block < count; block++) {
            free.add(block);
        }
    }

    int free() {
        return free.size();
    }

    /** A free block, held once. @throws java.util.NoSuchElementException if there is none */
    int take() {
        int block = free.pop();
        holders[block] = 1;
        return block;
    }

    /** One more holds it. */
    int share(int block) {
        holders[block]++;
        return block;
    }

    /** One fewer holds it; the last one frees it. */
    void release(int block) {
        if (--holders[block] == 0) {
            free.push(block);
        }
    }
}
