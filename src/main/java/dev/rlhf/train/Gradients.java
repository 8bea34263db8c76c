package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.Collection;
import java.util.List;

/**
 * Gradients accumulated in parameters by backward; zeros for a parameter that no loss depends on. The tensors are
 * handles: changing one changes the parameter's gradient. Use them inside a {@link dev.rlhf.tensor.Scope}.
 */
public final class Gradients {
    private Gradients() {}

    /** Returns the gradients in the order of the parameters. */
    public static List<NDArray> of(Collection<NDArray> parameters) {
        return parameters.stream().map(NDArray::getGradient).toList();
    }

    /**
     * Multiplies all by min(1, maxNorm / (norm + 1e-6)), norm being the L2 norm over all of them together (Pascanu
     * 2013; as {@code torch.nn.utils.clip_grad_norm_}).
     *
     * @param maxNorm 0: no clipping
     * @return the norm before; infinite or NaN if a gradient is
     */
    public static double clip(Torch torch, List<NDArray> gradients, double maxNorm) {
        if (gradients.isEmpty()) {
            return 0;
        }
        try (NDArray norm = torch.kernels().call("grad_norm", gradients)) {
            double before = norm.getFloat();
            if (maxNorm > 0 && before + 1e-6 > maxNorm) { // false for NaN
                torch.kernels().invoke("scale_", gradients, maxNorm / (before + 1e-6));
            }
            return before;
        }
    }

    /** Sets all to 0, for the next step. */
    public static void zero(Torch torch, List<NDArray> gradients) {
        if (!gradients.isEmpty()) {
            torch.kernels().invoke("zero_", gradients);
        }
    }
}
