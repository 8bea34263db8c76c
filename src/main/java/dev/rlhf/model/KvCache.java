package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of every layer, in a pool of blocks of {@link #BLOCK} positions whose size is fixed in advance.
 * Position p of a sequence is in block p / BLOCK of the sequence's block table, so sequences can share blocks; the
 * cache's creator assigns blocks to sequences. Padding is written to block 0, which belongs to no sequence.
 *
 * <p>On a CPU, keys are in fp32, so that scores are as exact as in fused attention, and values in the compute dtype;
 * {@code paged.torchscript} describes the layout. On a GPU, where attention over gathered rows is fused, both are in
 * the compute dtype; {@code few_launches.torchscript} describes the layout. Closed by its creator; one thread at a
 * time.
 */
public final class KvCache implements AutoCloseable {
    /** Positions per block. */
    public static final int BLOCK = 32;

    private final Torch torch;
    private final int heads;
    private final int groups;
    private final int width;
    private final int blocks;
    private final Dtype dtype;
    private final List<NDArray> tensors;
    private final TensorList list;

    private KvCache(Torch torch, ModelConfig config, int blocks, Dtype dtype, List<NDArray> tensors) {
        this.torch = torch;
        this.dtype = dtype;
        this.blocks = blocks;
        this.heads = config.heads();
        this.groups = config.kvHeads();
        this.width = config.headDim();
        this.tensors = tensors;
        this.list = TensorList.of(tensors);
    }

    /** Allocates a cache of {@code blocks} blocks, block 0 included. */
    public static KvCache allocate(Torch torch, ModelConfig config, int blocks, Dtype dtype) {
        long rows = (long) blocks * config.kvHeads();
        int width = config.headDim();
        List<NDArray> tensors = new ArrayList<>();
        try (Scope scope = new Scope()) { // closes the tensors made so far if memory runs out
            for (int i = 0; i < config.layers(); i++) {
                if (torch.gpuKernels()) {
                    Shape shape = new Shape((long) blocks * BLOCK, 2L * config.kvHeads() * width);
                    tensors.add(zeros(torch, shape, dtype));
                    continue;
                }
                NDArray keys = zeros(torch, new Shape(rows * width, BLOCK), Dtype.FLOAT32);
                NDArray values = zeros(torch, new Shape(rows * BLOCK, width), dtype);
                tensors.addAll(List.of(keys, keys.reshape(-1), values));
            }
            tensors.forEach(scope::keep);
        }
        return new KvCache(torch, config, blocks, dtype, tensors);
    }

    /** Returns the size in bytes of one block, over all layers. */
    public static long bytesOfBlock(Torch torch, ModelConfig config, Dtype dtype) {
        long entries = (long) config.layers() * config.kvHeads() * config.headDim() * BLOCK;
        return entries * ((torch.gpuKernels() ? dtype : Dtype.FLOAT32).bytes() + dtype.bytes());
    }

    /** Returns the number of blocks needed for this many positions. */
    public static int blocksFor(int positions) {
        return Math.ceilDiv(positions, BLOCK);
    }

    private static NDArray zeros(Torch torch, Shape shape, Dtype dtype) {
        try (Scope scope = new Scope()) {
            NDArray zeros = torch.manager().zeros(shape);
            return scope.keep(dtype == Dtype.FLOAT32 ? zeros : dtype.cast(torch, zeros));
        }
    }

    /**
     * Returns three tensors per layer: keys, the same keys as one row, and values; on a GPU one tensor per layer with
     * keys and values.
     */
    TensorList tensors() {
        return list;
    }

    /** Returns the row of a position in a cache on a GPU. */
    static long rowAt(long block, int position) {
        return block * BLOCK + position % BLOCK;
    }

    /**
     * Returns the index, among all numbers of a layer's keys, of the first number of the first key head at a position.
     */
    long keyAt(long block, int offset) {
        return block * groups * width * BLOCK + offset;
    }

    /** Returns the index, among a layer's rows of values, of the first value head's row at a position. */
    long valueAt(long block, int offset) {
        return block * groups * BLOCK + offset;
    }

    /**
     * Returns the kernel arguments that locate the rows' blocks in decoding steps; valid until the block tables change.
     *
     * @param tables [rows * columns] row-major: each row's blocks, padded with 0
     */
    public List<NDArray> pages(long[] tables, int rows) {
        try (Scope scope = new Scope()) {
            NDArray table = torch.longs(tables, rows, tables.length / rows);
            List<NDArray> pages = torch.gpuKernels()
                    ? torch.kernels().callAll("step_rows", table, BLOCK, dtype.scalarType())
                    : torch.kernels().callAll("step_pages", table, heads, groups, width, BLOCK);
            pages.forEach(scope::keep);
            return List.copyOf(pages);
        }
    }

    /** Copies every block {@code from[i]} to block {@code to[i]}. */
    public void copy(long[] from, long[] to) {
        try (Scope _ = new Scope()) {
            torch.kernels()
                    .invoke("copy_blocks", list, blocks, torch.longs(from, from.length), torch.longs(to, to.length));
        }
    }

    @Override
    public void close() {
        list.close();
        tensors.forEach(NDArray::close);
    }
}
