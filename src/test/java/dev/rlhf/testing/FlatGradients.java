package dev.rlhf.testing;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.Gradients;
import java.util.ArrayList;
import java.util.List;

/** All gradients of a model as one vector, to compare ways of computing them. */
public final class FlatGradients {
    private FlatGradients() {}

    /** Returns the gradients and sets them to zero. */
    public static float[] take(Torch torch, Parameters parameters) {
        try (Scope _ = new Scope()) {
            List<NDArray> gradients = Gradients.of(parameters.trained().values());
            List<float[]> parts = new ArrayList<>();
            int size = 0;
            for (NDArray gradient : gradients) {
                parts.add(gradient.toFloatArray());
                size += parts.getLast().length;
            }
            Gradients.zero(torch, gradients);
            float[] all = new float[size];
            int at = 0;
            for (float[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }

    /** Returns ‖a - b‖ / ‖b‖. */
    public static double distance(float[] a, float[] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < b.length; i++) {
            difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            norm += (double) b[i] * b[i];
        }
        return Math.sqrt(difference / norm);
    }
}
