package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.model.quantized.DynamicMap;
import dev.rlhf.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW's moments of a parameter in 8 bits, in blocks of 256 values with a scale each (Dettmers et al. 2022). The
 * kernel {@code adamw_8bit} describes them; its results equal those of bitsandbytes.
 *
 * @param m codes, scales, map of the first moment
 * @param v codes, scales, map of the second moment
 */
record EightBitMoments(String name, NDArray parameter, List<NDArray> m, List<NDArray> v) {
    /** Smaller parameters have moments in fp32: bitsandbytes' {@code min_8bit_size}. */
    private static final long LEAST = 4096;

    private static final int BLOCK = 256;

    /** The numbers that the codes represent. */
    record Maps(NDArray signed, NDArray unsigned) implements AutoCloseable {
        static Maps create(Torch torch) {
            return new Maps(kept(torch, DynamicMap.signed()), kept(torch, DynamicMap.unsigned()));
        }

        private static NDArray kept(Torch torch, float[] map) {
            return lasting(torch.floats(map, map.length));
        }

        @Override
        public void close() {
            signed.close();
            unsigned.close();
        }
    }

    /** Returns whether the moments of a parameter of {@code size} values are kept in 8 bits. */
    static boolean isFor(long size) {
        return size >= LEAST;
    }

    /** Returns the size in bytes of both moments of a parameter with {@code size} values. */
    static long bytes(long size) {
        return 2 * blocks(size) * (BLOCK + Float.BYTES);
    }

    private static long blocks(long size) {
        return (size + BLOCK - 1) / BLOCK;
    }

    /** Creates moments that are 0. */
    static EightBitMoments create(Torch torch, Maps maps, String name, NDArray parameter) {
        return new EightBitMoments(
                name, parameter, zero(torch, parameter, maps.signed()), zero(torch, parameter, maps.unsigned()));
    }

    private static List<NDArray> zero(Torch torch, NDArray parameter, NDArray map) {
        long blocks = blocks(parameter.size());
        NDArray codes = torch.manager().zeros(new Shape(blocks, BLOCK), DataType.UINT8);
        return List.of(lasting(codes), lasting(torch.manager().zeros(new Shape(blocks, 1))), map);
    }

    /** Detaches a tensor from the scope it is created in. */
    private static NDArray lasting(NDArray tensor) {
        NDScope.unregister(tensor);
        return tensor;
    }

    /** Returns the live tensors that a saved state holds. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        state.put(name + ".exp_avg", m.get(0));
        state.put(name + ".exp_avg.absmax", m.get(1));
        state.put(name + ".exp_avg_sq", v.get(0));
        state.put(name + ".exp_avg_sq.absmax", v.get(1));
        return state;
    }

    /**
     * Updates the parameter and the moments.
     *
     * @param steps counter of steps
     * @param advance whether this call counts the step
     * @param measured whether to compute the result
     * @return L2 norms of the parameter's change and of the parameter before
     */
    NDArray step(
            Torch torch,
            NDArray steps,
            double rate,
            AdamWSettings settings,
            double decay,
            boolean advance,
            boolean measured) {
        return torch.kernels()
                .call(
                        "adamw_8bit",
                        parameter,
                        parameter.getGradient(),
                        m,
                        v,
                        steps,
                        rate,
                        settings.beta1(),
                        settings.beta2(),
                        decay,
                        settings.epsilon(),
                        advance,
                        measured);
    }
}
