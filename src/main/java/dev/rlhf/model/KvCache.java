package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of every layer in blocks of {@link #BLOCK} positions, a pool of a fixed size planned beforehand. Position p of a
 * sequence stands in block p / BLOCK of the sequence's table, so that sequences may share blocks; who holds which is the
 * business of whoever made the cache. Block 0 is written where padding has to go and belongs to no sequence.
 *
 * <p>Keys are kept in fp32, so that scores are exact as in fused attention; values in the compute dtype. Layout: see the kernels
 * in {@code paged.torchscript}. Closed by whoever made it; one thread at a time.
 */
public final class KvCache implements AutoCloseable {
    /** Positions a block. */
    public static final int BLOCK = 32;

    private final Torch torch;
    private final int heads;
    private final int groups;
    private final int width;
    private final List<List<NDArray>> layers = new ArrayList<>();

    private KvCache(Torch torch, ModelConfig config) {
        this.torch = torch;
        this.heads = config.heads();
        this.groups = config.kvHeads();
        this.width = config.headDim();
    }

    /** A cache of {@code blocks} blocks, block 0 among them. */
    public static KvCache allocate(Torch torch, ModelConfig config, int blocks, Dtype dtype) {
        KvCache cache = new KvCache(torch, config);
        for (int i = 0; i < config.layers(); i++) {
            cache.layers.add(List.of(
                    zeros(torch, new Shape(blocks, cache.groups, cache.width, BLOCK), Dtype.FLOAT32),
                    zeros(torch, new Shape(blocks, cache.groups, BLOCK, cache.width), dtype)));
        }
        return cache;
    }

    /** Bytes that one block takes in all layers. */
    public static long bytesOfBlock(ModelConfig config, Dtype dtype) {
        long entries = (long) config.layers() * config.kvHeads() * config.headDim() * BLOCK;
        return entries * (Dtype.FLOAT32.bytes() + dtype.bytes());
    }

    /** Blocks that hold this many positions. */
    public static int blocksFor(int positions) {
        return Math.ceilDiv(positions, BLOCK);
    }

    private static NDArray zeros(Torch torch, Shape shape, Dtype dtype) {
        try (Scope scope = new Scope()) {
            NDArray zeros = torch.manager().zeros(shape);
            return scope.keep(dtype == Dtype.FLOAT32 ? zeros : dtype.cast(torch, zeros));
        }
    }

    List<NDArray> layer(int index) {
        return layers.get(index);
    }

    /**
     * Where the cached rows of a step stand; good for as long as the tables are.
     *
     * @param tables [rows * columns] row-major: each row's blocks, filled up with 0
     */
    public List<NDArray> pages(long[] tables, int rows) {
        try (Scope scope = new Scope()) {
            NDArray table = torch.longs(tables, rows, tables.length / rows);
            List<NDArray> pages = torch.kernels().callAll("pages", table, heads, groups, width, BLOCK);
            pages.forEach(scope::keep);
            return List.copyOf(pages);
        }
    }

    /** Block {@code to[i]} becomes a copy of block {@code from[i]}. */
    public void copy(long[] from, long[] to) {
        try (Scope _ = new Scope()) {
            List<NDArray> tensors = layers.stream().flatMap(List::stream).toList();
            torch.kernels().invoke("copy_blocks", tensors, torch.longs(from, from.length), torch.longs(to, to.length));
        }
    }

    @Override
    public void close() {
        layers.forEach(layer -> layer.forEach(NDArray::close));
    }
}
