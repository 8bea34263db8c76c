import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.List;

/** Multiplies a tensor on the GPU by a weight on the CPU, an error that the fake device must detect. */
public final class Control {
    public static void main(String[] arguments) {
        try (Torch cpu = Torch.open("cpu");
                Torch gpu = Torch.open("cuda")) {
            NDArray x = gpu.floats(new float[4], 2, 2);
            NDArray weight = cpu.floats(new float[4], 2, 2);
            gpu.kernels().call("linear", x, weight, List.of());
        }
    }
}
