package dev.rlhf.cli;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Gpu;
import dev.rlhf.tensor.Libtorch;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The engine of this machine, which loads native libraries at its first use. */
final class LoadedEngine implements Doctor.Engine {
    private static final int SIDE = 64;

    @Override
    public String version() {
        return Torch.version();
    }

    @Override
    public Libtorch libtorch() {
        return Torch.libtorch();
    }

    @Override
    public List<Gpu> gpus() {
        return Torch.gpus();
    }

    @Override
    public Optional<String> cudaVersions() {
        return Torch.cudaVersions();
    }

    @Override
    public boolean gpuPresent() {
        return Torch.gpuPresent();
    }

    @Override
    public String gpuDiagnosis() {
        return Torch.gpuDiagnosis();
    }

    /** Returns whether the product is right: that of small whole numbers, which is exact in any precision. */
    @Override
    public boolean multiplies(String device) {
        float[] left = new float[SIDE * SIDE];
        float[] right = new float[SIDE * SIDE];
        float[] expected = new float[SIDE * SIDE];
        for (int i = 0; i < left.length; i++) {
            left[i] = i % 5 - 2;
            right[i] = i % 7 - 3;
        }
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < SIDE; k++) {
                expected[i] += left[i / SIDE * SIDE + k] * right[k * SIDE + i % SIDE];
            }
        }
        try (Torch torch = Torch.open(device);
                Scope _ = new Scope()) {
            NDArray product = torch.floats(left, SIDE, SIDE).matMul(torch.floats(right, SIDE, SIDE));
            return Arrays.equals(product.toFloatArray(), expected);
        }
    }

    @Override
    public void loadTokenizers() {
        LibUtils.checkStatus();
    }
}
